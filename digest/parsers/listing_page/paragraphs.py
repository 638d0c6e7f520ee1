"""One paragraph of a text with links: finds the links, then cuts it along them.

Knows brackets, bullets and headings; what an address means is the listing's to say.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.parsers.input import lines
from digest.parsers.listing_page import furniture
from digest.parsers.listing_page.numbered_links import Addresses


class PagePiece(NamedTuple):
    """A stretch of text of one kind; ``href`` is None where nobody tells the address."""

    line: int
    text: str
    href: str | None = None
    linked: bool = False  # also where the number of a link has no address
    heading: int = 0  # its level, 0 for other text
    first: bool = True  # begins its line, but for a bullet or a number
    alt: str = ""  # words of the picture before it: an avatar bears its owner's address part


class _Link(NamedTuple):
    start: int
    text: int
    stop: int
    end: int
    href: str | None


_MARK = re.compile(
    r"\\[^\n]"
    r"|!\[(?P<alt>[^\[\]\n]*)\](?:\([^()\[\]\n]*\)|\[\d{1,5}\])?"
    r"|\](?:\((?P<href>[^()\[\]\s]*)(?: \"[^\"\[\]\n]*\")?\)|\[(?P<number>\d{1,5})\])"
    r"|\[(?P<ahead>\d{1,5})\](?=[^\s\[\](),.;:])"
    r"|(?P<open>\[)|(?P<close>\])"
)
_ESCAPED = re.compile(r"\\{1,2}(?=\n)|\\(?=  )|\\([\\`*_\[\]#+.!>~|-])")
_BULLET = re.compile(r"(?:(?:#{1,6}|>|[*+•-])[ \t]+|[·|][ \t]*)+")
_LEADING = re.compile(r"(?:[#>*+•\s\[_|·-]|\d{1,4}[.)]|\[\d{1,5}\])*")
_NOTHING = re.compile(r"[#*_·•+|\[\]>~=\s]*|\d{1,4}[.)]|-{2,}")
_BLANKS = re.compile(r" {2,}")
_BOXES = frozenset(("[]", "[ ]", "[-]", "[x]"))
_ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?")
_LONGEST_ALT = 300  # characters in brackets that may be a picture's words
_LINE_START = 12  # characters; room for a bullet, a number and a mark of emphasis


class Paragraph:
    """One paragraph: finds its links, then cuts it along them."""

    def __init__(self, number: int, text: str, addresses: Addresses | None) -> None:
        self.text, self.addresses = text, addresses
        self.line, self.counted = number, 0  # the line of a position, counted up to there
        self.line_start = 0
        self.links: list[_Link] = []
        self.pictures: list[tuple[int, int, str]] = []  # from, to, words

    def pieces(self) -> Iterator[PagePiece]:
        """Everything written in the block; a piece without text is an address alone."""
        words: list[str] = []
        link: _Link | None = None
        alt, since, at = "", 0, 0
        for start, end, effect in self._cuts():
            words.append(self.text[at:start])
            at = max(at, end)
            if isinstance(effect, str):
                alt = effect
                continue
            if link or start > since:
                yield from self._rows("".join(words), since, link, alt)
            words, link, alt, since = [], effect, "", end

    def _cuts(self) -> list[tuple[int, int, _Link | str | None]]:
        """Stretches of markup in order: a link's begin, its end (None), a picture (its words)."""
        self._find()
        cuts: list[tuple[int, int, int, _Link | str | None]] = []
        for order, link in enumerate(self.links):
            cuts.append((link.start, 2 * order, link.text, link))
            cuts.append((link.stop, 2 * order + 1, link.end, None))
        last = len(self.text)
        cuts += [(start, 2 * last, end, alt) for start, end, alt in self.pictures]
        cuts.append((last, 2 * last + 1, last, None))
        cuts.sort(key=operator.itemgetter(0, 1))
        return [(start, end, effect) for start, _, end, effect in cuts]

    def _find(self) -> None:
        brackets: list[int] = []
        for mark in _MARK.finditer(self.text):
            kind, start, end = mark.lastgroup, mark.start(), mark.end()
            if kind == "open":
                brackets.append(start)
            elif kind == "close" and brackets:
                self._bracketed(brackets.pop(), end)
            elif kind == "alt":
                self.pictures.append((start, end, mark["alt"]))
            elif kind == "href":
                self._link(brackets, start, end, mark["href"])
            elif kind == "number":
                self._link(brackets, start, end, self._address(mark["number"]))
            elif kind == "ahead" and (href := self._address(mark["ahead"])):
                self._link_ahead(start, end, href)

    def _address(self, number: str) -> str | None:
        return self.addresses.of(int(number), self.line) if self.addresses else None

    def _bracketed(self, start: int, end: int) -> None:
        """Words in brackets that are no link: an avatar, or a box to tick; else words."""
        if end - start > _LONGEST_ALT:
            return
        inside = self.text[start + 1 : end - 1]
        at_line_start = self._begins_line(start)
        fills_line = at_line_start and self.text[end : end + 1] in ("", "\n")
        if start and self.text[start - 1] == "[" and not self.text.startswith("#"):
            self.pictures.append((start, end, inside))
        elif fills_line or (at_line_start and f"[{inside}]" in _BOXES):
            self.pictures.append((start, end, ""))

    def _link(self, brackets: list[int], start: int, end: int, href: str | None) -> None:
        """A link's end; its begin is the bracket before, or above in another paragraph.

        Where words hold a lone bracket, a link that ends its line began where a line did.
        """
        before = self.links[-1].end if self.links else 0
        if not brackets:
            begin = max(self.text.rfind("\n", before, start) + 1, before)
            self.links.append(_Link(begin, begin, start, end, href))
            return
        begin = brackets[-1]
        lowest = brackets[0]
        if self.text[end : end + 1] in ("", "\n") and self._begins_line(lowest):
            begin = lowest
        while self.links and self.links[-1].start > begin:
            self.links.pop()
        brackets.clear()
        self.links.append(_Link(begin, begin + 1, start, end, href))

    def _link_ahead(self, start: int, end: int, href: str) -> None:
        """``[7]words``: the link reaches to the next one, or to the end."""
        if self.links and self.links[-1].end == len(self.text):
            last = self.links.pop()
            self.links.append(last._replace(stop=start, end=start))
        self.links.append(_Link(start, end, len(self.text), len(self.text), href))

    def _begins_line(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] == "\n"

    def _advance(self, at: int) -> None:
        """Moves the line number on to a position not before the last one."""
        newline = self.text.rfind("\n", self.counted, at)
        if newline >= 0:
            self.line += self.text.count("\n", self.counted, at)
            self.line_start = newline + 1
        self.counted = max(at, self.counted)

    def _rows(self, words: str, at: int, link: _Link | None, alt: str) -> Iterator[PagePiece]:
        """The lines of a stretch: running text joined, everything else by itself."""
        self._advance(at)
        place = _ScanPosition(self.line, self._level(), self._is_first(at), link, alt)
        if "\\" in words:
            words = _ESCAPED.sub(r"\1", words)
        running: list[str] = []
        found = False
        for number, row in enumerate(words.split("\n"), start=self.line):
            text, level = _stripped(row)
            alone = level or place.level or not text or furniture.is_label(text)
            href = None if link else self._address_alone(text)
            if (alone or href) and running:
                yield place.piece(furniture.joined(running))
                running, found = [], True
            if href:
                yield PagePiece(number, "", href, linked=True)
            elif alone and text:
                yield place._replace(line=number, level=level or place.level).piece(text)
                found = True
            elif text:
                place = place if running else place._replace(line=number)
                running.append(text)
            if number > self.line or not text:
                place = place._replace(level=0, first=True)
        if running or (link and not found):
            yield place.piece(furniture.joined(running))

    def _level(self) -> int:
        """Of the heading the stretch begins in."""
        marks = self.text[self.line_start : self.line_start + 7]
        level = len(marks) - len(marks.lstrip("#"))
        return level if marks[level : level + 1] == " " else 0

    def _is_first(self, at: int) -> bool:
        before = self.text[self.line_start : min(at, self.line_start + _LINE_START + 1)]
        return len(before) <= _LINE_START and _LEADING.fullmatch(before) is not None

    def _address_alone(self, row: str) -> str | None:
        """An address that is a line: one of the listing's, or all of its paragraph."""
        match = _ADDRESS.fullmatch(row)
        if match and (len(row) == len(self.text) or furniture.target(match[1])):
            return match[1]
        return None


class _ScanPosition(NamedTuple):
    """What a piece has from where it stands."""

    line: int
    level: int
    first: bool
    link: _Link | None
    alt: str

    def piece(self, text: str) -> PagePiece:
        link = self.link
        href = link.href if link else None
        return PagePiece(self.line, text, href, link is not None, self.level, self.first, self.alt)


def _stripped(row: str) -> tuple[str, int]:
    """A line without bullets and marks of emphasis, and its level as a heading."""
    row = row.strip(lines.EDGES)
    if _NOTHING.fullmatch(row):
        return "", 0
    level = len(row) - len(row.lstrip("#")) if row[0] == "#" else 0
    bullet = _BULLET.match(row)
    text = row[bullet.end() :] if bullet else row
    for mark in ("**", "__", "*", "_") if text[-1:] in "*_" else ():
        inside = text[len(mark) : -len(mark)]
        if inside and text == f"{mark}{inside}{mark}" and mark not in inside:
            return inside, level
    return _BLANKS.sub(" ", text) if "  " in text else text, level if text != row else 0
