"""JSON that lists papers in a shape of its own: scraped lists, exports, wrapped answers.

Finds the lists of records in the value, whatever they stand under, and reads each record by
the names of its fields (`json_fields`). Also JSON Lines, cut files and Python literals.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.reading import dates, ids, json_fields, json_values, moments, sources
from digest.reading.json_values import Json
from digest.reading.origin import Origin

NAME = "json"

_DEEPEST = 5  # wrappers around a list; {"data": {"daily": {"papers": {"items": []}}}} is four
_DAYS = ("scraped_date", "scraped_at", "fetched_at", "submittedOnDailyAt", "day", "date")
_EMPTY = frozenset({"no_data", "empty", "no_papers", "no papers found for this date"})
_LISTS = ("papers", "data", "items", "results", "entries", "records", "articles", "list", "hits")
_FIRST_FEW = 9  # records of a list that tell what it lists
_ERRORS = ("error", "errors", "message", "detail")


class Place(NamedTuple):
    """A record where it was found; ``line`` is 0 where only a search can tell."""

    record: Any
    key: str
    line: int


def recognise(origin: Origin) -> str | None:
    """Any text that begins as JSON; which fields it uses shows in the reading."""
    return "it begins as JSON" if json_values.looks_like_json(origin.head) else None


def read(origin: Origin, witness: str) -> Dump:
    """All records, in the file's order; what is no paper is a reject with its line.

    Raises `Unreadable` where no object is a paper, with the words of an error answer.
    """
    data = json_values.plain(origin.whole())
    loaded = json_values.load(data)
    places = list(_places(loaded))
    root = loaded.values[0].value
    if not places and not _says_empty(root):
        raise Unreadable(_complaint(root))
    reader, finder = json_fields.Reader(), Finder(data)
    sightings: list[Sighting] = []
    rejects = list(loaded.rejects)
    for place in places:
        line = place.line or finder.line(place.record)
        found = reader.sighting(place.record, line, place.key)
        if isinstance(found, str):
            rejects.append(Reject(line, found))
        else:
            sightings.append(found)
    if places and not sightings:
        raise Unreadable("JSON, but no object in it is a paper: " + rejects[-1].reason)
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=sources.of_listing([one.url for one in sightings if one.url])
        or sources.of_file(origin.name),
        page_date=_page_date(origin.name, root, places),
        sightings=tuple(sightings),
        rejects=tuple(sorted(rejects, key=lambda reject: reject.line)),
        witness={"dialect": f"{witness}; {loaded.form}", "fields": reader.fields()},
    )


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
        for holder in (json_values.mapping(record, "paper"), record):
            for key in ("id", "paper_url", "url", "title"):
                if found := json_values.text(holder.get(key)):
                    yield found[:80].encode(errors="replace")
                    return


def _places(loaded: json_values.Loaded) -> Iterator[Place]:
    """Every object that stands where the papers of this file stand."""
    if len(loaded.values) > 1 or loaded.form == "JSON Lines":
        for value, line in loaded.values:
            yield Place(_revived(value), "", line)
        return
    root = _revived(loaded.values[0].value)
    if isinstance(root, list):
        yield from _members(root)
    elif isinstance(root, dict):
        yield from list(_inside(root, 0)) or (
            [Place(root, "", 1)] if json_fields.looks_like_record(root) else []
        )


def _members(records: list[Any]) -> Iterator[Place]:
    for one in map(_revived, records):
        if isinstance(one, list):
            yield from (Place(_revived(inner), "", 0) for inner in one)
        else:
            yield Place(one, "", 0)


def _inside(holder: Json, depth: int) -> Iterator[Place]:
    """Lists and maps of records below an object, in order."""
    mapped = [
        Place(one, key, 0) for key, one in holder.items() if json_fields.looks_like_record(one)
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
    return (json_values.revive(value) or value) if isinstance(value, str) else value


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


def _page_date(name: str, root: Any, places: list[Place]) -> str | None:
    """The file's own day, else the newest day a record was listed or scraped, else the name's."""
    if isinstance(root, dict):
        for key in (*_DAYS, "generated_at", "updated", "timestamp"):
            if found := moments.day(root.get(key)):
                return found
    listed = [day for place in places if (day := _listed(place.record))]
    in_name = dates.day_in_name(name)
    return max(listed, default=in_name.isoformat() if in_name else None)


def _listed(record: Any) -> str | None:
    """The day a record was listed: never "date", which may be the paper's own."""
    for holder in (
        record,
        json_values.mapping(record, "details"),
        json_values.mapping(record, "paper"),
    ):
        for key in _DAYS[:-1]:
            if isinstance(holder, dict) and (found := moments.day(holder.get(key))):
                return found
    return None
