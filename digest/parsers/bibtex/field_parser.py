"""Parse the fields of one BibTeX entry, leniently.

Values may be braced, quoted, bare or joined by ``#``, a field may stand twice, and commas may be
missing or too many. Braces after a backslash are text. The grammar is described in
https://tug.ctan.org/info/bibtex/tamethebeast/ttb_en.pdf.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from digest.parsers.bibtex import openings
from digest.parsers.bibtex.openings import LOOK_AHEAD, OPENING

MAX_CHARS = 2_000_000  # of an entry; one with 3,000 authors takes 60,000
_MAX_FIELDS, _MAX_VALUES = 1_000, 16  # names of an entry, values of a name

_SEGMENT = {"{": re.compile(r"[^=,{}]*"), "(": re.compile(r"[^=,{})]*")}
# A bare value is a number or names. The last word before an equals sign is the next field's.
_BARE = {
    "{": re.compile(r"[^\s,#{}\"]+(?:\s++(?![^\s,#{}\"=]+\s*=)[^\s,#{}\"]+)*"),
    "(": re.compile(r"[^\s,#{}\"()]+(?:\s++(?![^\s,#{}\"=()]+\s*=)[^\s,#{}\"()]+)*"),
}
_BRACES = re.compile(r"\\[\\{}]|[{}@]")
_QUOTES = re.compile(r"\\.|[{}\"@]", re.DOTALL)
_LAST_QUOTE = re.compile(r"\"(?=\s*+[,}#)])|@")
_BLANKS = re.compile(r"\s*")


class Incomplete(Exception):
    """The text ends before the entry does, and there is more text."""


class Broken(Exception):
    """The entry has no end. ``resume`` is where reading goes on, ``reached`` how far it went."""

    def __init__(self, resume: int, reached: int | None = None) -> None:
        self.resume, self.reached = resume, resume if reached is None else reached


class QuoteSearch:
    """How far the end of quoted values was searched in vain, in all entries of a file.

    Each search may go far beyond its entry. After too many, quoted values end at the first mark
    that may be their last.
    """

    remaining_chars = 4_000_000


class EntryParser:
    """Parse the entry whose first field or key stands after its opening.

    ``last`` says that no more text comes after this one. ``expand`` returns the text of an
    abbreviation.
    """

    def __init__(
        self,
        text: str,
        opening: re.Match[str],
        last: bool,
        expand: Callable[[str], str],
        quote_search: QuoteSearch,
    ) -> None:
        self.text, self.position, self._bracket = text, opening.end(), opening[2]
        self._start, self._last, self._expand = opening.start(), last, expand
        self._quote_search = quote_search
        self._nested: int | None = None  # another opening in a value, which may be a quotation
        self._quotes_balance = quote_search.remaining_chars > 0
        self._value_balances = True  # as far as is known: only such a value may quote an entry

    def fields(self) -> dict[str, list[str]]:
        """Return the values of each field by its name in lower case, and move to the end.

        Raises `Broken` for an entry that has no end, `Incomplete` if there is too little text.
        """
        fields: dict[str, list[str]] = {}
        while True:
            segment = self._segment()
            mark = self._mark()
            self.position += 1
            if mark == "{":  # a group without a name
                self.position = self._closing_brace(self.position) + 1
            elif mark == "=":
                _add(fields, segment, self._value())
            elif mark != ",":
                return fields

    def _segment(self) -> str:
        """Return the text up to the next mark: a name, the key, or words at a wrong place."""
        start = self.position
        match = _SEGMENT[self._bracket].match(self.text, start)
        self.position = match.end() if match else start
        self._mark()
        segment = self.text[start : self.position]
        if "@" in segment:
            self._find_opening(start, self.position)
        return segment

    def _find_opening(self, start: int, end: int) -> None:
        """Raise `Broken` if the next entry opens where no value is open."""
        # Its bracket may stand after the end, behind blanks.
        for opening in OPENING.finditer(self.text, start, end + 10):
            if opening.start() < end and not openings.is_in_word(self.text, opening.start()):
                raise Broken(opening.start())

    def _value(self) -> str:
        parts = [self._part()]
        while self._skip_blanks() == "#":
            self.position += 1
            self._skip_blanks()
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else "".join(parts)

    def _part(self) -> str:
        mark = self._skip_blanks()
        if mark in {"{", '"'}:
            start = self.position + 1
            end = self._closing_brace(start) if mark == "{" else self._closing_quote(start)
            self.position = end + 1
            return self.text[start:end]
        match = _BARE[self._bracket].match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        self._mark()
        if "@" in match[0]:
            self._find_opening(match.start(), self.position)
        return self._expand(match[0])

    def _closing_brace(self, start: int) -> int:
        """Return where the brace closes that was opened before ``start``."""
        text, end = self.text, self.text.find("}", start)
        plain = end > start and text[end - 1] != "\\" and text.find("{", start, end) < 0
        if plain and text.find("@", start, end) < 0:
            return end
        depth = 1
        for mark in _BRACES.finditer(text, start):
            if mark[0] == "@":
                self._note_opening(mark.start())
            elif len(mark[0]) == 1:
                depth += 1 if mark[0] == "{" else -1
                if not depth:
                    return mark.start()
        raise self._broken()

    def _closing_quote(self, start: int) -> int:
        """Return where the quotation mark closes: outside of braces, if the braces balance.

        Otherwise at the first one that a comma or the end of the entry follows.
        """
        if self._quotes_balance:
            nested = self._nested
            try:
                return self._closing_quote_outside_braces(start)
            except Broken as broken:
                self._quote_search.remaining_chars -= max(broken.reached - start, 0)
                self._quotes_balance, self._nested = False, nested
        self._value_balances = False
        for mark in _LAST_QUOTE.finditer(self.text, start):
            if mark[0] != "@":
                self._value_balances = True
                return mark.start()
            self._note_opening(mark.start())
        raise self._broken()

    def _closing_quote_outside_braces(self, start: int) -> int:
        depth = 0
        for mark in _QUOTES.finditer(self.text, start):
            if mark[0] == '"' and not depth:
                return mark.start()
            if mark[0] == "@":
                self._note_opening(mark.start())
            elif mark[0] in {"{", "}"}:
                depth += 1 if mark[0] == "{" else -1
                if depth < 0:
                    raise Broken(mark.start())
        raise self._broken()

    def _note_opening(self, at: int) -> None:
        """Decide whether an ``@`` inside a value opens the next entry; raise `Broken` if so.

        A value may quote an entry. It is the next entry if a value or an entry ends right
        before it, or if a second one follows.
        """
        if len(self.text) - at < LOOK_AHEAD and not self._last:
            raise self._broken()
        opening = OPENING.match(self.text, at)
        if not opening or not openings.is_first(self.text, at):
            return
        if not self._value_balances and openings.begins_entry(self.text, opening):
            raise Broken(at)
        if not openings.has_fields(self.text, opening):
            return
        if self._nested is not None or _character_before(self.text, at) in {"}", '"'}:
            raise Broken(at if self._nested is None else self._nested, at)
        self._nested = at

    def _skip_blanks(self) -> str:
        match = _BLANKS.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self._mark()

    def _mark(self) -> str:
        """Return the character at the position; raises if the text ends there."""
        if self.position >= len(self.text):
            raise self._broken()
        return self.text[self.position]

    def _broken(self) -> Exception:
        """Return the exception for an entry that does not end in this text."""
        if not self._last and len(self.text) - self._start < MAX_CHARS:
            return Incomplete()
        end = len(self.text)
        return Broken(end if self._nested is None else self._nested, end)


def _add(fields: dict[str, list[str]], segment: str, value: str) -> None:
    # Words before the name are left over from a field without a comma at its end.
    name = segment.rsplit(maxsplit=1)[-1].lower() if segment.strip() else ""
    values = fields.get(name)
    if values is None and len(fields) < _MAX_FIELDS:
        fields[name] = [value]
    elif values is not None and len(values) < _MAX_VALUES:
        values.append(value)


def _character_before(text: str, at: int) -> str:
    while at > 0 and text[at - 1] in " \t\n":
        at -= 1
    return text[at - 1 : at]
