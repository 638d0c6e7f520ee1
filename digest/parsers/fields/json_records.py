"""Find the records of a decoded JSON value: in lists, in objects by their ids, or alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from digest.parsers.fields import ids, json_answers, json_field_paths, json_fields, json_values
from digest.parsers.fields.json_values import Json

_FIRST_FEW = 9  # records of a list that decide whether it lists papers
# Lists of other works in a record.
_OTHER_WORKS = frozenset("references reference citations relatedworks referencedworks".split())


class RecordPlace(NamedTuple):
    """A record, its key in the object around it, and its line, 0 if it must be searched for."""

    record: Any
    key: str
    line: int


def places(value: Any) -> Iterator[RecordPlace]:
    """Yield each value that is in a place for papers, whether it is a paper or not."""
    root = revived(value)
    if isinstance(root, list):
        yield from _members(root)
    elif isinstance(root, dict):
        # An object without lists of records may be a single record.
        yield from list(_inside(root, 0)) or (
            [RecordPlace(root, "", 1)] if json_fields.looks_like_record(root) else []
        )


def _members(records: list[Any]) -> Iterator[RecordPlace]:
    """Yield the members of a list, and of the lists in it."""
    for record in map(revived, records):
        if isinstance(record, list):
            yield from (RecordPlace(revived(inner), "", 0) for inner in record)
        else:
            yield RecordPlace(record, "", 0)


def _inside(holder: Json, depth: int) -> Iterator[RecordPlace]:
    """Yield the records of the lists and maps below an object, in order."""
    mapped = [RecordPlace(value, key, 0) for key, value in holder.items() if _is_mapped(key, value)]
    # An object maps ids to records if a key is an id, or if most of its values are records.
    records = [place for place in mapped if json_fields.looks_like_record(place.record)]
    has_ids = any(ids.arxiv_id(place.key) or place.key.isdecimal() for place in records)
    if has_ids or len(records) > max(1, len(holder) // 2):
        yield from mapped
        return
    is_record = json_fields.looks_like_record(holder)
    for key, value in holder.items():
        if is_record and json_field_paths.normalize_key(key) in _OTHER_WORKS:
            continue
        if isinstance(value, list):
            first_few = map(revived, value[:_FIRST_FEW])
            if any(json_fields.looks_like_record(record) for record in first_few):
                yield from _members(value)
        elif isinstance(value, dict) and depth < json_answers.MAX_DEPTH:
            yield from list(_inside(value, depth + 1)) or _alone(value, key)


def _is_mapped(key: str, value: Any) -> bool:
    """Return whether an object's value may be a record under its id.

    PubMed has an object without a title under the number of a paper that it does not know.
    """
    return json_fields.looks_like_record(value) or (isinstance(value, dict) and key.isdecimal())


def _alone(value: Json, key: str) -> list[RecordPlace]:
    """Return an object that is the only paper of an answer (``{"message": {"title": ...}}``)."""
    is_alone = key in json_answers.LISTS and json_fields.looks_like_record(value)
    return [RecordPlace(value, "", 0)] if is_alone else []


def revived(value: Any) -> Any:
    """Return the value of a record that some tool stored as the text of an object."""
    return (json_values.parse_embedded(value) or value) if isinstance(value, str) else value
