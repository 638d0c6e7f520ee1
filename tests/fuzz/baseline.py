"""What is read in the undamaged seeds, to which every other reading is compared."""

from __future__ import annotations

import functools
import io
from collections import Counter
from datetime import date
from typing import NamedTuple

import msgspec

from digest import parsers
from digest.model.papers import Dump, Sighting
from tests.fuzz import layouts, seeds
from tests.fuzz.documents import Document
from tests.fuzz.papers import paper

NAME = "papers-2026-11-20"
MODIFIED = date(2026, 11, 20)


class FlatReading(NamedTuple):
    """What is read in a file without marks; ``format_name`` is "" if it is refused."""

    format_name: str
    sightings: Counter[Sighting]
    entries: int
    is_packed: bool


def read(data: bytes) -> Dump:
    """Read a file; raises `Unreadable` with the reason."""
    return parsers.read_dump(NAME, io.BytesIO(data), MODIFIED)


def comparable(sighting: Sighting) -> Sighting:
    """Return a sighting without its line, which changes with everything above it."""
    return msgspec.structs.replace(sighting, line=1)


@functools.lru_cache(maxsize=1000)
def readings(layout_name: str, flavour: str) -> dict[int, Sighting] | str:
    """Return what is read in each record of a seed, or in words why that is not what it holds."""
    data = seeds.document(layout_name, flavour).data.replace(b"$charset", b"UTF-8", 1)
    try:
        dump = read(data)
    except Exception as error:  # noqa: BLE001 - any of them is a finding
        return f"the seed is not read: {error!r}"
    if len(dump.sightings) != seeds.RECORDS or dump.rejects:
        return f"the seed has {len(dump.sightings)} papers and {len(dump.rejects)} rejects"
    read_papers = {}
    for number, sighting in enumerate(dump.sightings, start=1):
        if difference := _difference(sighting, layout_name, number, flavour):
            return f"the seed's record {number}: {difference}"
        read_papers[number] = comparable(sighting)
    return read_papers


def _difference(sighting: Sighting, layout_name: str, number: int, flavour: str) -> str:
    layout, written = layouts.BY_NAME[layout_name], paper(number, flavour)
    checks = {
        "title": ("title", written.title),
        "arxiv_id": ("id", written.id),
        "doi": ("doi", written.doi),
        "abstract": ("abstract", written.abstract),
        "upvotes": ("votes", int(written.votes)),
        "authors": ("author", (written.author, written.second)),
        "published": ("day" if layout.has("day") else "shown", written.day),
    }
    for field, (value, expected) in checks.items():
        if layout.has(value) and getattr(sighting, field) != expected:
            return f"{field} is {getattr(sighting, field)!r}, not {expected!r}"
    return ""


@functools.lru_cache(maxsize=4000)
def flat_reading(data: bytes) -> FlatReading:
    """Return what is read in a file without marks.

    A file that fails counts as refused here; the judge reports it when it comes to the file.
    """
    try:
        dump = read(data)
    except Exception:  # noqa: BLE001 - any of them is a finding of the judge
        return FlatReading("", Counter(), 0, is_packed=False)
    return FlatReading(
        dump.format_name,
        Counter(map(comparable, dump.sightings)),
        dump.entries,
        is_packed="wrapping" in dump.evidence,
    )


@functools.lru_cache(maxsize=4000)
def flat_document(data: bytes) -> Document:
    """Return a file without marks, cut into its records."""
    reading = flat_reading(data)
    return seeds.flat_document(data, "" if reading.is_packed else reading.format_name)
