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
from digest.model.papers import Dump, Organization, Reject, Sighting
from digest.parsers.fields import dates, ids, json_values, markup, timestamps
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
    head = json_values.plain(origin.head).lstrip()
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
    data = json_values.plain(origin.whole())
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
        rejects=tuple(sorted(rejects, key=lambda reject: reject.line)),
        witness={"dialect": witness},
    )


def _pieces(data: bytes, rejects: list[Reject]) -> Iterator[tuple[int, bytes]]:
    """The bytes of each entry and its line; what cannot be cut into entries is a reject."""
    json_values.check(data)
    try:
        raws = _LIST.decode(data)
    except json_values.REFUSED:
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
    except json_values.REFUSED:
        return b"null"


def _entry(piece: bytes) -> ApiEntry | None:
    try:
        if piece[:1] == b'"':
            piece = _encoded(json_values.revive(msgspec.json.decode(piece, type=str)))
        return _ONE.decode(piece)
    except json_values.REFUSED:
        return None


def _sighting(entry: ApiEntry, line: int) -> Sighting | None:
    paper, text = entry.paper, json_values.text
    title = text(paper.title) or text(entry.title)
    arxiv_id = ids.arxiv_id(text(paper.id) or "")
    if not title or not arxiv_id:
        return None
    abstract = text(paper.summary) or text(entry.summary)
    authors = _authors(paper.authors)
    published = text(paper.publishedAt)
    return Sighting(
        title=title,
        abstract=abstract if abstract and not markup.repeats(abstract, title) else None,
        arxiv_id=arxiv_id,
        url=f"https://huggingface.co/papers/{arxiv_id}",
        authors=authors,
        n_authors=len(authors) or None,
        organization=_organization(paper.organization) or _organization(entry.organization),
        published=timestamps.day(published),
        published_text=published,
        upvotes=json_values.number(paper.upvotes),
        comments=json_values.number(entry.numComments),
        code_url=ids.address(text(paper.githubRepo) or ""),
        stars=json_values.number(paper.githubStars),
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
    in_name = dates.day_in_name(name)
    return in_name.isoformat() if in_name else None


def _organization(found: Any) -> Organization | None:
    slug = json_values.text(found.get("name")) if isinstance(found, dict) else None
    return Organization(slug, json_values.text(found.get("fullname")) or slug) if slug else None


def _authors(raw: msgspec.Raw) -> tuple[str, ...]:
    named: list[Any]
    try:
        named = [author.name for author in _AUTHORS.decode(raw)]
    except json_values.REFUSED:
        loose = msgspec.json.decode(raw)
        named = loose if isinstance(loose, list) else []
    return tuple([name for name in named if isinstance(name, str) and name.strip()])
