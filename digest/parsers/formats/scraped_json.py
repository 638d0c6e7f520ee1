"""JSON that lists papers in a shape of its own: scraped lists, exports, wrapped answers.

Finds the lists of records wherever they stand in the value, and reads each record by the
names of its fields (`json_fields`). Also reads JSON Lines, files that are cut off and Python
literals.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import (
    dates,
    json_answers,
    json_fields,
    json_pieces,
    json_records,
    json_values,
    sources,
    timestamps,
)
from digest.parsers.fields.json_records import RecordPlace
from digest.parsers.fields.json_values import Json
from digest.parsers.fields.record_lines import LineFinder
from digest.parsers.input import encodings, lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "json"

_LISTING_DAYS = ("scraped_date", "scraped_at", "fetched_at", "submittedOnDailyAt", "day")
_FILE_DAYS = (*_LISTING_DAYS, "date", "generated_at", "updated", "timestamp")
_LONGEST_LINE = 1 << 20  # bytes; a record with 664 authors takes 330 kB
_NO_OBJECT = "a line that is not a JSON object"


def detect(input_file: InputFile) -> str | None:
    """Detect any text that begins as JSON; the names of its fields do not matter."""
    if not json_values.may_be_json(input_file):
        return None
    return "it begins as JSON" if json_values.looks_like_json(input_file.head) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records in order; one that is no paper becomes a reject with its line.

    Raises `Unreadable` if no record is a paper, with the words of an error answer if it is
    one.
    """
    records = _records(input_file)
    reader = json_fields.RecordReader()
    sightings = spill.collect(_sightings(records, reader), Sighting, input_file.spill_factory)
    if records.rejects and not sightings:
        raise _unreadable(records)
    return Dump(
        name=input_file.name,
        format_name=NAME,
        source=sources.from_paper_addresses(paper.url for paper in sightings if paper.url)
        or sources.from_file_name(input_file.name),
        page_date=records.file_day or records.newest_day or dates.iso_day_in_name(input_file.name),
        sightings=sightings,
        rejects=records.rejects.by_line(),
        is_cut=records.rejects.is_cut,
        evidence={"dialect": f"{evidence}; {records.form}", "fields": reader.describe_fields()},
    )


def _records(input_file: InputFile) -> _Lines | _Values | _Pieces:
    if _are_lines(input_file):
        return _Lines(input_file)
    data = encodings.in_utf8(input_file.read_all(), None)
    loaded = json_values.load(data)
    return _Pieces(data) if loaded is None else _Values(data, loaded)


def _unreadable(records: _Lines | _Values | _Pieces) -> Unreadable:
    if records.error:
        return Unreadable(f"an error answer: {records.error}")
    first = records.rejects.by_line()[0]
    if not records.count:
        return Unreadable(first.reason, line=first.line)
    return Unreadable("JSON, but no object in it is a paper: " + records.rejects[-1].reason)


def _are_lines(input_file: InputFile) -> bool:
    head = input_file.head
    # A first record that is longer than the head ends only in the bytes after it.
    if b"\n" not in head:
        head = input_file.stream.read(_LONGEST_LINE)
        input_file.stream.seek(0)
    return json_values.looks_like_json_lines(head)


def _sightings(
    records: _Lines | _Values | _Pieces, reader: json_fields.RecordReader
) -> Iterator[Sighting]:
    """Yield the papers among the records.

    Adds the others to the records' rejects, counts all, and keeps the newest day of listing.
    """
    for record, key, line in records:
        if json_fields.is_attachment(record):
            continue
        records.count += 1
        records.newest_day = max(records.newest_day, _listing_day(record) or "")
        paper = reader.sighting(record, line, key)
        if isinstance(paper, str):
            records.rejects.add(line, paper)
        else:
            yield paper


class _Lines:
    """The records of JSON Lines, decoded one at a time."""

    form = "JSON Lines"
    file_day = None  # such a file has no fields of its own
    error = ""

    def __init__(self, input_file: InputFile) -> None:
        self._rows = lines.iter_lines(input_file.stream, input_file.head)
        self.rejects = Rejects()
        self.count, self.newest_day = 0, ""

    def __iter__(self) -> Iterator[RecordPlace]:
        for number, row in enumerate(self._rows, start=1):
            if b"{" not in row:  # holds no object, which takes less time to see
                if row.strip():
                    self.rejects.add(number, _NO_OBJECT)
            elif (value := json_values.parse_object(row)) is not None:
                yield RecordPlace(json_records.revived(value), "", number)
            else:
                yield from self._pieces(encodings.decode_line(row).encode(errors="replace"), number)

    def _pieces(self, row: bytes, number: int) -> Iterator[RecordPlace]:
        """Yield the objects of a line that holds several, or add a reject for it."""
        try:
            spans = list(json_pieces.iter_objects(row, json_fields.looks_like_record))
        except Unreadable:
            spans = []
        values = [span.value for span in spans if not isinstance(span, json_values.JsonDamage)]
        yield from (RecordPlace(value, "", number) for value in values)
        if not values or len(values) < len(spans):
            # Only the last line has no line feed.
            is_cut = row.startswith(b"{") and not row.endswith((b"\n", b"}"))
            self.rejects.add(number, _NO_OBJECT, is_cut=is_cut)


class _Values:
    """The records of any other JSON, which is decoded at once."""

    def __init__(self, data: bytes, loaded: json_values.LoadedJson) -> None:
        root = loaded.value
        places = json_records.places(root)
        first = tuple(itertools.islice(places, 1))
        if not first and not json_answers.is_empty(root):
            raise Unreadable(json_answers.complaint(root))
        self._places = itertools.chain(first, places)
        self._finder = LineFinder(data)
        self.form, self.rejects = loaded.form, Rejects()
        self.file_day = _first_day(root, _FILE_DAYS) if isinstance(root, dict) else None
        self.count, self.newest_day = 0, ""
        self.error = json_answers.error_words(root)

    def __iter__(self) -> Iterator[RecordPlace]:
        for place in self._places:
            yield RecordPlace(place.record, place.key, self._finder.line(place.record))


class _Pieces:
    """The records of JSON that is damaged or very dense, decoded one at a time."""

    form = "JSON in pieces"
    file_day = None
    error = ""

    def __init__(self, data: bytes) -> None:
        self._spans = json_pieces.iter_objects(data, json_fields.looks_like_record)
        self.rejects = Rejects()
        self.count, self.newest_day = 0, ""

    def __iter__(self) -> Iterator[RecordPlace]:
        for span in self._spans:
            if isinstance(span, json_values.JsonDamage):
                self.rejects.add(span.line, span.reason, is_cut=span.is_cut)
            else:
                yield RecordPlace(json_records.revived(span.value), span.key, span.line)


def _first_day(holder: Json, names: tuple[str, ...]) -> str | None:
    days = (timestamps.day(holder[name]) for name in names if name in holder)
    return next((day for day in days if day), None)


def _listing_day(record: Any) -> str | None:
    """Return the day a record was listed."""
    # Not from "date": in a record that may be the day of the paper.
    if not isinstance(record, dict):
        return None
    for holder in (record, record.get("details"), record.get("paper")):
        if isinstance(holder, dict) and (day := _first_day(holder, _LISTING_DAYS)):
            return day
    return None
