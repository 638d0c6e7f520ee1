"""Mend one record of a damaged XML file, so that it parses and keeps all of its text.

Gives text that may still not be well formed: the caller parses it, and rejects what fails.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator

_MAX_DEPTH = 200  # of open elements; libxml2 takes 256
_SECTIONS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_SECTION = re.compile(r"<!\[CDATA\[|<!--|<\?")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HIGH = r"(?:x0{0,3}D[89AB][0-9A-F]{2}|0{0,3}(?:5529[6-9]|55[3-9]\d\d|56[0-2]\d\d|563[01]\d))"
_LOW = (
    r"(?:x0{0,3}D[C-F][0-9A-F]{2}"
    r"|0{0,3}(?:563[2-9]\d|56[4-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3]))"
)
_REFERENCE = re.compile(
    rf"&\#(?P<high>{_HIGH});&\#(?P<low>{_LOW});|&\#(?P<number>x[0-9A-F]{{1,6}}|\d{{1,7}});"
    r"|&(?P<name>[A-Z][A-Z0-9]{0,31});|&|<(?![A-Z_/])",
    re.IGNORECASE,
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*=\s*(\"[^\"<]*\"|'[^'<]*')")
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)"
    r"(?P<rest>(?:[\s/](?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)?)>"
)
_STRAY_ENDS = re.compile(r"(?:\s*</[\w.:-]*\s*>?)+\s*$")
_MARKUP_TYPE = re.compile(r"\stype=([\"'])(?:application/)?xhtml(?:\+xml)?\1", re.IGNORECASE)


def mend_references(text: str) -> str:
    """Return text in which every reference and every character is one of XML's.

    HTML's entities and pairs of surrogates become characters; bare ``&`` and ``<`` become
    references. CDATA sections become text; comments are dropped. Half a surrogate becomes
    U+FFFD, as in HTML (https://html.spec.whatwg.org/#numeric-character-reference-end-state).
    """
    mended: list[str] = []
    end = 0
    for start, stop, mark in _sections(text):
        mended.append(_REFERENCE.sub(_mended_reference, text[end:start]))
        if mark == "<![CDATA[":
            mended.append(escape(text[start + len(mark) : stop - 3].replace("&", "&amp;")))
        end = stop
    mended.append(_REFERENCE.sub(_mended_reference, text[end:]))
    return _CONTROLS.sub("", "".join(mended)).replace("]]>", "]]&gt;")


def mend_tags(text: str, leaves: Collection[str]) -> str:
    """Return a record in which all tags are closed, and the damaged leaves are plain text.

    ``leaves`` are the lower-case names, without prefixes, of elements that hold text. A leaf
    ends at its end tag, else where the next leaf begins. Takes what `mend_references` returned.
    """
    return _TagRepair(text, leaves).mended()


def escape(text: str) -> str:
    """Return text whose tags are text; its references stay."""
    return text.replace("<", "&lt;").replace("]]>", "]]&gt;")


def attributes(text: str) -> str:
    """Return the well-formed attributes of a tag, each once, with a blank before each."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        # A prefix without a namespace is an error, and so is another one for "xml".
        is_wrong = match[1] in {"xmlns:xml", "xmlns:xmlns"}
        is_empty = match[1].startswith("xmlns:") and len(match[2]) == len("''")
        if not (is_wrong or is_empty):
            found.setdefault(match[1], match[2])
    return "".join(f" {name}={value}" for name, value in found.items())


def _sections(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where CDATA sections, comments and instructions begin and end, and their marks.

    Of a section without an end, or with another one inside it, only its mark; ``<?`` is then
    text.
    """
    ends = dict.fromkeys(_SECTIONS, 0)
    position = 0
    while match := _SECTION.search(text, position):
        mark, position = match[0], match.end()
        if 0 <= ends[mark] < position:  # kept, so that many marks take linear time
            ends[mark] = text.find(_SECTIONS[mark], position)
        end = ends[mark]
        if end >= 0 and text.find(mark, position, end) < 0:
            position = end + len(_SECTIONS[mark])
            yield match.start(), position, mark
        elif mark != "<?":
            yield match.start(), position, ""


def _mended_reference(match: re.Match[str]) -> str:
    from html import unescape  # large tables, needed for damaged files only
    from html.entities import html5

    if match["high"]:
        high, low = _code(match["high"]), _code(match["low"])
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    if match["number"]:
        character = unescape(match[0])
        return match[0] if character in {"&", "<"} else character
    if (name := match["name"]) in _XML_ENTITIES:
        return match[0]
    if character := html5.get(f"{name};", ""):
        return escape(character.replace("&", "&amp;"))
    return "&lt;" if match[0] == "<" else "&amp;" + match[0][1:]


def _code(digits: str) -> int:
    """Return the number in a numeric reference, hexadecimal after an "x"."""
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)


class _TagRepair:
    """The tags of one record, and the position of each in its text."""

    def __init__(self, text: str, leaves: Collection[str]) -> None:
        self._text, self._leaves = text, leaves
        self._tags = list(_TAG.finditer(text))
        self._ends: dict[str, list[int]] = {}
        self._openings: dict[str, list[int]] = {}
        self._leaf_openings: list[int] = []
        for tag in self._tags:
            by_name = self._ends if tag["end"] else self._openings
            by_name.setdefault(tag["name"].lower(), []).append(tag.start())
            if not tag["end"] and self._is_leaf(tag):
                self._leaf_openings.append(tag.start())
        self._stack: list[str] = []
        self._output: list[str] = []

    def mended(self) -> str:
        """Return the record as well-formed XML, as far as its names allow."""
        position = 0
        for tag in self._tags:
            if tag.start() < position:
                continue
            self._output.append(escape(self._text[position : tag.start()]))
            position = tag.end()
            if len(self._stack) > _MAX_DEPTH:
                return ""
            if tag["end"]:
                self._close(tag["name"])
                if not self._stack:
                    break
            elif tag["rest"].endswith("/"):
                self._output.append(f"<{tag['name']}{attributes(tag['rest'])}/>")
            elif self._is_leaf(tag) and self._stack:
                position = self._leaf(tag)
            elif not self._stack or self._next(self._ends, tag["name"], position) is not None:
                self._output.append(f"<{tag['name']}{attributes(tag['rest'])}>")
                self._stack.append(tag["name"])
        self._output += [f"</{name}>" for name in reversed(self._stack)]
        return "".join(self._output)

    def _is_leaf(self, tag: re.Match[str]) -> bool:
        return tag["name"].rpartition(":")[2].lower() in self._leaves

    def _close(self, name: str) -> None:
        """Close the innermost element with this name, and those inside it."""
        names = [open_name.lower() for open_name in self._stack]
        while name.lower() in names:
            self._output.append(f"</{self._stack.pop()}>")
            if names.pop() == name.lower():
                return

    def _leaf(self, tag: re.Match[str]) -> int:
        """Write a leaf with its content as text, and return where it ends."""
        start, stop, end = self._content(tag)
        content = self._text[start:stop]
        if stop == end:
            content = _STRAY_ENDS.sub("", content)
        rest = attributes(tag["rest"])
        if "<" in content and not _is_balanced(content):
            content, rest = escape(content), _MARKUP_TYPE.sub(' type="html"', rest)
        self._output.append(f"<{tag['name']}{rest}>{content}</{tag['name']}>")
        return end

    def _content(self, tag: re.Match[str]) -> tuple[int, int, int]:
        """Return where the content of a leaf begins and ends, and where its end tag ends."""
        start = tag.end()
        own_end = self._next(self._ends, tag["name"], start)
        same = self._next(self._openings, tag["name"], start)
        if own_end is not None and (same is None or own_end < same):
            return start, own_end, self._text.index(">", own_end) + 1
        at = bisect_left(self._leaf_openings, start)
        stops = [*self._leaf_openings[at : at + 1], len(self._text)]
        stops += [
            end
            for name in set(self._stack)
            if (end := self._next(self._ends, name, start)) is not None
        ]
        return start, min(stops), min(stops)

    @staticmethod
    def _next(positions: dict[str, list[int]], name: str, start: int) -> int | None:
        of_name = positions.get(name.lower(), [])
        at = bisect_left(of_name, start)
        return of_name[at] if at < len(of_name) else None


def _is_balanced(content: str) -> bool:
    """Return whether all tags of a text are well formed, and closed in their order."""
    open_names: list[str] = []
    for tag in _TAG.finditer(content):
        names = [match[1] for match in _ATTRIBUTE.finditer(tag["rest"])]
        if _ATTRIBUTE.sub("", tag["rest"]).strip("/ \t\r\n") or len(names) > len(set(names)):
            return False
        if tag["end"]:
            if not open_names or open_names.pop() != tag["name"]:
                return False
        elif not tag["rest"].endswith("/"):
            open_names.append(tag["name"])
    return not open_names and "<" not in _TAG.sub("", content)
