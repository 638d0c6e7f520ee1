"""Parse XML from untrusted files: no entities, no network, no deep or huge trees."""

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

# An element takes 200 bytes of memory. Listings have one tag in 25 bytes, and one in ten only in
# lists of authors. Files that have more than one in 14, beyond the free ones, are not read.
_FREE_TAGS = 400_000
_BYTES_A_TAG = 14
MAX_UNCLOSED = 5_000  # tags left open in a text that is repaired


class NotWellFormed(ValueError):
    """Raised by a strict `ElementStream` for a text that is not well-formed XML."""


Element: TypeAlias = "_Element"

# `*+` never goes back over what it has matched, so a long prologue takes linear time.
_ROOT = re.compile(
    r"(?:\s|<\?[^>]{0,500}>|<!--(?:(?!-->).){0,2000}-->|<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,4000}\]\s{0,9})?>)*+<(?:[\w.-]+:)?([\w.-]+)",
    re.DOTALL,
)


def root_name(head: bytes) -> str | None:
    """Return the name of the outermost element without its prefix, or None if there is none."""
    start = lines.decode(head[:8192]).lstrip("\ufeff")
    match = _ROOT.match(start) if start.lstrip()[:1] == "<" else None
    return match[1] if match else None


def is_utf8(data: bytes) -> bool:
    """Return whether all bytes are UTF-8; a declaration of another encoding is then wrong."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class ElementStream:
    """Iterate over the outermost elements with some names, freeing each before the next.

    Damaged XML is repaired; with ``strict`` it raises `NotWellFormed` during the iteration.
    After it, ``root`` is the tree without these elements. Raises `Unreadable` for a text that
    declares entities: no listing does, and entity bombs do.
    """

    def __init__(self, data: bytes, *names: str, strict: bool = False) -> None:
        from lxml import etree  # takes 15 ms to import, and most runs read no XML

        if data.count(b"<") > _FREE_TAGS + len(data) // _BYTES_A_TAG:
            raise Unreadable("more tags than a list of papers has")
        self.root: Element | None = None
        if not strict:
            _refuse_unclosed(data)
        self._names = [f"{{*}}{name}" for name in names]
        self._parse_errors = (etree.XMLSyntaxError, ValueError, LookupError)
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
        previous: Element | None = None
        for element in self._complete_elements():
            yield element
            # Only the previous one: the parser still uses the current element.
            _remove(previous)
            previous = element
        _remove(previous)
        self.root = self._events.root
        if self.root is None:
            return
        _refuse_entities(self.root)
        # The elements that the end of the file left open.
        while unclosed := list(islice(self.root.iter(*self._names), 1)):
            yield unclosed[0]
            if unclosed[0] is self.root:
                return
            _remove(unclosed[0])

    def _complete_elements(self) -> Iterator[Element]:
        depth = 0
        try:
            for event, element in self._events:
                depth += 1 if event == "start" else -1
                if depth == 0:
                    yield element
        except self._parse_errors as error:
            if self._strict:
                raise NotWellFormed(str(error)) from error


def _remove(element: Element | None) -> None:
    """Remove an element from its tree, and the text after it, which lxml keeps with it."""
    if element is not None and (parent := element.getparent()) is not None:
        parent.remove(element)


def _refuse_unclosed(data: bytes) -> None:
    """Raise `Unreadable` if too many tags are left open.

    To repair one, libxml2 goes through all open tags, which takes quadratic time.
    """
    closing = data.count(b"</")
    others = data.count(b"/>") + data.count(b"<!") + data.count(b"<?")
    if data.count(b"<") - 2 * closing - others > MAX_UNCLOSED:
        raise Unreadable(f"more than {MAX_UNCLOSED:,} tags left open")


def _refuse_entities(root: Element) -> None:
    doctype: Any = root.getroottree().docinfo.internalDTD
    if doctype is not None and list(doctype.entities()):
        raise Unreadable("XML that declares entities")


def local_name(element: Element) -> str:
    """Return an element's name without its namespace; "" for an entity."""
    tag: object = element.tag  # a function where the node is an entity
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element) -> Iterator[tuple[str, Element]]:
    """Yield the elements directly inside, each with its name without namespace."""
    for child in element:
        if name := local_name(child):
            yield name, child


def text_of(element: Element) -> str:
    """Return all text inside an element, without blanks at both ends."""
    return "".join(map(str, element.itertext())).strip()


def line_of(element: Element) -> int:
    """Return the line an element starts on."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def serialize(element: Element) -> bytes:
    """Return an element as well-formed XML in UTF-8, without the text that follows it."""
    from lxml import etree

    return etree.tostring(element, encoding="utf-8", with_tail=False)


def enclosing_tags(element: Element) -> tuple[bytes, bytes]:
    """Return the opening and the closing tags of the root and of an element's parent."""
    from lxml import etree

    *_, root = element.iterancestors()
    parent = element.getparent()
    document = innermost = _copy_without_content(root)
    if parent is not None and parent is not root:
        innermost = _copy_without_content(parent)
        document.append(innermost)
    innermost.append(etree.Comment("inside"))
    opening, _, closing = serialize(document).partition(b"<!--inside-->")
    return opening, closing


def _copy_without_content(element: Element) -> Element:
    from lxml import etree

    try:
        copy = etree.Element(element.tag, nsmap={**element.nsmap})  # type: ignore[dict-item]
        copy.attrib.update(element.attrib)
    except ValueError:  # damaged namespaces: the name alone, without an undeclared prefix
        return etree.Element(local_name(element).rpartition(":")[2])
    return copy
