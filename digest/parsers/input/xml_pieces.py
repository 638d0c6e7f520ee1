"""Read the records of an XML file that is not well formed, each by itself.

A parser that repairs (lxml with ``recover``) puts the records after a damaged one inside it. So
the file is cut at the tags of its records, and damage in one cannot reach another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.errors import Unreadable
from digest.parsers.input import xml_repair, xml_text
from digest.parsers.input.xml_text import Element, XmlForm, XmlRecord

_MIN_PIECE_BYTES = 40  # a title and an id take more
_MAX_PIECE_BYTES = 1 << 20  # of a damaged record, and of everything around the records
# For prefixes that a damaged file uses and does not declare.
_NAMESPACES = {
    "arxiv": "http://arxiv.org/schemas/atom",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "opensearch": "http://a9.com/-/spec/opensearch/1.1/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_USED = re.compile(r"</?([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=\s*[\"']")
_DECLARED = re.compile(r"\sxmlns:([\w.-]+)\s*=")
_FIRST_NAME = re.compile(r"\s*<[^\s/>]+")
_DEFAULT_NAMESPACE = re.compile(rb"\sxmlns\s*=\s*[\"']([^\"'<]*)")
_END_TAG_NEXT = re.compile(rb"[^<]*</(?:[\w.-]+:)?([\w.-]+)")
_NOT_BLANK = re.compile(rb"\S")
_TITLE = re.compile(rb"<(?:[\w.-]+:)?\w*title[\s>]", re.IGNORECASE)
_SECTION_ENDS = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}


class PieceStream:
    """Iterate over the records of an XML file in UTF-8 that is not well formed.

    A damaged record is mended, or has no element. After the iteration, ``root`` is the tree
    before the first record, as far as it can be read. Raises `Unreadable` for a text that declares
    entities.
    """

    def __init__(self, data: bytes, form: XmlForm) -> None:
        self._data, self._form = data, form
        self._tags = [f"{{*}}{name}" for name in form.records]
        self._root_tag = re.compile(rf"<{_any_of(form.roots)}(?=[\s/>])[^<>]*>?".encode())
        self.root: Element | None = None

    def __iter__(self) -> Iterator[XmlRecord]:
        wrapper = _Wrapper("<root>")
        head: bytes | None = None
        end, line, room = 0, 1, _MAX_PIECE_BYTES
        for piece in _Cutter(self._data, self._form).pieces():
            gap = self._data[end : min(piece.start, end + room)]
            head = gap if head is None else head
            room -= len(gap)
            # Several files may stand one after the other, each with a root of its own.
            for root_tag in self._root_tag.finditer(gap):
                wrapper = self._wrapper(root_tag[0], gap)
            line += self._data.count(b"\n", end, piece.start)
            yield self._record(piece, wrapper, line)
            line += self._data.count(b"\n", piece.start, piece.end)
            end = piece.end
        # Only what stands before the records: between them, it may be a part of a damaged one.
        self.root = self._tree_around(self._data[:room] if head is None else head)

    def _wrapper(self, root_tag: bytes, before: bytes) -> _Wrapper:
        """Return the tags around a record: the root's, and the channel's in RSS."""
        if b"<!ENTITY" in before:
            raise Unreadable("XML that declares entities")
        tag = xml_repair.mend_references(root_tag.decode(errors="replace"))
        name = re.split(r"[\s/>]", tag[1:], maxsplit=1)[0]
        channel = "<channel>" if name == "rss" and b"<channel" in self._data else ""
        return _Wrapper(f"<{name}{xml_repair.attributes(tag)}>{channel}")

    def _record(self, piece: _Piece, wrapper: _Wrapper, line: int) -> XmlRecord:
        size = piece.end - piece.start
        is_whole = piece.has_opening and not piece.is_cut
        if is_whole and _MIN_PIECE_BYTES <= size <= _MAX_PIECE_BYTES:
            text = self._data[piece.start : piece.end].decode(errors="replace")
            for mended in self._repairs(text):
                if (root := wrapper.parsed(mended)) is not None:
                    return XmlRecord(next(root.iter(*self._tags), None), line)
        return XmlRecord(None, line, is_cut=piece.is_cut)

    def _repairs(self, text: str, ends: str = "") -> Iterator[str]:
        """Yield a text as it is, then with more and more of it mended.

        ``ends`` are the end tags of what it may leave open.
        """
        yield text
        text = xml_repair.mend_references(text)
        yield text
        yield xml_repair.mend_tags(text + ends, self._form.leaves)

    def _tree_around(self, data: bytes) -> Element | None:
        root_tag = self._root_tag.search(data)
        if root_tag is None:
            return None
        wrapper = self._wrapper(root_tag[0], data[: root_tag.start()])
        text = data[root_tag.start() :].decode(errors="replace")
        for mended in self._repairs(text, wrapper.ends):
            if (root := _Wrapper("").parsed(mended)) is not None:
                return root
        return wrapper.parsed("")


class _Wrapper:
    """The opening tags around a record, which give its prefixes their namespaces."""

    def __init__(self, tags: str) -> None:
        self._tags = tags
        self.ends = "".join(f"</{name}>" for name in reversed(re.findall(r"<([^\s>]+)", tags)))

    def parsed(self, text: str) -> Element | None:
        """Return the tree of a text inside these tags, or None if it is not well formed."""
        whole = self._tags + text + self.ends
        first_name = _FIRST_NAME.match(whole)
        if first_name is None:
            return None
        used = {prefix for pair in _USED.findall(whole) for prefix in pair if prefix}
        declared = set(_DECLARED.findall(whole[: whole.find(">")]))
        namespaces = "".join(
            f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:{prefix}")}"'
            for prefix in sorted(used - declared - {"xml", "xmlns"})
        )
        at = first_name.end()
        return xml_text.parse(f"{whole[:at]}{namespaces}{whole[at:]}")


class _Piece(NamedTuple):
    """Where a record begins and ends in its file, and whether the file ends inside it.

    Without its opening tag, a record begins where the one before ends.
    """

    start: int
    end: int
    is_cut: bool = False
    has_opening: bool = True


class _Cutter:
    """Find where each record of a file begins and ends, outside of CDATA and comments.

    A record without its end tag ends where the next one begins, or where the root ends.
    """

    def __init__(self, data: bytes, form: XmlForm) -> None:
        self._data = data
        names = "|".join(map(re.escape, form.records))
        tag = rf"<(?P<end>/?)(?P<prefix>(?:[\w.-]+:)?)(?P<name>{names})(?=[\s/>])"
        self._token = re.compile(rf"<!\[CDATA\[|<!--|{tag}".encode())
        self._opening = re.compile(rf"<(?:[\w.-]+:)?(?:{names})[\s/>]".encode())
        self._root_end = re.compile(rf"</{_any_of(form.roots)}\s*>".encode())
        self._section_ends = dict.fromkeys(_SECTION_ENDS, 0)

    def pieces(self) -> Iterator[_Piece]:
        """Yield the records in order."""
        first = opened = None
        position = inner = end = 0  # the end is that of the record before
        while token := self._token.search(self._data, position):
            if token["name"] is None:
                position = self._section_end(token)
                continue
            position = self._tag_end(token)
            if token["end"]:
                name = token.group("prefix", "name")
                if opened is None and self._is_record(end, position):
                    start = _NOT_BLANK.search(self._data, end) if end else None
                    yield _Piece((start or token).start(), position, has_opening=False)
                    end = position
                if opened is None or name != opened.group("prefix", "name"):
                    continue
                if inner:
                    inner -= 1
                    continue
                yield _Piece(opened.start(), position)
                opened, end = None, position
                continue
            first = first or token
            is_empty = self._data[position - 2 : position] == b"/>"
            if token["prefix"] != first["prefix"] or (opened and self._is_word(token)):
                continue
            if opened and self._namespace(token) not in {b"", self._namespace(first)}:
                inner += not is_empty  # of another vocabulary, such as MARC in OAI
                continue
            if opened is not None:
                yield self._unclosed(opened, token.start())
            opened, inner = token, 0
            if is_empty:
                yield _Piece(token.start(), position)
                opened, end = None, position
        if opened is not None:
            yield self._unclosed(opened, len(self._data))

    def _is_record(self, start: int, end: int) -> bool:
        """Return whether the text before an end tag is a record that lost its opening tag."""
        return end - start > _MIN_PIECE_BYTES and bool(_TITLE.search(self._data, start, end))

    def _is_word(self, token: re.Match[bytes]) -> bool:
        """Return whether a tag inside a record is a word of a field, which the next tag ends."""
        following = _END_TAG_NEXT.match(self._data, token.end())
        return following is not None and following[1] != token["name"]

    def _namespace(self, tag: re.Match[bytes]) -> bytes:
        declared = _DEFAULT_NAMESPACE.search(self._data, tag.start(), self._tag_end(tag))
        return declared[1] if declared else b""

    def _unclosed(self, opened: re.Match[bytes], stop: int) -> _Piece:
        """Return a record without its end tag."""
        if root_end := self._root_end.search(self._data, opened.end(), stop):
            return _Piece(opened.start(), root_end.start())
        return _Piece(opened.start(), stop, is_cut=stop == len(self._data))

    def _tag_end(self, tag: re.Match[bytes]) -> int:
        """Return where a tag ends: behind its ">", or where the next tag begins."""
        end, following = (self._data.find(sign, tag.end()) for sign in (b">", b"<"))
        if end < 0 or 0 <= following < end:
            return following if following >= 0 else len(self._data)
        return end + 1

    def _section_end(self, mark: re.Match[bytes]) -> int:
        """Return where a CDATA section or a comment ends; behind its mark if it has no end.

        It has none if another one begins before its end, and a record before that one.
        """
        start, end_mark = mark.end(), _SECTION_ENDS[mark[0]]
        end = self._section_ends[mark[0]]
        if 0 <= end < start:  # kept, so that many marks without an end take linear time
            end = self._section_ends[mark[0]] = self._data.find(end_mark, start)
        if end < 0:
            return start
        again = self._data.find(mark[0], start, end)
        if again >= 0 and self._opening.search(self._data, start, again):
            return start
        return end + len(end_mark)


def _any_of(names: tuple[str, ...]) -> str:
    return rf"(?:[\w.-]+:)?(?:{'|'.join(map(re.escape, names))})"
