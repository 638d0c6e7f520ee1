"""Parse XML from untrusted files: no entities, no network, no deep or huge trees."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from digest.errors import Unreadable
from digest.parsers.input import xml_encoding

if TYPE_CHECKING:
    from lxml.etree import _Element

# A tag and the text after it take 250 bytes of memory, and an attribute 150. A paper with 3,000
# authors has fewer than 100,000 tags.
_MAX_TAGS = 200_000  # and attributes, between the ends of two records
_OPTIONS: Final[Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


class NotWellFormed(ValueError):
    """Raised by `ElementStream` for a text that is not well-formed XML."""


Element: TypeAlias = "_Element"


class XmlForm(NamedTuple):
    """The names of a format's elements, without prefixes.

    ``records`` hold a paper each; ``roots`` are the outermost. ``leaves``, in lower case, hold
    text, in which a damaged file may have bare signs and unclosed tags.
    """

    records: tuple[str, ...]
    roots: tuple[str, ...]
    leaves: frozenset[str]


class XmlRecord(NamedTuple):
    """A record and its line; no element if it is damaged, or if the file ends in it."""

    element: Element | None
    line: int
    is_cut: bool = False


# `*+` never goes back over what it has matched, so a long prologue takes linear time.
_ROOT = re.compile(
    r"(?:\s|<\?[^>]{0,500}>|<!--(?:(?!-->).){0,2000}-->|<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,4000}\]\s{0,9})?>)*+<(?:[\w.-]+:)?([\w.-]+)",
    re.DOTALL,
)


def root_name(head: bytes) -> str | None:
    """Return the name of the outermost element without its prefix, or None if there is none."""
    start = xml_encoding.head_text(head[:8192])
    match = _ROOT.match(start) if start[:1] == "<" else None
    return match[1] if match else None


def parse(text: str) -> Element | None:
    """Return the tree of a text, or None if it is not well formed."""
    from lxml import etree  # takes 15 ms to import, and most runs read no XML

    try:
        return etree.fromstring(text.encode(errors="replace"), etree.XMLParser(**_OPTIONS))
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None


class ElementStream:
    """Iterate over the outermost records of an XML file in UTF-8, freeing each before the next.

    Raises `NotWellFormed` during the iteration. After it, ``root`` is the tree without the
    records. Raises `Unreadable` for a text that declares entities (no listing does, and entity
    bombs do), and for one with more tags than a paper has.
    """

    def __init__(self, data: bytes, form: XmlForm) -> None:
        from lxml import etree

        if data.count(b"<![CDATA[") != data.count(b"]]>"):
            # A section without an end holds the records up to the next end.
            raise NotWellFormed("CDATA sections that are not closed")
        self.root: Element | None = None
        self._parse_errors = (etree.XMLSyntaxError, ValueError, LookupError)
        self._stream = _CountedTags(data)
        self._events = etree.iterparse(
            self._stream,
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in form.records],
            encoding="utf-8",
            **_OPTIONS,
        )

    def __iter__(self) -> Iterator[XmlRecord]:
        previous: Element | None = None
        for element in self._complete_elements():
            self._stream.tags = 0
            yield XmlRecord(element, line_of(element))
            # Only the previous one: the parser still uses the current element.
            _remove(previous, element)
            previous = element
        _remove(previous)
        self.root = self._events.root
        if self.root is not None:
            _refuse_entities(self.root)

    def _complete_elements(self) -> Iterator[Element]:
        depth = 0
        try:
            for event, element in self._events:
                depth += 1 if event == "start" else -1
                if depth == 0:
                    yield element
        except self._parse_errors as error:
            raise NotWellFormed(str(error)) from error


class _CountedTags(io.BytesIO):
    """A stream that counts the tags and attributes read, and refuses too many of them."""

    tags = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes. Raises `Unreadable` if `tags` exceeds `_MAX_TAGS`."""
        data = super().read(size)
        self.tags += data.count(b"<") + data.count(b"=")
        if self.tags > _MAX_TAGS:
            raise Unreadable("more tags than a list of papers has")
        return data


def _remove(element: Element | None, following: Element | None = None) -> None:
    """Remove an element, its siblings up to a following one, and the text after each.

    Without a following one, the siblings stay.
    """
    if element is None or (parent := element.getparent()) is None:
        return
    if following is not None and following.getparent() is parent:
        while (sibling := element.getnext()) is not None and sibling is not following:
            parent.remove(sibling)
    parent.remove(element)


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
    # Most elements have no others inside, and their text is one string.
    whole = "".join(map(str, element.itertext())) if len(element) else element.text or ""
    return whole.strip()


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


def without(record: bytes, *names: str) -> bytes:
    """Return a serialized element without the elements inside it that have these names."""
    root = parse(record.decode())
    if root is None:
        return record
    for element in list(root.iter(*names)):
        _remove(element)
    return serialize(root)
