"""JSON that lists papers in a shape of its own: scraped lists, exports, wrapped answers.

Finds the lists of records in the value, whatever they stand under, and reads each record by
the names of its fields (`json_fields`). Also JSON Lines, cut files and Python literals.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.fields import dates, ids, json_fields, json_values, sources, timestamps
from digest.parsers.fields.json_values import Json
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "json"

_DEEPEST = 5  # wrappers around a list; {"data": {"daily": {"papers": {"items": []}}}} is four
_DAYS = ("scraped_date", "scraped_at", "fetched_at", "submittedOnDailyAt", "day", "date")
_EMPTY = frozenset({"no_data", "empty", "no_papers", "no papers found for this date"})
_LISTS = ("papers", "data", "items", "results", "entries", "records", "articles", "list", "hits")
_FIRST_FEW = 9  # records of a list that tell what it lists
_LONGEST_LINE = 1 << 20  # bytes; a record with 664 authors takes 330 kB
_ERRORS = ("error", "errors", "message", "detail")


class RecordPlace(NamedTuple):
    """A record where it was found; ``line`` is 0 where only a search can tell."""

    record: Any
    key: str
    line: int


def detect(origin: InputFile) -> str | None:
    """Any text that begins as JSON; which fields it uses shows in the reading."""
    return "it begins as JSON" if json_values.looks_like_json(origin.head) else None


def _are_lines(origin: InputFile) -> bool:
    head = origin.head
    if b"\n" not in head:
        head = origin.stream.read(_LONGEST_LINE)
        origin.stream.seek(0)
    return json_values.looks_like_json_lines(head)


def read(origin: InputFile, witness: str) -> Dump:
    """All records, in the file's order; what is no paper is a reject with its line.

    Raises `Unreadable` where no object is a paper, with the words of an error answer.
    """
    records = _Lines(origin) if _are_lines(origin) else _Values(origin)
    reader = json_fields.RecordReader()
    sightings = spill.collect(_sightings(records, reader), Sighting, origin.spill_factory)
    if records.rejects and records.listed and not sightings:
        raise Unreadable("JSON, but no object in it is a paper: " + records.rejects[-1].reason)
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=sources.from_paper_addresses(one.url for one in sightings if one.url)
        or sources.from_file_name(origin.name),
        page_date=records.own_day or records.newest or dates.iso_day_in_name(origin.name),
        sightings=sightings,
        rejects=records.rejects.by_line(),
        witness={"dialect": f"{witness}; {records.form}", "fields": reader.describe_fields()},
    )


def _sightings(records: _Lines | _Values, reader: json_fields.RecordReader) -> Iterator[Sighting]:
    """The papers among the records; notes what is none, and the newest day one was listed."""
    for record, key, line in records:
        records.listed += 1
        records.newest = max(records.newest, _listed(record) or "")
        found = reader.sighting(record, line, key)
        if isinstance(found, str):
            records.rejects.add(line, found)
        else:
            yield found


class _Lines:
    """The records of JSON Lines, one at a time."""

    form = "JSON Lines"
    own_day = None  # such a file says nothing about itself

    def __init__(self, origin: InputFile) -> None:
        self.rows = lines.iter_lines(origin.stream, origin.head)
        self.rejects = Rejects()
        self.listed, self.newest = 0, ""

    def __iter__(self) -> Iterator[RecordPlace]:
        for found in json_values.iter_json_lines(self.rows):
            if isinstance(found, Reject):
                self.rejects.add(found.line, found.reason)
            else:
                yield RecordPlace(_revived(found.value), "", found.line)


class _Values:
    """The records of any other JSON, which is read at once."""

    def __init__(self, origin: InputFile) -> None:
        data = json_values.to_utf8(origin.read_all())
        loaded = json_values.load(data)
        root = loaded.values[0].value
        self.places = list(_places(loaded))
        if not self.places and not _says_empty(root):
            raise Unreadable(_complaint(root))
        self.finder = Finder(data)
        self.form, self.rejects = loaded.form, Rejects(loaded.rejects)
        self.own_day = _own_day(root) if isinstance(root, dict) else None
        self.listed, self.newest = 0, ""

    def __iter__(self) -> Iterator[RecordPlace]:
        for place in self.places:
            yield place._replace(line=place.line or self.finder.line(place.record))


class Finder:
    """Finds the line of one record after the other by its id or title.

    Approximate: an id may stand elsewhere first. Gives up after a few misses, so that a
    file is searched once and not once a record.
    """

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.number, self.misses = data, 0, 1, 0

    def line(self, record: Any) -> int:
        """The line where a record's id or title stands next; else the last one found."""
        for needle in _needles(record) if self.misses < 8 else ():
            at = self.data.find(needle, self.at)
            if at >= 0:
                self.number += self.data.count(b"\n", self.at, at)
                self.at = at
                return self.number
            self.misses += 1
        return self.number


def _needles(record: Any) -> Iterator[bytes]:
    if isinstance(record, dict):
        for holder in (json_values.object_at(record, "paper"), record):
            for key in ("id", "paper_url", "url", "title"):
                if found := json_values.as_text(holder.get(key)):
                    yield found[:80].encode(errors="replace")
                    return


def _places(loaded: json_values.LoadedJson) -> Iterator[RecordPlace]:
    """Every object that stands where the papers of this file stand."""
    if len(loaded.values) > 1:
        for value, line in loaded.values:
            yield RecordPlace(_revived(value), "", line)
        return
    root = _revived(loaded.values[0].value)
    if isinstance(root, list):
        yield from _members(root)
    elif isinstance(root, dict):
        yield from list(_inside(root, 0)) or (
            [RecordPlace(root, "", 1)] if json_fields.looks_like_record(root) else []
        )


def _members(records: list[Any]) -> Iterator[RecordPlace]:
    for one in map(_revived, records):
        if isinstance(one, list):
            yield from (RecordPlace(_revived(inner), "", 0) for inner in one)
        else:
            yield RecordPlace(one, "", 0)


def _inside(holder: Json, depth: int) -> Iterator[RecordPlace]:
    """Lists and maps of records below an object, in order."""
    mapped = [
        RecordPlace(one, key, 0)
        for key, one in holder.items()
        if json_fields.looks_like_record(one)
    ]
    if any(ids.arxiv_id(place.key) for place in mapped) or len(mapped) > max(1, len(holder) // 2):
        yield from mapped
        return
    for value in holder.values():
        if isinstance(value, list):
            if any(json_fields.looks_like_record(_revived(one)) for one in value[:_FIRST_FEW]):
                yield from _members(value)
        elif isinstance(value, dict) and depth < _DEEPEST:
            yield from _inside(value, depth + 1)


def _revived(value: Any) -> Any:
    """A record some tool stored as the text of a Python or JSON object."""
    return (json_values.parse_embedded(value) or value) if isinstance(value, str) else value


def _says_empty(root: Any, depth: int = 0) -> bool:
    """An empty list, an object around one, or the words for no data."""
    if not isinstance(root, dict):
        return bool(root == [])
    words = (root.get(key) for key in ("status", "message"))
    return any(isinstance(one, str) and one.strip().lower() in _EMPTY for one in words) or (
        depth < _DEEPEST and any(_says_empty(root.get(key, 0), depth + 1) for key in _LISTS)
    )


def _complaint(root: Any) -> str:
    if not isinstance(root, dict | list):
        return "a bare JSON value, not a list of papers"
    for key in _ERRORS:
        if isinstance(root, dict) and (said := root.get(key)):
            words = said.get("message") if isinstance(said, dict) else said
            return f"an error answer: {str(words)[:200]}"
    return "JSON, but not a list of papers"


def _own_day(root: Json) -> str | None:
    """The day a file states for itself."""
    names = (*_DAYS, "generated_at", "updated", "timestamp")
    return next((found for name in names if (found := timestamps.day(root.get(name)))), None)


def _listed(record: Any) -> str | None:
    """The day a record was listed: never "date", which may be the paper's own."""
    if not isinstance(record, dict):
        return None
    for holder in (record, record.get("details"), record.get("paper")):
        if isinstance(holder, dict):
            for key in _DAYS[:-1]:
                if key in holder and (found := timestamps.day(holder[key])):
                    return found
    return None
