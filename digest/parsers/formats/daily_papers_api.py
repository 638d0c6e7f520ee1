"""The answer of the daily_papers API: a JSON list of ``{"paper": {...}, ...}``.

Its fields changed several times between 2024 and 2026. They may be null, or a string in place
of a number: a value of another type is left out. An entry may be stored as the text
of a Python object, and an answer may be cut off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import (
    dates,
    ids,
    json_fields,
    json_pieces,
    json_values,
    markup,
    timestamps,
    withdrawals,
)
from digest.parsers.input import encodings
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "daily-papers-api"
SOURCE = "huggingface.co/papers"

_PAPER = rb"""(?s)\[\s*(?:\{|"(?=\{)).{0,16384}?\\?['"]paper\\?['"]\s*:\s*\{"""
_ID = rb"""\\?['"]id\\?['"]\s*:\s*\\?['"](?:\d{4}\.\d{4,5}|[a-z-]+/\d{7})"""
_EMPTY = rb"\[\s*\]\s*"
_NOTICE_CHARS = 200
_BASE_MEMORY, _ENTRY_BYTES = 40 << 20, 80
_NULL = msgspec.Raw(b"null")


class ApiAuthor(msgspec.Struct, gc=False):
    """The name of an author; pictures and accounts are not decoded."""

    name: Any = None


class ApiPaper(msgspec.Struct, gc=False):
    """The fields of a paper that are used; each may be missing or of any type."""

    id: Any = None
    title: Any = None
    summary: Any = None
    authors: msgspec.Raw = _NULL
    publishedAt: Any = None  # noqa: N815 - the API's name
    submittedOnDailyAt: Any = None  # noqa: N815
    upvotes: Any = None
    githubRepo: Any = None  # noqa: N815
    githubStars: Any = None  # noqa: N815
    ai_summary: Any = None
    organization: Any = None


class ApiEntry(msgspec.Struct, gc=False):
    """A paper and the fields of its place on the listing."""

    paper: ApiPaper
    title: Any = None
    summary: Any = None
    publishedAt: Any = None  # noqa: N815
    numComments: Any = None  # noqa: N815
    organization: Any = None


_LIST_DECODER = msgspec.json.Decoder(list[msgspec.Raw])
_ENTRY_DECODER = msgspec.json.Decoder(ApiEntry)
_AUTHORS_DECODER = msgspec.json.Decoder(list[ApiAuthor])


def detect(input_file: InputFile) -> str | None:
    """Detect a JSON list whose entries hold a ``paper``, and an empty list."""
    if not json_values.may_be_json(input_file):
        return None
    head = encodings.in_utf8(input_file.head, None).lstrip()
    if re.fullmatch(_EMPTY, head):
        return "an empty list"
    paper = re.match(_PAPER, head)
    has_id = paper and re.compile(_ID).search(head, paper.end())
    return "a list of entries with a paper each" if has_id else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all entries in order; one that lacks an id or a title becomes a reject with its line.

    Raises `Unreadable`, with the line of the first damage, if no entry can be read.
    """
    data = encodings.in_utf8(input_file.read_all(), None)
    sightings: list[Sighting] = []
    rejects = Rejects()
    days: Counter[str] = Counter()
    for line, entry_json in _entries(data, rejects):
        if not json_values.fits_memory(entry_json):
            rejects.add(line, json_pieces.TOO_DENSE)
            continue
        entry = _decoded(entry_json)
        paper = _sighting(entry, line) if entry else None
        if entry is None or paper is None:
            rejects.add(line, "an entry that lacks a paper's id or title")
            continue
        sightings.append(paper)
        if day := timestamps.day(entry.paper.submittedOnDailyAt) or timestamps.day(
            entry.publishedAt
        ):
            days[day] += 1
    if rejects and not sightings:
        raise Unreadable(rejects[0].reason, line=rejects[0].line)
    return Dump(
        name=input_file.name,
        format_name=NAME,
        source=SOURCE,
        page_date=_page_date(input_file.name, days),
        sightings=tuple(sightings),
        rejects=rejects.by_line(),
        is_cut=rejects.is_cut,
        evidence={"dialect": evidence},
    )


def _entries(data: bytes, rejects: Rejects) -> Iterator[tuple[int, bytes]]:
    """Yield the line and the bytes of each entry; adds damage to ``rejects``."""
    try:
        raw_entries = _LIST_DECODER.decode(data) if _fits_memory(data) else None
    except json_values.DECODE_ERRORS:
        raw_entries = None
    if raw_entries is None:
        for span in json_pieces.iter_objects(data, _is_entry):
            if isinstance(span, json_values.JsonDamage):
                rejects.add(span.line, span.reason, is_cut=span.is_cut)
            else:
                yield span.line, _encoded(span.value)
        return
    end_before, begin, line = 0, 0, 1
    for raw in raw_entries:
        entry_json = bytes(raw)
        # Only a comma and blanks stand between two entries, so a few bytes are enough.
        begin_before, begin = begin, data.index(entry_json[:16], end_before)
        line += data.count(b"\n", begin_before, begin)
        yield line, entry_json
        end_before = begin + len(entry_json)


def _fits_memory(data: bytes) -> bool:
    """Return whether the entries take little more memory than the text, when not decoded."""
    return _ENTRY_BYTES * data.count(b",") <= _BASE_MEMORY + 5 * len(data) // 2


def _is_entry(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("paper"), dict)


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except json_values.DECODE_ERRORS:
        return b"null"


def _decoded(entry_json: bytes) -> ApiEntry | None:
    try:
        # A string holds an entry that some tool stored as the text of a Python object.
        if entry_json[:1] == b'"':
            entry_json = _encoded(
                json_values.parse_embedded(msgspec.json.decode(entry_json, type=str))
            )
        return _ENTRY_DECODER.decode(entry_json)
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
        retracted=_is_notice(abstract or ""),
        line=line,
    )


def _is_notice(abstract: str) -> bool:
    # One cheap look first, because nearly no abstract is a notice.
    return "withdrawn" in abstract[:_NOTICE_CHARS] and withdrawals.is_withdrawal_notice(abstract)


def _page_date(name: str, days: Counter[str]) -> str | None:
    """Return the day most entries were listed on, else the day in the file's name.

    Answers before late 2025 have the day of listing in the entry only, not in its paper.
    """
    if days:
        return max(days, key=lambda day: (days[day], day))
    return dates.iso_day_in_name(name)


def _authors(raw: msgspec.Raw) -> tuple[str, ...]:
    names: list[Any]
    try:
        names = [author.name for author in _AUTHORS_DECODER.decode(raw)]
    except json_values.DECODE_ERRORS:
        # Some answers list the names themselves in place of objects.
        value = msgspec.json.decode(raw)
        names = value if isinstance(value, list) else []
    return tuple([name for name in names if isinstance(name, str) and name.strip()])
