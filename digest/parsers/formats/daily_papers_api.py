"""The answer of the daily_papers API: a JSON list of ``{"paper": {...}, ...}``.

Fields came and went between 2024 and 2026, may be null, or a string where a number is
meant; each is taken when it fits and left out when it does not. Entries may be damaged to
the text of a Python object; an answer may be cut off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.fields import dates, ids, json_fields, json_values, markup, timestamps
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "daily-papers-api"
SOURCE = "huggingface.co/papers"

_PAPER = re.compile(rb"""\[\s*(?:\{|"(?=\{)).{0,16384}?\\?['"]paper\\?['"]\s*:\s*\{""", re.DOTALL)
_ID = re.compile(rb"""\\?['"]id\\?['"]\s*:\s*\\?['"](?:\d{4}\.\d{4,5}|[a-z-]+/\d{7})""")
_EMPTY = re.compile(rb"\[\s*\]\s*")
_NOTHING = msgspec.Raw(b"null")


class ApiAuthor(msgspec.Struct, gc=False):
    """Of an author only the name; pictures and accounts are not even decoded."""

    name: Any = None


class ApiPaper(msgspec.Struct, gc=False):
    """The fields we read; every one may be missing or of any type."""

    id: Any = None
    title: Any = None
    summary: Any = None
    authors: msgspec.Raw = _NOTHING
    publishedAt: Any = None  # noqa: N815 - the API's name
    submittedOnDailyAt: Any = None  # noqa: N815
    upvotes: Any = None
    githubRepo: Any = None  # noqa: N815
    githubStars: Any = None  # noqa: N815
    ai_summary: Any = None
    organization: Any = None


class ApiEntry(msgspec.Struct, gc=False):
    """What stands around a paper: its place on the listing."""

    paper: ApiPaper
    title: Any = None
    summary: Any = None
    publishedAt: Any = None  # noqa: N815
    numComments: Any = None  # noqa: N815
    organization: Any = None


_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_ONE = msgspec.json.Decoder(ApiEntry)
_AUTHORS = msgspec.json.Decoder(list[ApiAuthor])


def detect(origin: InputFile) -> str | None:
    """A JSON list whose entries hold a ``paper``, or an empty list."""
    head = json_values.to_utf8(origin.head).lstrip()
    if _EMPTY.fullmatch(head):
        return "an empty list"
    paper = _PAPER.match(head)
    return (
        "a list of entries with a paper each" if paper and _ID.search(head, paper.end()) else None
    )


def read(origin: InputFile, witness: str) -> Dump:
    """All entries, in order; one without an id or a title is a reject with its line.

    Raises `Unreadable` where the text is no JSON, with the line where it breaks off.
    """
    data = json_values.to_utf8(origin.read_all())
    sightings: list[Sighting] = []
    rejects = Rejects()
    days: Counter[str] = Counter()
    for line, raw in _pieces(data, rejects):
        entry = _entry(raw)
        found = _sighting(entry, line) if entry else None
        if entry is None or found is None:
            rejects.add(line, "an entry without a paper's id and title")
            continue
        sightings.append(found)
        if day := timestamps.day(entry.paper.submittedOnDailyAt) or timestamps.day(
            entry.publishedAt
        ):
            days[day] += 1
    if rejects and not sightings:
        raise Unreadable(rejects[0].reason, line=rejects[0].line)
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=SOURCE,
        page_date=_page_date(origin.name, days),
        sightings=tuple(sightings),
        rejects=rejects.by_line(),
        witness={"dialect": witness},
    )


def _pieces(data: bytes, rejects: list[Reject]) -> Iterator[tuple[int, bytes]]:
    """The bytes of each entry and its line; what cannot be cut into entries is a reject."""
    json_values.check_memory(data)
    try:
        raws = _LIST.decode(data)
    except json_values.DECODE_ERRORS:
        loaded = json_values.salvage(data)
        rejects.extend(loaded.rejects)
        for value, line in loaded.values:
            yield line, _encoded(value)
        return
    at, begin, line = 0, 0, 1
    for raw in raws:
        piece = bytes(raw)
        before, begin = begin, data.index(piece[:16], at)  # only a comma and blanks lie between
        line += data.count(b"\n", before, begin)
        yield line, piece
        at = begin + len(piece)


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except json_values.DECODE_ERRORS:
        return b"null"


def _entry(piece: bytes) -> ApiEntry | None:
    try:
        if piece[:1] == b'"':
            piece = _encoded(json_values.parse_embedded(msgspec.json.decode(piece, type=str)))
        return _ONE.decode(piece)
    except json_values.DECODE_ERRORS:
        return None


def _sighting(entry: ApiEntry, line: int) -> Sighting | None:
    paper, text = entry.paper, json_values.as_text
    title = text(paper.title) or text(entry.title)
    arxiv_id = ids.arxiv_id(text(paper.id) or "")
    if not title or not arxiv_id:
        return None
    abstract = text(paper.summary) or text(entry.summary)
    authors = _authors(paper.authors)
    published = text(paper.publishedAt)
    return Sighting(
        title=title,
        abstract=markup.real_abstract(abstract, title),
        arxiv_id=arxiv_id,
        url=f"https://huggingface.co/papers/{arxiv_id}",
        authors=authors,
        n_authors=len(authors) or None,
        organization=json_fields.organization_of(paper.organization)
        or json_fields.organization_of(entry.organization),
        published=timestamps.day(published),
        published_text=published,
        upvotes=json_values.as_count(paper.upvotes),
        comments=json_values.as_count(entry.numComments),
        code_url=ids.address(text(paper.githubRepo) or ""),
        stars=json_values.as_count(paper.githubStars),
        summary=text(paper.ai_summary),
        line=line,
    )


def _page_date(name: str, days: Counter[str]) -> str | None:
    """The day most papers were submitted to the listing; else the file name's day.

    Answers before late 2025 know only when the entry was listed, which differs from the
    paper's own day.
    """
    if days:
        return max(days, key=lambda day: (days[day], day))
    return dates.iso_day_in_name(name)


def _authors(raw: msgspec.Raw) -> tuple[str, ...]:
    named: list[Any]
    try:
        named = [author.name for author in _AUTHORS.decode(raw)]
    except json_values.DECODE_ERRORS:
        loose = msgspec.json.decode(raw)
        named = loose if isinstance(loose, list) else []
    return tuple([name for name in named if isinstance(name, str) and name.strip()])
