"""Make a sighting of a JSON object of unknown shape, by the names of its fields.

Names are compared without case, blanks, hyphens and underscores; the fields of certain inner
objects count as the record's own. The caller finds the objects in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from digest.model.papers import Organization, Sighting
from digest.parsers.fields import ids, json_field_paths, json_values, markup, timestamps
from digest.parsers.fields.json_field_paths import FieldPaths, Path
from digest.parsers.fields.json_values import Json
from digest.text import links

_TITLE_NAMES = frozenset({"title", "papertitle", "articletitle"})
_CATEGORY_CODES = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?(?:[ ,;]+[a-z-]+(?:\.[A-Za-z-]+)?)*")
_REPOSITORY = re.compile(r"https?://(?:www\.)?[\w.-]+/[^/\s]+/[^/\s]+")
_PERSON_NAMES = ("name", "fullname", "full_name", "display_name", "author")

_MAX_REPORTED_KEYS = 9  # for each field, in the evidence


def looks_like_record(value: Any) -> bool:
    """Return whether a value is an object with a title, its own or that of its ``paper``."""
    return isinstance(value, dict) and any(
        json_field_paths.normalize_key(key) in _TITLE_NAMES
        for holder in (value, json_values.object_at(value, "paper"))
        for key in holder
    )


class RecordReader:
    """Read the records of one file, and remember which keys each field came from."""

    def __init__(self) -> None:
        self._used_keys: dict[str, list[str]] = {}
        self._record: Json = {}
        self._paths: FieldPaths = {}

    def sighting(self, record: Any, line: int, key: str = "") -> Sighting | str:
        """Return the paper of a record, or the reason why it is none.

        ``key`` is the key the record is stored under, which may be its arXiv id. A paper has
        a title, and an id, or an abstract, or authors and an address or any other id.
        """
        if not isinstance(record, dict):
            return "a record that is not an object"
        self._record, self._paths = record, json_field_paths.find_paths(record)
        if not (title := markup.to_line(self._text("title") or "")):
            return "a record without a title"
        arxiv_id = self._first(ids.arxiv_id, "place", "id", "links") or ids.arxiv_id(key)
        doi = self._first(ids.doi, "doi")
        authors = self._authors()
        # A description is an abstract only in a record with authors.
        abstract = self._text("abstract") or (self._text("prose") if authors else None)
        abstract = markup.real_abstract(markup.to_text(abstract) if abstract else None, title)
        url = self._first(ids.address, "place")
        if not (arxiv_id or doi or abstract or (authors and (url or self._text("id")))):
            return "a record without an id, an abstract, or authors and an address"
        summary = self._text("summary")
        if summary and abstract and markup.to_text(summary) == abstract:
            summary = None
        published = self._value("published")
        return Sighting(
            title=title,
            abstract=abstract,
            arxiv_id=arxiv_id,
            doi=doi,
            url=url or links.identifier_page(arxiv_id),
            authors=authors,
            n_authors=len(authors) or json_values.as_count(self._value("count")),
            organization=_organization(self._value("organization")),
            published=timestamps.day(published),
            published_text=json_values.as_text(published),
            upvotes=json_values.as_count(self._value("upvotes")),
            comments=json_values.as_count(self._value("comments")),
            code_url=self._first(_repository, "code"),
            stars=json_values.as_count(self._value("stars")),
            summary=markup.to_text(summary) if summary else None,
            categories=_categories(self._value("categories")),
            line=line,
        )

    def describe_fields(self) -> str:
        """Return the used keys, as ``title from title; abstract from details.abstract``."""
        return "; ".join(
            f"{field} from {', '.join(keys)}" for field, keys in self._used_keys.items()
        )

    def _note_key(self, field: str, path: Path) -> None:
        keys, key = self._used_keys.setdefault(field, []), ".".join(path)
        if key not in keys and len(keys) < _MAX_REPORTED_KEYS:
            keys.append(key)

    def _candidates(self, field: str) -> Iterator[tuple[Path, Any]]:
        """Yield the values under each of a field's names, the preferred ones first."""
        for path in self._paths.get(field, ()):
            value = self._record[path[0]]
            if len(path) > 1:
                value = value[path[1]]
            if value or value == 0:  # 0 votes are a value, an empty text or list is none
                yield path, value

    def _value(self, field: str) -> Any:
        for path, value in self._candidates(field):
            self._note_key(field, path)
            return value
        return None

    def _text(self, field: str) -> str | None:
        """Return the first value that is text, or a list of one text (as in Crossref)."""
        for path, value in self._candidates(field):
            single = value[0] if isinstance(value, list) and len(value) == 1 else value
            if isinstance(single, int) and field == "id":
                single = str(single)
            if text := json_values.as_text(single):
                self._note_key(field, path)
                return text
        return None

    def _first(self, parse: Callable[[str], str | None], *fields: str) -> str | None:
        """Return the first value of these fields that ``parse`` accepts."""
        for field in fields:
            for path, value in self._candidates(field):
                for text in value if isinstance(value, list) else (value,):
                    if isinstance(text, str) and (result := parse(text)):
                        # An id that was read from an address is reported as an id.
                        self._note_key("id" if field in {"place", "links"} else field, path)
                        return result
        return None

    def _authors(self) -> tuple[str, ...]:
        value = self._value("authors")
        if isinstance(value, str):
            return split_names(value)
        if not isinstance(value, list):
            return ()
        return tuple(name for person in value if (name := _person_name(person)))


def split_names(text: str) -> tuple[str, ...]:
    """Return the names of a list in text: split at semicolons, else at commas and "and"."""
    parts = text.split(";") if ";" in text else re.split(r",\s*and\s|,|\sand\s", text)
    return tuple(name for part in parts if (name := " ".join(part.split())))


def organization_of(value: Any) -> Organization | None:
    """Return the organisation of an object with ``name`` and ``fullname``, else None."""
    slug = json_values.as_text(value.get("name")) if isinstance(value, dict) else None
    if not slug:
        return None
    return Organization(slug, json_values.as_text(value.get("fullname")) or slug)


def _person_name(person: Any) -> str | None:
    if isinstance(person, str):
        return " ".join(person.split()) or None
    if not isinstance(person, dict):
        return None
    for key in _PERSON_NAMES:
        name = person.get(key)
        name = name.get("name") if isinstance(name, dict) else name
        if isinstance(name, str) and name.strip():
            return " ".join(name.split())
    parts = (json_values.as_text(person.get(key)) for key in ("given", "family"))
    return " ".join(part for part in parts if part) or None


def _organization(value: Any) -> Organization | None:
    return Organization(value, value) if isinstance(value, str) else organization_of(value)


def _categories(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        # Codes ("cs.CL cs.AI") may be separated by blanks; names contain blanks.
        value = re.split(r"[\s,;]+" if _CATEGORY_CODES.fullmatch(value) else r"[,;]", value)
    if not isinstance(value, list):
        return ()
    terms = (
        item.get("term", item.get("name")) if isinstance(item, dict) else item for item in value
    )
    stripped = (term.strip() for term in terms if isinstance(term, str))
    return tuple(dict.fromkeys(term for term in stripped if term))


def _repository(text: str) -> str | None:
    return ids.address(text) if _REPOSITORY.match(text.strip()) else None
