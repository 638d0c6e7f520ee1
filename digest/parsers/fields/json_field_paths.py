"""Find where a JSON record has our fields, by the names that other tools give them."""

from __future__ import annotations

import functools
import re

from digest.parsers.fields.json_values import Json

# Our fields, and the names other tools give them, the preferred ones first. "place" is the
# record's own place on a listing: an arXiv id is taken from there first, then from "id", then
# from "links". A name "locationurl" is ``url`` in an object that describes one copy of the paper.
_FIELD_NAMES = {
    "title": "title papertitle articletitle preprinttitle titles name headline displayname",
    "abstract": "abstract paperabstract preprintabstract abstracttext abstractnote abstracts "
    "descriptions summary",
    "abstract_index": "abstractinvertedindex",
    "prose": "description contenttext content text body",
    "summary": "aisummary tldr papersummary summary",
    "place": "paperurl pageurl paperlink huggingfaceurl hfurl url link href entryid absurl paper "
    "locationlandingpageurl",
    "id": "universalpaperid arxivid arxiv arxiveprints eprint paperid id identifier uid "
    "canonicalid archiveid volume",
    "links": "arxivpageurl arxivurl arxivlink urlabs pdfurl pdflink urlpdf pdf doi links html "
    "number locationpdfurl locationurl",
    "notes": "extra note",
    "doi": "preprintdoi doi paperdoi articledoi dois articleids elocationid url link id identifier",
    "authors": "authors author preprintauthors authornames authorlist authorships creators "
    "authorstring",
    "count": "nauthors numauthors authorcount",
    "organization": "organization organisation affiliation submitterorganization",
    "published": "preprintdate published publishedat publisheddate publicationdate datepublished "
    "firstpublicationdate epubdate pubdate issued posted publishedonline publishedprint pdate "
    "created createdat submitted date cdate",
    "upvotes": "upvotes upvotecount numupvotes votes likes publictotalvotes",
    "comments": "numcomments commentcount commentscount ncomments comments",
    "stars": "githubstars stars starcount stargazers stargazerscount",
    "code": "githubrepo githuburl githublink githublinks github codeurl coderepository "
    "repository repo code",
    "categories": "categories category preprintcategory arxivcategories primarycategory subjects "
    "tags topics keywords",
    "comment": "comment arxivcomment",
    "withdrawn": "isretracted retracted iswithdrawn withdrawn",
    "state": "venueid venue status type pubtype pubtypelist publicationtypes invitation "
    "invitations",
    "updates": "updateto",
    "updated": "updatedby",
}
_NAMES_OF_FIELD = {field: tuple(names.split()) for field, names in _FIELD_NAMES.items()}
TITLE_NAMES = frozenset("title papertitle articletitle preprinttitle titles".split())
# Objects in a record that hold its fields, the title among them.
_HOLDERS = frozenset(
    "paper details attributes source node metadata fields content info data".split()
)
_LOCATIONS = frozenset("primarylocation bestoalocation openaccesspdf".split())
_INNER_OBJECTS = _HOLDERS | _LOCATIONS | {"externalids", "metrics"}
_SEPARATORS = re.compile(r"[\s_-]+")

Path = tuple[str, ...]  # keys from the record down to a value: one or two
FieldPaths = dict[str, tuple[Path, ...]]  # by field, the preferred path first


def find_paths(record: Json) -> FieldPaths:
    """Return the paths in a record where each of our fields may be, the preferred one first."""
    return _paths_of_shape(_shape(record))


# Cached, because the records of a file have the same keys; a long key is none of ours.
@functools.lru_cache(maxsize=1024)
def _normalized(key: str) -> str:
    return _SEPARATORS.sub("", key).lower()


def normalize_key(key: str) -> str:
    """Return a key in lower case, without blanks, hyphens and underscores."""
    return _normalized(key[:64])


def has_title(record: Json) -> bool:
    """Return whether an object has a title, its own or in an object that holds its fields."""
    if any(normalize_key(key) in TITLE_NAMES for key in record):
        return True
    return any(
        normalize_key(name) in TITLE_NAMES
        for key, holder in record.items()
        if isinstance(holder, dict) and normalize_key(key) in _HOLDERS
        for name in holder
    )


def _shape(record: Json) -> tuple[tuple[str, ...], ...]:
    """Return a record's keys, then for each inner object its own key and its keys."""
    inner = [
        (key, *value)
        for key, value in record.items()
        if isinstance(value, dict) and normalize_key(key) in _INNER_OBJECTS
    ]
    return (tuple(record), *inner)


# Cached, because the records of a file have few shapes.
@functools.lru_cache(maxsize=256)
def _paths_of_shape(shape: tuple[tuple[str, ...], ...]) -> FieldPaths:
    """Return where records of a shape have our fields; a field they do not have is left out.

    Among keys of one name, those of an inner ``paper`` come first, then the record's own,
    then those of other inner objects.
    """
    own_keys, *objects = shape
    paths: list[Path] = [(key,) for key in own_keys]
    for outer, *keys in objects:
        inner: list[Path] = [(outer, key) for key in keys]
        paths = inner + paths if outer == "paper" else paths + inner
    paths_by_name: dict[str, list[Path]] = {}
    for path in paths:
        paths_by_name.setdefault(_name(path), []).append(path)
    return {
        field: tuple(path for name in names for path in paths_by_name.get(name, ()))
        for field, names in _NAMES_OF_FIELD.items()
        if not paths_by_name.keys().isdisjoint(names)
    }


def _name(path: Path) -> str:
    name = normalize_key(path[-1])
    is_location = len(path) > 1 and normalize_key(path[0]) in _LOCATIONS
    return f"location{name}" if is_location else name
