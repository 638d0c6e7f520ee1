"""JSON that lists papers in a shape of its own: scraped lists, exports, wrapped answers.

Finds the lists of records wherever they stand in the value, and reads each record by the
names of its fields (`json_fields`). Also reads JSON Lines, files that are cut off and Python
literals.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.fields import dates, ids, json_fields, json_values, sources, timestamps
from digest.parsers.fields.json_values import Json
from digest.parsers.fields.record_lines import LineFinder
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "json"

_DEEPEST = 5  # wrappers around a list; {"data": {"daily": {"papers": {"items": []}}}} is four
_LISTING_DAYS = ("scraped_date", "scraped_at", "fetched_at", "submittedOnDailyAt", "day")
_FILE_DAYS = (*_LISTING_DAYS, "date", "generated_at", "updated", "timestamp")
_EMPTY = frozenset({"no_data", "empty", "no_papers", "no papers found for this date"})
_LISTS = ("papers", "data", "items", "results", "entries", "records", "articles", "list", "hits")
_FIRST_FEW = 9  # records of a list that decide whether it lists papers
_LONGEST_LINE = 1 << 20  # bytes; a record with 664 authors takes 330 kB
_ERRORS = ("error", "errors", "message", "detail")
_ERROR_CHARS = 200  # of the words of an error answer


class RecordPlace(NamedTuple):
    """A record, its key in the object around it, and its line, 0 if it must be searched for."""

    record: Any
    key: str
    line: int


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
    records = _Lines(input_file) if _are_lines(input_file) else _Values(input_file)
    reader = json_fields.RecordReader()
    sightings = spill.collect(_sightings(records, reader), Sighting, input_file.spill_factory)
    if records.rejects and records.count and not sightings:
        raise Unreadable("JSON, but no object in it is a paper: " + records.rejects[-1].reason)
    return Dump(
        name=input_file.name,
        format_name=NAME,
        source=sources.from_paper_addresses(paper.url for paper in sightings if paper.url)
        or sources.from_file_name(input_file.name),
        page_date=records.file_day or records.newest_day or dates.iso_day_in_name(input_file.name),
        sightings=sightings,
        rejects=records.rejects.by_line(),
        evidence={"dialect": f"{evidence}; {records.form}", "fields": reader.describe_fields()},
    )


def _are_lines(input_file: InputFile) -> bool:
    head = input_file.head
    # A first record that is longer than the head ends only in the bytes after it.
    if b"\n" not in head:
        head = input_file.stream.read(_LONGEST_LINE)
        input_file.stream.seek(0)
    return json_values.looks_like_json_lines(head)


def _sightings(records: _Lines | _Values, reader: json_fields.RecordReader) -> Iterator[Sighting]:
    """Yield the papers among the records.

    Adds the others to the records' rejects, counts all, and keeps the newest day of listing.
    """
    for record, key, line in records:
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

    def __init__(self, input_file: InputFile) -> None:
        self._rows = lines.iter_lines(input_file.stream, input_file.head)
        self.rejects = Rejects()
        self.count, self.newest_day = 0, ""

    def __iter__(self) -> Iterator[RecordPlace]:
        for span in json_values.iter_json_lines(self._rows):
            if isinstance(span, Reject):
                self.rejects.add(span.line, span.reason)
            else:
                yield RecordPlace(_revived(span.value), "", span.line)


class _Values:
    """The records of any other JSON, which is decoded at once."""

    def __init__(self, input_file: InputFile) -> None:
        data = json_values.to_utf8(input_file.read_all())
        loaded = json_values.load(data)
        root = loaded.values[0].value
        self._places = list(_places(loaded))
        if not self._places and not _is_empty_answer(root):
            raise Unreadable(_complaint(root))
        self._finder = LineFinder(data)
        self.form, self.rejects = loaded.form, Rejects(loaded.rejects)
        self.file_day = _first_day(root, _FILE_DAYS) if isinstance(root, dict) else None
        self.count, self.newest_day = 0, ""

    def __iter__(self) -> Iterator[RecordPlace]:
        for place in self._places:
            yield place._replace(line=place.line or self._finder.line(place.record))


def _places(loaded: json_values.LoadedJson) -> Iterator[RecordPlace]:
    """Yield each value that is in a place for papers, whether it is a paper or not."""
    if len(loaded.values) > 1:
        for value, line in loaded.values:
            yield RecordPlace(_revived(value), "", line)
        return
    root = _revived(loaded.values[0].value)
    if isinstance(root, list):
        yield from _members(root)
    elif isinstance(root, dict):
        # An object without lists of records may be a single record.
        yield from list(_inside(root, 0)) or (
            [RecordPlace(root, "", 1)] if json_fields.looks_like_record(root) else []
        )


def _members(records: list[Any]) -> Iterator[RecordPlace]:
    """Yield the members of a list, and of the lists in it."""
    for record in map(_revived, records):
        if isinstance(record, list):
            yield from (RecordPlace(_revived(inner), "", 0) for inner in record)
        else:
            yield RecordPlace(record, "", 0)


def _inside(holder: Json, depth: int) -> Iterator[RecordPlace]:
    """Yield the records of the lists and maps below an object, in order."""
    mapped = [
        RecordPlace(value, key, 0)
        for key, value in holder.items()
        if json_fields.looks_like_record(value)
    ]
    # An object maps ids to records if a key is an id, or if most of its values are records.
    if any(ids.arxiv_id(place.key) for place in mapped) or len(mapped) > max(1, len(holder) // 2):
        yield from mapped
        return
    for value in holder.values():
        if isinstance(value, list):
            first_few = map(_revived, value[:_FIRST_FEW])
            if any(json_fields.looks_like_record(record) for record in first_few):
                yield from _members(value)
        elif isinstance(value, dict) and depth < _DEEPEST:
            yield from _inside(value, depth + 1)


def _revived(value: Any) -> Any:
    """Return the value of a record that some tool stored as the text of an object."""
    return (json_values.parse_embedded(value) or value) if isinstance(value, str) else value


def _is_empty_answer(root: Any, depth: int = 0) -> bool:
    """Return whether a value is an empty list, an object around one, or a "no data" answer."""
    if not isinstance(root, dict):
        return bool(root == [])
    words = (root.get(key) for key in ("status", "message"))
    return any(isinstance(text, str) and text.strip().lower() in _EMPTY for text in words) or (
        depth < _DEEPEST and any(_is_empty_answer(root.get(key, 0), depth + 1) for key in _LISTS)
    )


def _complaint(root: Any) -> str:
    """Return why a value without any record is not read."""
    if not isinstance(root, dict | list):
        return "a bare JSON value, not a list of papers"
    for key in _ERRORS:
        if isinstance(root, dict) and (error := root.get(key)):
            words = error.get("message") if isinstance(error, dict) else error
            return f"an error answer: {str(words)[:_ERROR_CHARS]}"
    return "JSON, but not a list of papers"


def _first_day(holder: Json, names: tuple[str, ...]) -> str | None:
    return next((day for name in names if (day := timestamps.day(holder.get(name)))), None)


def _listing_day(record: Any) -> str | None:
    """Return the day a record was listed."""
    # Not from "date": in a record that may be the day of the paper.
    if not isinstance(record, dict):
        return None
    for holder in (record, record.get("details"), record.get("paper")):
        if isinstance(holder, dict) and (day := _first_day(holder, _LISTING_DAYS)):
            return day
    return None
