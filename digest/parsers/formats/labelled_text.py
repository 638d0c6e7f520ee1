"""Records as labelled lines: ``Title: ...``, ``PDF: ...``, ``Summary: ...``.

Small scripts write such files. A record is what stands between two rules, between two blank
lines, or from one first label to the next; its fields may be in any order, and any may be
missing (`digest.parsers.fields.label_layout`). A value continues over the lines that have no
label. ``Summary`` is arXiv's word for the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import (
    categories,
    ids,
    label_layout,
    labels,
    names,
    sources,
    timestamps,
    withdrawals,
)
from digest.parsers.fields.label_layout import Layout
from digest.parsers.fields.labels import Label
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.parsers.listing_page import furniture
from digest.text import links

NAME = "labelled-text"

_MARKDOWN_LINK = re.compile(r"!?\[[^\[\]]*\]\(([^()\s]+)\)|<([^<>\s]+)>")
_MAX_LINE_BYTES = 1 << 18  # longer than the names of the largest collaboration
_MAX_RECORD_CHARS = 1 << 18
_ENTRY_CHARS = 64  # counted for each label, because an entry takes more memory than its text
_RUNNING_TEXT = ("title", "abstract")  # in these a word before a colon is mostly text


class _Entry(NamedTuple):
    """A label of a record, with the lines of its value."""

    line: int
    label: Label
    rows: list[str]

    @property
    def value(self) -> str:
        return furniture.join_lines(self.rows)


class _Record(NamedTuple):
    """The entries of one record; ``too_long`` if some were left out."""

    entries: list[_Entry]
    too_long: bool = False


def detect(input_file: InputFile) -> str | None:
    """Detect a title's label near one for an address or an abstract."""
    # One cheap search: the exact one looks at every line.
    if "title" not in input_file.head_text.lower():
        return None
    return "lines with labels" if label_layout.has_records(input_file.head_text) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records in order.

    One without a title, or with neither id nor abstract, becomes a reject. Raises `Unreadable`
    if there is no record.
    """
    rejects = Rejects()
    sightings = spill.collect(_sightings(input_file, rejects), Sighting, input_file.spill_factory)
    if not sightings and not rejects:
        raise Unreadable("not a listing of papers")
    return sources.build_dump(input_file, NAME, evidence, sightings, rejects)


def _sightings(input_file: InputFile, rejects: Rejects) -> Iterator[Sighting]:
    complete = input_file.size <= len(input_file.head)
    layout = label_layout.analyse(input_file.head_text, complete=complete)
    page = lines.iter_lines(input_file.stream, input_file.head)
    for record in _RecordCutter(layout).records(page):
        title = next((entry for entry in record.entries if entry.label.field == "title"), None)
        line = (title or record.entries[0]).line
        if record.too_long:
            rejects.add(line, "a record that is too long")
        elif title is None:
            if _is_paper(record.entries):
                rejects.add(line, "a record without a title")
        elif paper := _sighting(line, record.entries):
            yield paper
        else:
            rejects.add(line, "a title without an id or an abstract")


class _RecordCutter:
    """Cut the lines of a file into records."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.entries: list[_Entry] = []  # of the current record
        self.characters = 0
        self.too_long = False
        self.value: _Entry | None = None  # the entry that the next line continues

    def records(self, page: Iterable[bytes]) -> Iterator[_Record]:
        """Yield each record once it ends."""
        after_blank = False  # whether a blank line stands below the last label
        for number, line in enumerate(page, start=1):
            text = line[:_MAX_LINE_BYTES].decode("utf-8", "replace").rstrip(lines.BLANKS)
            row = text.lstrip(lines.BLANKS)
            if not row:
                after_blank = True
                if self.value and self.value.rows and self.value.label.field not in _RUNNING_TEXT:
                    self.value = None
                continue
            label = labels.parse(row)
            if label is None and labels.is_rule(row):
                self.value = None
                if self.layout.rules:
                    yield from self._flush()
            elif label and self._is_label(label, indented=text[0] in " \t"):
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

    def _begin(self, number: int, label: Label, *, after_blank: bool) -> Iterator[_Record]:
        """Begin the value of a label, after the record that ends above it."""
        if not label.field:
            self.value = None
            return
        if after_blank and self.layout.blanks and self._begins_record(label):
            yield from self._flush()
        elif label.field == "title" and self._has_title():
            yield from self._split()
        self.value = _Entry(number, label, [label.value] if label.value else [])
        self.entries.append(self.value)
        self._count(label.value, _ENTRY_CHARS)

    def _begins_record(self, label: Label) -> bool:
        """Return whether a label after a blank line begins a record, and continues none."""
        repeated = any(label.name == entry.label.name for entry in self.entries)
        return repeated or label.name in self.layout.starters

    def _has_title(self) -> bool:
        return any(entry.label.field == "title" for entry in self.entries)

    def _split(self) -> Iterator[_Record]:
        """Yield the record above a second title; labels known to stand above titles stay."""
        cut = len(self.entries)
        above = self.layout.heads | self.layout.doubtful
        while cut and self.entries[cut - 1].label.name in above:
            cut -= 1
        remaining = self.entries[cut:]
        self.entries = self.entries[:cut]
        yield from self._flush()
        self.entries = remaining

    def _flush(self) -> Iterator[_Record]:
        entries = [e for e in self.entries if e.label.name not in self.layout.doubtful]
        if entries:
            yield _Record(entries, self.too_long)
        self.entries, self.characters, self.too_long, self.value = [], 0, False, None

    def _count(self, row: str, entry: int = 1) -> None:
        """Count the characters of a record, and keep only the title of one that is too long."""
        self.characters += len(row) + entry
        if self.characters > _MAX_RECORD_CHARS:
            titles = [entry for entry in self.entries if entry.label.field == "title"]
            self.entries = (titles or self.entries)[:1]
            self.entries[0].rows.clear()
            self.characters, self.too_long, self.value = 0, True, None


def _is_paper(entries: Iterable[_Entry]) -> bool:
    """Return whether entries without a title are a damaged record, and no front matter."""
    return any(
        entry.label.field == "abstract" or (entry.label.field == "address" and _ids(entry))
        for entry in entries
    )


def _ids(entry: _Entry) -> str | None:
    return ids.arxiv_id(_address(entry.value))


def _sighting(line: int, entries: list[_Entry]) -> Sighting | None:
    values: dict[str, list[str]] = {}
    for entry in entries:
        if (value := entry.value) and entry.label.field:
            values.setdefault(entry.label.field, []).append(value)
    first = {field: written[0] for field, written in values.items()}
    addresses = list(map(_address, values.get("address", ())))
    arxiv_id = _only(map(ids.arxiv_id, addresses))
    doi = _only(map(ids.doi, (*map(_address, values.get("doi", ())), *addresses)))
    title, abstract = first.get("title"), first.get("abstract")
    if not title or not (arxiv_id or doi or abstract):
        return None
    written = values.get("authors", ())
    # Several lines hold a name each.
    authors = names.split_names(first["authors"] if len(written) == 1 else "; ".join(written))
    notes = (title, abstract or "", *values.get("notes", ()))
    return Sighting(
        title=title,
        abstract=abstract,
        arxiv_id=arxiv_id,
        doi=doi,
        url=links.identifier_page(arxiv_id) or ids.first(ids.address, addresses),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(first["day"]) if "day" in first else None,
        published_text=first.get("day"),
        upvotes=furniture.parse_count(first.get("upvotes", "")),
        categories=categories.split(first.get("categories", "")),
        retracted=any(map(withdrawals.is_withdrawal_notice, notes)),
        line=line,
    )


def _only(found: Iterable[str | None]) -> str | None:
    """Return the identifier of a record; two that differ leave open which one is its own."""
    different = set(filter(None, found))
    return different.pop() if len(different) == 1 else None


def _address(value: str) -> str:
    """Return the address of a Markdown link, or the value."""
    match = _MARKDOWN_LINK.fullmatch(value)
    return (match[1] or match[2]) if match else value
