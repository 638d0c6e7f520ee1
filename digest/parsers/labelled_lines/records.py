"""Cut a file of labelled lines into records, each with its labels and their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from digest.parsers.input import encodings, lines
from digest.parsers.labelled_lines import labels
from digest.parsers.labelled_lines.labels import Label
from digest.parsers.labelled_lines.layouts import Layout
from digest.parsers.listing_page import furniture

_MAX_LINE_BYTES = 1 << 18  # longer than the names of the largest collaboration
_MAX_RECORD_CHARS = 1 << 18
_ENTRY_CHARS = 64  # counted for each label, because an entry takes more memory than its text
_RUNNING_TEXT = ("title", "abstract")  # in these a word before a colon is mostly text
_OVER_BLANKS = "abstract"  # the field whose value goes on below a blank line


class LabelEntry(NamedTuple):
    """A label of a record, with the lines of its value."""

    line: int
    label: Label
    rows: list[str]

    @property
    def value(self) -> str:
        """The lines of the value, joined."""
        return furniture.join_lines(self.rows)


class LabelledRecord(NamedTuple):
    """The entries of one record; ``too_long`` if some were left out."""

    entries: list[LabelEntry]
    too_long: bool = False


class RecordCutter:
    """Cut the lines of a file into records."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.entries: list[LabelEntry] = []  # of the current record
        self.block = 0  # the number of these that stand above the last blank line
        self.characters = 0
        self.too_long = False
        self.value: LabelEntry | None = None  # the entry that the next line continues

    def records(self, page: Iterable[bytes]) -> Iterator[LabelledRecord]:
        """Yield each record once it ends."""
        after_blank = False  # whether a blank line stands below the last label
        for number, line in enumerate(page, start=1):
            row = encodings.decode_line(line[:_MAX_LINE_BYTES].strip())
            if not row or not (row.isascii() or (row := row.strip(lines.BLANKS))):
                after_blank = True
                if self.value and self.value.rows and self.value.label.field != _OVER_BLANKS:
                    self.value = None
                continue
            label = labels.parse(row)
            if label is None and labels.is_rule(row):
                self.value = None
                if self.layout.rules:
                    yield from self._flush()
            elif label and self._is_label(label, indented=line[:1] in b" \t"):
                yield from self._begin(number, label, after_blank=after_blank)
                after_blank = False
            elif self.value is not None:
                self.value.rows.append(row)
                self._count(row)
        yield from self._flush()

    def _is_label(self, label: Label, *, indented: bool) -> bool:
        """Return whether a word before a colon is a label and not part of the value above."""
        above = self.value.label.field if self.value else None
        if label.field is not None or label.name in self.layout.learned:
            capital = label.capital or not self.layout.capitals
            return capital or above not in _RUNNING_TEXT
        return label.capital and not indented and above not in (None, *_RUNNING_TEXT)

    def _begin(self, number: int, label: Label, *, after_blank: bool) -> Iterator[LabelledRecord]:
        """Begin the value of a label, after the record that ends above it."""
        if not label.field:
            self.value = None
            return
        if after_blank:
            self.block = len(self.entries)
        if after_blank and label.name in self.layout.starters:
            yield from self._flush()
        elif self.layout.blanks and self._repeats(label):
            yield from self._cut(self.block)
        elif label.field == "title" and self._has_title():
            yield from self._split()
        self.value = LabelEntry(number, label, [label.value] if label.value else [])
        self.entries.append(self.value)
        self._count(label.value, _ENTRY_CHARS)

    def _repeats(self, label: Label) -> bool:
        """Return whether a label stands above the last blank line already.

        Then all labels below that line are of another record, which may lack its title.
        """
        return any(label.name == entry.label.name for entry in self.entries[: self.block])

    def _has_title(self) -> bool:
        return any(entry.label.field == "title" for entry in self.entries)

    def _split(self) -> Iterator[LabelledRecord]:
        """Yield the record above a second title; labels known to stand above titles stay."""
        cut = len(self.entries)
        above = self.layout.heads | self.layout.doubtful
        while cut and self.entries[cut - 1].label.name in above:
            cut -= 1
        yield from self._cut(cut)

    def _cut(self, at: int) -> Iterator[LabelledRecord]:
        """Yield the record of the first entries; the others begin the next record."""
        remaining = self.entries[at:]
        self.entries = self.entries[:at]
        yield from self._flush()
        self.entries = remaining

    def _flush(self) -> Iterator[LabelledRecord]:
        entries = [e for e in self.entries if e.label.name not in self.layout.doubtful]
        if entries:
            yield LabelledRecord(entries, self.too_long)
        self.entries, self.block, self.characters = [], 0, 0
        self.too_long, self.value = False, None

    def _count(self, row: str, entry: int = 1) -> None:
        """Count the characters of a record, and keep only the title of one that is too long."""
        self.characters += len(row) + entry
        if self.characters > _MAX_RECORD_CHARS:
            titles = [entry for entry in self.entries if entry.label.field == "title"]
            self.entries = (titles or self.entries)[:1]
            self.entries[0].rows.clear()
            self.characters, self.too_long, self.value = 0, True, None
