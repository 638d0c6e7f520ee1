"""Make a sighting of a JSON object of unknown shape, by the names of its fields.

Names are compared without case, blanks, hyphens and underscores; the fields of certain inner
objects count as the record's own. The caller finds the objects in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from digest.model.papers import Organization, Sighting
from digest.parsers.fields import (
    ids,
    json_contents,
    json_field_paths,
    json_people,
    json_values,
    markup,
)
from digest.parsers.fields.json_field_paths import FieldPaths, Path
from digest.parsers.fields.json_values import Json
from digest.text import links

_CATEGORY_CODES = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?(?:[ ,;]+[a-z-]+(?:\.[A-Za-z-]+)?)*")
_REPOSITORY = re.compile(r"https?://(?:www\.)?[\w.-]+/[^/\s]+/[^/\s]+")
_STATES = ("comment", "withdrawn", "state", "updated")  # fields that tell of a retraction
_TERMS = ("term", "name", "tag")  # the keys of a category's words

_MAX_REPORTED_KEYS = 9  # for each field, in the evidence
# What Zotero keeps beside papers: https://www.zotero.org/support/dev/client_coding/javascript_api
_NO_PAPERS = frozenset({"attachment", "note", "annotation"})


def looks_like_record(value: Any) -> bool:
    """Return whether a value is an object with a title, its own or that of its ``paper``."""
    return isinstance(value, dict) and json_field_paths.has_title(value)


def is_attachment(value: Any) -> bool:
    """Return whether an object is a file or a note in a Zotero library, and no record."""
    if not isinstance(value, dict):
        return False
    kind = value.get("itemType")
    if kind is None and "data" in value:
        kind = json_values.object_at(value, "data").get("itemType")
    return isinstance(kind, str) and kind in _NO_PAPERS


class RecordReader:
    """Read the records of one file, and remember which keys each field came from."""

    def __init__(self) -> None:
        self._used_keys: dict[str, list[Path]] = {}
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
        if self._is_notice():
            return "a notice that another paper was retracted"
        arxiv_id = self._arxiv_id() or ids.arxiv_id(key)
        doi = self._first(ids.doi, "doi")
        authors = self._authors()
        abstract = self._abstract(title, has_authors=bool(authors))
        url = self._first(ids.address, "place")
        if not (arxiv_id or doi or abstract or (authors and (url or self._text("id")))):
            return "a record without an id, an abstract, or authors and an address"
        summary = self._text("summary")
        if summary and abstract and json_contents.abstract(summary) == abstract:
            summary = None
        published, published_text = self._published()
        return Sighting(
            title=title,
            abstract=abstract,
            arxiv_id=arxiv_id,
            doi=doi,
            url=url or links.identifier_page(arxiv_id) or json_contents.page(record),
            authors=authors,
            n_authors=len(authors) or json_values.as_count(self._value("count")),
            organization=_organization(self._value("organization")),
            published=published,
            published_text=published_text,
            upvotes=json_values.as_count(self._value("upvotes")),
            comments=json_values.as_count(self._value("comments")),
            code_url=self._first(_repository, "code"),
            stars=json_values.as_count(self._value("stars")),
            summary=markup.to_text(summary) if summary else None,
            categories=_categories(self._value("categories")),
            retracted=self._is_retracted(title, abstract),
            line=line,
        )

    def describe_fields(self) -> str:
        """Return the used keys, as ``title from title; abstract from details.abstract``."""
        return "; ".join(
            f"{field} from {', '.join(map('.'.join, paths))}"
            for field, paths in self._used_keys.items()
        )

    def _note_key(self, field: str, path: Path) -> None:
        paths = self._used_keys.setdefault(field, [])
        if path not in paths and len(paths) < _MAX_REPORTED_KEYS:
            paths.append(path)

    def _candidates(self, field: str) -> Iterator[tuple[Path, Any]]:
        """Yield the values under each name of a field that the record has, in order."""
        for path in self._paths[field]:
            value = self._record[path[0]]
            if len(path) > 1:
                value = value[path[1]]
            if isinstance(value, dict) and "value" in value:  # OpenReview
                value = value["value"]
            if value or value == 0:  # 0 votes are a value, an empty text or list is none
                yield path, value

    def _value(self, field: str) -> Any:
        if field not in self._paths:
            return None
        for path, value in self._candidates(field):
            self._note_key(field, path)
            return value
        return None

    def _text(self, field: str) -> str | None:
        """Return the first value that is text, or holds one."""
        if field not in self._paths:
            return None
        for path, value in self._candidates(field):
            is_number = field == "id" and isinstance(value, int)
            if text := str(value) if is_number else json_contents.text(value):
                self._note_key(field, path)
                return text
        return None

    def _first(self, parse: Callable[[str], str | None], *fields: str) -> str | None:
        """Return the first value of these fields that ``parse`` accepts."""
        for field in fields:
            if field not in self._paths:
                continue
            for path, value in self._candidates(field):
                for text in (value,) if isinstance(value, str) else json_contents.texts(value):
                    if result := parse(text):
                        # An id that was read from an address is reported as an id.
                        self._note_key("id" if field in {"place", "links"} else field, path)
                        return result
        return None

    def _arxiv_id(self) -> str | None:
        return self._first(json_contents.arxiv_id, "place", "id", "links") or self._first(
            json_contents.noted_arxiv_id, "notes"
        )

    def _authors(self) -> tuple[str, ...]:
        if "authors" not in self._paths:
            return ()
        for path, value in self._candidates("authors"):
            if authors := json_people.names_of(value):
                self._note_key("authors", path)
                return authors
        return ()

    def _abstract(self, title: str, *, has_authors: bool) -> str | None:
        # A description is an abstract only in a record with authors.
        text = (
            self._text("abstract")
            or json_contents.from_word_index(self._value("abstract_index"))
            or (self._text("prose") if has_authors else None)
        )
        return markup.real_abstract(json_contents.abstract(text) if text else None, title)

    def _published(self) -> tuple[str | None, str | None]:
        """Return the first day among the dates, and the date as written."""
        first_text: str | None = None
        for path, value in self._candidates("published") if "published" in self._paths else ():
            day, text = json_contents.date(value)
            if day:
                self._note_key("published", path)
                return day, text
            first_text = first_text or text
        return None, first_text

    def _is_notice(self) -> bool:
        if self._paths.keys().isdisjoint(("updates", "state")):
            return False
        return json_contents.is_retraction(self._value("updates")) or json_contents.is_notice(
            self._values("state")
        )

    def _is_retracted(self, title: str, abstract: str | None) -> bool:
        if json_contents.says_withdrawn(title, abstract or ""):
            return True
        if self._paths.keys().isdisjoint(_STATES):
            return False
        return (
            json_contents.says_withdrawn(self._text("comment") or "", "")
            or json_contents.is_true(self._value("withdrawn"))
            or json_contents.is_withdrawn(self._values("state"))
            or json_contents.is_retraction(self._value("updated"))
        )

    def _values(self, field: str) -> list[Any]:
        if field not in self._paths:
            return []
        return [value for _, value in self._candidates(field)]


def organization_of(value: Any) -> Organization | None:
    """Return the organisation of an object with ``name`` and ``fullname``, else None."""
    slug = json_values.as_text(value.get("name")) if isinstance(value, dict) else None
    if not slug:
        return None
    return Organization(slug, json_values.as_text(value.get("fullname")) or slug)


def _organization(value: Any) -> Organization | None:
    return Organization(value, value) if isinstance(value, str) else organization_of(value)


def _categories(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        # Codes ("cs.CL cs.AI") may be separated by blanks; names contain blanks.
        value = re.split(r"[\s,;]+" if _CATEGORY_CODES.fullmatch(value) else r"[,;]", value)
    if not isinstance(value, list):
        return ()
    terms = (
        next((item[key] for key in _TERMS if key in item), None) if isinstance(item, dict) else item
        for item in value
    )
    stripped = (term.strip() for term in terms if isinstance(term, str))
    return tuple(dict.fromkeys(term for term in stripped if term))


def _repository(text: str) -> str | None:
    return ids.address(text) if _REPOSITORY.match(text.strip()) else None
