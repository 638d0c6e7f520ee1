"""Find the links of one paragraph, and cut it into pieces along them.

Handles brackets, bullets and headings; `furniture.link_target` interprets the addresses.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.parsers.listing_page import furniture, marks
from digest.parsers.listing_page.numbered_links import NumberedAddresses


class PagePiece(NamedTuple):
    """A stretch of text of one kind; ``href`` is None if it has no address or none is known."""

    line: int
    text: str
    href: str | None = None
    linked: bool = False  # True also for a numbered link whose address is missing
    heading: int = 0  # its level, 0 for other text
    first: bool = True  # whether it begins its line, apart from a bullet or a number
    alt: str = ""  # text of the picture before it: an avatar names its owner


class _Link(NamedTuple):
    """The positions of a link: its text is between ``text`` and ``stop``."""

    start: int
    text: int
    stop: int
    end: int
    href: str | None


_BRACKETS = re.compile(
    r"\\[^\n]"
    r"|!\[(?P<alt>[^\[\]\n]*)\](?:\([^()\[\]\n]*\)|\[\d{1,5}\])?"
    r"|\](?:\((?P<href>[^()\[\]\s]*)(?: \"[^\"\[\]\n]*\")?\)|\[(?P<number>\d{1,5})\])"
    r"|\[(?P<ahead>\d{1,5})\](?=[^\s\[\](),.;:])"
    r"|(?P<open>\[)|(?P<close>\])"
)
_ESCAPED = re.compile(r"\\{1,2}(?=\n)|\\(?=  )|\\([\\`*_\[\]#+.!>~|-])")
_CHECKBOXES = frozenset(("[]", "[ ]", "[-]", "[x]"))
_BARE_ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?")
_MAX_ALT_CHARS = 300  # longer text in brackets is no picture's alternative text
_MAX_PREFIX_CHARS = 12  # room for a bullet, a number and a mark of emphasis


class Paragraph:
    """One paragraph of a text with links."""

    def __init__(self, number: int, text: str, addresses: NumberedAddresses | None) -> None:
        self.text, self.addresses = text, addresses
        self.line, self.counted = number, 0  # the line of the position ``counted``
        self.line_start = 0
        self.links: list[_Link] = []
        self.pictures: list[tuple[int, int, str]] = []  # start, end, alternative text

    def pieces(self) -> Iterator[PagePiece]:
        """Yield the pieces in order; a piece without text is an address that stands alone."""
        texts: list[str] = []
        link: _Link | None = None
        alt, stretch_start, position = "", 0, 0
        for start, end, effect in self._cuts():
            texts.append(self.text[position:start])
            position = max(position, end)
            if isinstance(effect, str):
                alt = effect
                continue
            if link or start > stretch_start:
                yield from self._rows("".join(texts), stretch_start, link, alt)
            texts, link, alt, stretch_start = [], effect, "", end

    def _cuts(self) -> list[tuple[int, int, _Link | str | None]]:
        """Return the stretches of markup in order, each with its start, end and effect.

        The effect is a link that begins, None for a link that ends, or a picture's text.
        """
        self._find_links()
        # The second item keeps the order of cuts at one position: links as found, pictures last.
        cuts: list[tuple[int, int, int, _Link | str | None]] = []
        for order, link in enumerate(self.links):
            cuts.append((link.start, 2 * order, link.text, link))
            cuts.append((link.stop, 2 * order + 1, link.end, None))
        last = len(self.text)
        cuts += [(start, 2 * last, end, alt) for start, end, alt in self.pictures]
        cuts.append((last, 2 * last + 1, last, None))
        cuts.sort(key=operator.itemgetter(0, 1))
        return [(start, end, effect) for start, _, end, effect in cuts]

    def _find_links(self) -> None:
        open_brackets: list[int] = []
        for match in _BRACKETS.finditer(self.text):
            kind, start, end = match.lastgroup, match.start(), match.end()
            if kind == "open":
                open_brackets.append(start)
            elif kind == "close" and open_brackets:
                self._add_picture(open_brackets.pop(), end)
            elif kind == "alt":
                self.pictures.append((start, end, match["alt"]))
            elif kind == "href":
                self._add_link(open_brackets, start, end, match["href"])
            elif kind == "number":
                self._add_link(open_brackets, start, end, self._address(match["number"]))
            elif kind == "ahead" and (href := self._address(match["ahead"])):
                self._add_link_ahead(start, end, href)

    def _address(self, number: str) -> str | None:
        return self.addresses.find(int(number), self.line) if self.addresses else None

    def _add_picture(self, start: int, end: int) -> None:
        """Add text in brackets that is no link if it is an avatar or a checkbox."""
        if end - start > _MAX_ALT_CHARS:
            return
        inside = self.text[start + 1 : end - 1]
        at_line_start = self._begins_line(start)
        fills_line = at_line_start and self.text[end : end + 1] in ("", "\n")
        if start and self.text[start - 1] == "[" and not self.text.startswith("#"):
            self.pictures.append((start, end, inside))
        elif fills_line or (at_line_start and f"[{inside}]" in _CHECKBOXES):
            self.pictures.append((start, end, ""))

    def _add_link(self, open_brackets: list[int], start: int, end: int, href: str | None) -> None:
        """Add the link that ends here. It begins at the last open bracket.

        A link without a bracket began in a paragraph above. If the text holds lone brackets,
        a link that ends its line began at the bracket that begins a line.
        """
        previous_end = self.links[-1].end if self.links else 0
        if not open_brackets:
            begin = max(self.text.rfind("\n", previous_end, start) + 1, previous_end)
            self.links.append(_Link(begin, begin, start, end, href))
            return
        begin = open_brackets[-1]
        if self.text[end : end + 1] in ("", "\n") and self._begins_line(open_brackets[0]):
            begin = open_brackets[0]
        while self.links and self.links[-1].start > begin:
            self.links.pop()
        open_brackets.clear()
        self.links.append(_Link(begin, begin + 1, start, end, href))

    def _add_link_ahead(self, start: int, end: int, href: str) -> None:
        """Add ``[7]text``: the link extends to the next one, or to the end."""
        if self.links and self.links[-1].end == len(self.text):
            last = self.links.pop()
            self.links.append(last._replace(stop=start, end=start))
        self.links.append(_Link(start, end, len(self.text), len(self.text), href))

    def _begins_line(self, position: int) -> bool:
        return position == 0 or self.text[position - 1] == "\n"

    def _advance(self, position: int) -> None:
        """Count the lines up to a position, which must not be before the last one.

        Counting on from there keeps the time linear.
        """
        newline = self.text.rfind("\n", self.counted, position)
        if newline >= 0:
            self.line += self.text.count("\n", self.counted, position)
            self.line_start = newline + 1
        self.counted = max(position, self.counted)

    def _rows(self, text: str, start: int, link: _Link | None, alt: str) -> Iterator[PagePiece]:
        """Yield the lines of a stretch: running text joined, every other line by itself."""
        self._advance(start)
        context = _PieceContext(self.line, self._level(), self._is_first(start), link, alt)
        if "\\" in text:
            text = _ESCAPED.sub(r"\1", text)
        running: list[str] = []
        yielded = False
        for number, row in enumerate(text.split("\n"), start=self.line):
            words, level = marks.strip(row)
            alone = level or context.level or not words or furniture.is_label(words)
            href = None if link else self._address_alone(words, running)
            if (alone or href) and running:
                yield context.piece(furniture.join_lines(running))
                running, yielded = [], True
            if href:
                yield PagePiece(number, "", href, linked=True)
            elif alone and words:
                yield context._replace(line=number, level=level or context.level).piece(words)
                yielded = True
            elif words:
                context = context if running else context._replace(line=number)
                running.append(words)
            if number > self.line or not words:
                context = context._replace(level=0, first=True)
        if running or (link and not yielded):
            yield context.piece(furniture.join_lines(running))

    def _level(self) -> int:
        """Return the level of the heading the stretch begins in, else 0."""
        start = self.text[self.line_start : self.line_start + 7]
        level = len(start) - len(start.lstrip("#"))
        return level if start[level : level + 1] == " " else 0

    def _is_first(self, position: int) -> bool:
        end = min(position, self.line_start + _MAX_PREFIX_CHARS + 1)
        before = self.text[self.line_start : end]
        return len(before) <= _MAX_PREFIX_CHARS and marks.LINE_PREFIX.fullmatch(before) is not None

    def _address_alone(self, row: str, above: list[str]) -> str | None:
        """Return an address that fills its line and is the listing's, or fills the paragraph.

        One that ends the sentence above it is a part of the text.
        """
        match = _BARE_ADDRESS.fullmatch(row)
        if match is None or len(row) == len(self.text):
            return match and match[1]
        target = furniture.link_target(match[1])
        return match[1] if target and not _ends_sentence(above, target) else None


class _PieceContext(NamedTuple):
    """The properties of a piece that come from its position."""

    line: int
    level: int
    first: bool
    link: _Link | None
    alt: str

    def piece(self, text: str) -> PagePiece:
        link = self.link
        href = link.href if link else None
        return PagePiece(self.line, text, href, link is not None, self.level, self.first, self.alt)


def _ends_sentence(above: list[str], target: furniture.LinkTarget) -> bool:
    """Return whether an address belongs to the running text above it ("The code is at")."""
    length = sum(map(len, above))
    if target.kind == "code":
        return length > furniture.METADATA_CHARS
    return length > furniture.LONG_PARAGRAPH_CHARS and not above[-1].endswith(
        furniture.SENTENCE_ENDS
    )
