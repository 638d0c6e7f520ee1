"""XML from anywhere, read safely: no entities, no network, no deep or huge trees."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from digest.errors import Unreadable
from digest.parsers.input import lines

if TYPE_CHECKING:
    from lxml.etree import _Element
# An element takes 200 bytes: a listing has one tag in 25 bytes, authors by themselves in ten.
_ALWAYS_TAGS = 400_000
_TAG_BYTES = 14


class Broken(ValueError):
    """A text that is not well-formed, where it must be."""


Element: TypeAlias = "_Element"

MOST_OPEN = 5_000  # tags of a damaged text

_ROOT = re.compile(
    r"(?:\s|<\?[^>]{0,500}>|<!--(?:(?!-->).){0,2000}-->|<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,4000}\]\s{0,9})?>)*+<(?:[\w.-]+:)?([\w.-]+)",
    re.DOTALL,
)


def root_name(head: bytes) -> str | None:
    """The name of the outermost element, without prefix; None where there is none."""
    start = lines.text(head[:8192]).lstrip("\ufeff")
    match = _ROOT.match(start) if start.lstrip()[:1] == "<" else None
    return match[1] if match else None


def is_utf8(data: bytes) -> bool:
    """Whether all bytes are UTF-8: then they are, whatever the file declares."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class Stream:
    """The elements of some names, each let go when the next is asked for; outermost ones only.

    What is broken is mended, or with ``strict`` raises `Broken` along the way. Afterwards
    ``root`` is what stands around them. Raises `Unreadable` for a text that declares
    entities: no listing does, and bombs do.
    """

    def __init__(self, data: bytes, *names: str, strict: bool = False) -> None:
        from lxml import etree  # 15 ms, for a run with XML only

        if data.count(b"<") > _ALWAYS_TAGS + len(data) // _TAG_BYTES:
            raise Unreadable("more tags than a list of papers has")
        self.root: Element | None = None
        if not strict:
            _refuse_unclosed(data)
        self._names = [f"{{*}}{name}" for name in names]
        self._refused = (etree.XMLSyntaxError, ValueError, LookupError)
        self._strict = strict
        self._events = etree.iterparse(
            io.BytesIO(data),
            events=("start", "end"),
            tag=self._names,
            encoding="utf-8" if is_utf8(data) else None,
            recover=not strict,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )

    def __iter__(self) -> Iterator[Element]:
        before: Element | None = None
        for element in self._ended():
            yield element
            _remove(before)  # never the one the parser stands at
            before = element
        _remove(before)
        self.root = self._events.root
        if self.root is None:
            return
        _refuse_entities(self.root)
        while unclosed := list(islice(self.root.iter(*self._names), 1)):
            yield unclosed[0]
            if unclosed[0] is self.root:
                return
            _remove(unclosed[0])

    def _ended(self) -> Iterator[Element]:
        depth = 0
        try:
            for event, element in self._events:
                depth += 1 if event == "start" else -1
                if depth == 0:
                    yield element
        except self._refused as error:
            if self._strict:
                raise Broken(str(error)) from error


def _remove(element: Element | None) -> None:
    """Takes an element out of its tree, with what stands between it and the next."""
    if element is not None and (parent := element.getparent()) is not None:
        parent.remove(element)


def _refuse_unclosed(data: bytes) -> None:
    """Mending tags that stay open takes libxml2 a look at all of them for each."""
    closing = data.count(b"</")
    others = data.count(b"/>") + data.count(b"<!") + data.count(b"<?")
    if data.count(b"<") - 2 * closing - others > MOST_OPEN:
        raise Unreadable(f"more than {MOST_OPEN:,} tags left open")


def _refuse_entities(root: Element) -> None:
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and list(declared.entities()):
        raise Unreadable("XML that declares entities")


def name(element: Element) -> str:
    """An element's name without its namespace."""
    tag: object = element.tag  # a function where the node is an entity
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element) -> Iterator[tuple[str, Element]]:
    """The elements directly inside, with their bare names."""
    for child in element:
        if found := name(child):
            yield found, child


def words(element: Element) -> str:
    """All text inside, blanks at both ends gone."""
    return "".join(map(str, element.itertext())).strip()


def line(element: Element) -> int:
    """The line an element starts on."""
    found: object = element.sourceline
    return found if isinstance(found, int) else 1


def well_formed(element: Element) -> bytes:
    """The element as UTF-8 again, without what follows it."""
    from lxml import etree

    return etree.tostring(element, encoding="utf-8", with_tail=False)


def around(element: Element) -> tuple[bytes, bytes]:
    """The tags of the root and of an element's own parent: what opens and what closes them."""
    from lxml import etree

    *_, root = element.iterancestors()
    parent = element.getparent()
    shell = inner = _hull(root)
    if parent is not None and parent is not root:
        inner = _hull(parent)
        shell.append(inner)
    inner.append(etree.Comment("inside"))
    before, _, after = well_formed(shell).partition(b"<!--inside-->")
    return before, after


def _hull(element: Element) -> Element:
    """An element without what is in it; only its name where its namespaces are damaged."""
    from lxml import etree

    try:
        hull = etree.Element(element.tag, nsmap={**element.nsmap})  # type: ignore[dict-item]
        hull.attrib.update(element.attrib)
    except ValueError:
        return etree.Element(name(element))
    return hull
