"""Find where a JSON record has our fields, by the names that other tools give them."""

from __future__ import annotations

import functools
import re

from digest.parsers.fields.json_values import Json

# Our fields, and the names other tools give them, the preferred ones first. "place" is the
# record's own place on a listing: an arXiv id is taken from there first, then from "id", then
# from "links".
_FIELD_NAMES = {
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
_NAMES_OF_FIELD = {field: tuple(names.split()) for field, names in _FIELD_NAMES.items()}
_INNER_OBJECTS = frozenset(
    "paper details attributes source node metadata fields externalids".split()
)
_SEPARATORS = re.compile(r"[\s_-]+")

Path = tuple[str, ...]  # keys from the record down to a value: one or two
FieldPaths = dict[str, tuple[Path, ...]]  # by field, the preferred path first


def find_paths(record: Json) -> FieldPaths:
    """Return the paths in a record where each of our fields may be, the preferred one first."""
    return _paths_of_shape(_shape(record))


def normalize_key(key: str) -> str:
    """Return a key in lower case, without blanks, hyphens and underscores."""
    return _SEPARATORS.sub("", key).lower()


def _shape(record: Json) -> tuple[tuple[str, ...], ...]:
    """Return a record's keys, then for each object in it a tuple of its own key and its keys."""
    inner = [(key, *value) for key, value in record.items() if isinstance(value, dict)]
    return (tuple(record), *inner)


# Cached, because the records of a file have few shapes.
@functools.lru_cache(maxsize=256)
def _paths_of_shape(shape: tuple[tuple[str, ...], ...]) -> FieldPaths:
    """Return where records of a shape have our fields.

    Among keys of one name, those of an inner ``paper`` come first, then the record's own,
    then those of other inner objects.
    """
    own_keys, *objects = shape
    paths: list[Path] = [(key,) for key in own_keys]
    for outer, *keys in objects:
        if normalize_key(outer) in _INNER_OBJECTS:
            inner: list[Path] = [(outer, key) for key in keys]
            paths = inner + paths if outer == "paper" else paths + inner
    paths_by_name: dict[str, list[Path]] = {}
    for path in paths:
        paths_by_name.setdefault(normalize_key(path[-1]), []).append(path)
    return {
        field: tuple(path for name in names for path in paths_by_name.get(name, ()))
        for field, names in _NAMES_OF_FIELD.items()
    }
