"""A JSON object that nobody described, as a sighting: which field is what, by its name.

Names are compared without case, blanks, hyphens and underscores; fields one object deep
count as the record's own. Says which fields it took (`Reader.taken`). Does not know where
in a file the objects are.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from digest.model.papers import Organization, Sighting
from digest.parsers.fields import ids, json_values, markup, timestamps
from digest.parsers.fields.json_values import Json
from digest.text import links

# In order of preference. "place" is the record's own place on a listing; it decides before
# id fields, and those before further links.
_NAMES = {
    "title": "title papertitle articletitle name headline",
    "abstract": "abstract paperabstract abstracttext summary",
    "prose": "description contenttext content text body",
    "summary": "aisummary tldr summary",
    "place": "paperurl pageurl paperlink huggingfaceurl hfurl url link href entryid absurl paper",
    "id": "arxivid arxiv eprint paperid id identifier",
    "links": "arxivpageurl arxivurl arxivlink pdfurl pdflink pdf doi links",
    "doi": "doi paperdoi articledoi url link id identifier",
    "authors": "authors author authornames authorlist creators",
    "count": "nauthors numauthors authorcount",
    "organization": "organization organisation affiliation submitterorganization",
    "published": "published publishedat publisheddate publicationdate datepublished created "
    "createdat submitted date",
    "upvotes": "upvotes upvotecount numupvotes votes likes",
    "comments": "numcomments commentcount commentscount ncomments comments",
    "stars": "githubstars stars starcount stargazers stargazerscount",
    "code": "githubrepo githuburl githublink githublinks github codeurl coderepository "
    "repository repo code",
    "categories": "categories category arxivcategories primarycategory subjects tags topics "
    "keywords",
}
_FIELDS = {ours: tuple(names.split()) for ours, names in _NAMES.items()}
_TITLES = frozenset({"title", "papertitle", "articletitle"})
_INNER = frozenset("paper details attributes source node metadata fields externalids".split())
_NOISE = re.compile(r"[\s_-]+")
_CODES = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?(?:[ ,;]+[a-z-]+(?:\.[A-Za-z-]+)?)*")
_REPOSITORY = re.compile(r"https?://(?:www\.)?[\w.-]+/[^/\s]+/[^/\s]+")
_PERSON = ("name", "fullname", "full_name", "display_name", "author")

Path = tuple[str, ...]  # keys from the record down to a value: one or two
Plan = dict[str, tuple[Path, ...]]  # our name -> where a record of one shape may say it


def looks_like_record(value: Any) -> bool:
    """Whether an object has a title, its own or of the paper it wraps."""
    return isinstance(value, dict) and any(
        _bare(key) in _TITLES
        for holder in (value, json_values.mapping(value, "paper"))
        for key in holder
    )


class Reader:
    """Reads the records of one file and remembers where each of our fields came from."""

    def __init__(self) -> None:
        self.taken: dict[str, list[str]] = {}
        self._record: Json = {}
        self._plan: Plan = {}

    def sighting(self, record: Any, line: int, key: str = "") -> Sighting | str:
        """The paper a record is about, or why it is none.

        ``key`` is the name the record stands under, which may be its id. A title and an id
        make a paper, so do a title and an abstract, or a title, authors and any place.
        """
        if not isinstance(record, dict):
            return "not an object"
        self._record, self._plan = record, _plan(_shape(record))
        if not (title := markup.line(self._text("title") or "")):
            return "a record without a title"
        arxiv_id = self._first(ids.arxiv_id, "place", "id", "links") or ids.arxiv_id(key)
        doi = self._first(ids.doi, "doi")
        authors = self._authors()
        abstract = self._text("abstract") or (self._text("prose") if authors else None)
        abstract = markup.words(abstract) if abstract else None
        if abstract and markup.repeats(abstract, title):
            abstract = None
        url = self._first(ids.address, "place")
        if not (arxiv_id or doi or abstract or (authors and (url or self._text("id")))):
            return "a record without an id, an abstract, or authors and an address"
        summary = self._text("summary")
        if summary and abstract and markup.words(summary) == abstract:
            summary = None
        published = self._value("published")
        return Sighting(
            title=title,
            abstract=abstract,
            arxiv_id=arxiv_id,
            doi=doi,
            url=url or (links.arxiv_page(arxiv_id) if arxiv_id else None),
            authors=authors,
            n_authors=len(authors) or json_values.number(self._value("count")),
            organization=_organization(self._value("organization")),
            published=timestamps.day(published),
            published_text=json_values.text(published),
            upvotes=json_values.number(self._value("upvotes")),
            comments=json_values.number(self._value("comments")),
            code_url=self._first(_repository, "code"),
            stars=json_values.number(self._value("stars")),
            summary=markup.words(summary) if summary else None,
            categories=_categories(self._value("categories")),
            line=line,
        )

    def fields(self) -> str:
        """``title from title; abstract from details.abstract, summary``."""
        return "; ".join(f"{ours} from {', '.join(keys)}" for ours, keys in self.taken.items())

    def _take(self, ours: str, path: Path) -> None:
        keys, key = self.taken.setdefault(ours, []), ".".join(path)
        if key not in keys and len(keys) < 9:
            keys.append(key)

    def _said(self, ours: str) -> Iterator[tuple[Path, Any]]:
        """All the record says under any of a field's names, the preferred ones first."""
        for path in self._plan.get(ours, ()):
            value = self._record[path[0]]
            if len(path) > 1:
                value = value[path[1]]
            if value or value == 0:
                yield path, value

    def _value(self, ours: str) -> Any:
        for path, value in self._said(ours):
            self._take(ours, path)
            return value
        return None

    def _text(self, ours: str) -> str | None:
        """The first field that is words; a list of one counts (Crossref writes titles so)."""
        for path, value in self._said(ours):
            one = value[0] if isinstance(value, list) and len(value) == 1 else value
            if isinstance(one, int) and ours == "id":
                one = str(one)
            if found := json_values.text(one):
                self._take(ours, path)
                return found
        return None

    def _first(self, form: Callable[[str], str | None], *sorts: str) -> str | None:
        """The first field of these sorts that has this form."""
        for sort in sorts:
            for path, value in self._said(sort):
                for one in value if isinstance(value, list) else (value,):
                    if isinstance(one, str) and (found := form(one)):
                        self._take("id" if sort in {"place", "links"} else sort, path)
                        return found
        return None

    def _authors(self) -> tuple[str, ...]:
        value = self._value("authors")
        if isinstance(value, str):
            return names_in(value)
        if not isinstance(value, list):
            return ()
        return tuple(name for one in value if (name := _name(one)))


def names_in(text: str) -> tuple[str, ...]:
    """The people of a list written as text, split at semicolons, else at commas and "and"."""
    parts = text.split(";") if ";" in text else re.split(r",\s*and\s|,|\sand\s", text)
    return tuple(name for part in parts if (name := " ".join(part.split())))


def _shape(record: Json) -> tuple[tuple[str, ...], ...]:
    """The keys of a record and of each object in it, which stand behind that object's key."""
    inner = [(key, *value) for key, value in record.items() if isinstance(value, dict)]
    return (tuple(record), *inner)


@functools.lru_cache(maxsize=256)
def _plan(shape: tuple[tuple[str, ...], ...]) -> Plan:
    """Where records of a shape say what; the records of a file have few shapes.

    Among fields of one name the paper's that an entry wraps comes before the entry's own,
    and that before those of other objects in it.
    """
    own, *objects = shape
    paths: list[Path] = [(key,) for key in own]
    for outer, *keys in objects:
        if _bare(outer) in _INNER:
            inner: list[Path] = [(outer, key) for key in keys]
            paths = inner + paths if outer == "paper" else paths + inner
    named: dict[str, list[Path]] = {}
    for path in paths:
        named.setdefault(_bare(path[-1]), []).append(path)
    return {
        ours: tuple(path for name in names for path in named.get(name, ()))
        for ours, names in _FIELDS.items()
    }


def _bare(key: str) -> str:
    return _NOISE.sub("", key).lower()


def _name(person: Any) -> str | None:
    if isinstance(person, str):
        return " ".join(person.split()) or None
    if not isinstance(person, dict):
        return None
    for key in _PERSON:
        found = person.get(key)
        found = found.get("name") if isinstance(found, dict) else found
        if isinstance(found, str) and found.strip():
            return " ".join(found.split())
    parts = (json_values.text(person.get(key)) for key in ("given", "family"))
    return " ".join(part for part in parts if part) or None


def _organization(value: Any) -> Organization | None:
    if isinstance(value, str):
        return Organization(value, value)
    slug = json_values.text(value.get("name")) if isinstance(value, dict) else None
    return Organization(slug, json_values.text(value.get("fullname")) or slug) if slug else None


def _categories(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[\s,;]+" if _CODES.fullmatch(value) else r"[,;]", value)
    if not isinstance(value, list):
        return ()
    terms = (one.get("term", one.get("name")) if isinstance(one, dict) else one for one in value)
    found = (one.strip() for one in terms if isinstance(one, str))
    return tuple(dict.fromkeys(term for term in found if term))


def _repository(text: str) -> str | None:
    return ids.address(text) if _REPOSITORY.match(text.strip()) else None
