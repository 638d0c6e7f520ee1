"""D1, P2: reading each format against its library alone, and the memory of a run.

The library only parses the file into its own objects. Our reader also finds papers, ids, days
and names in them. Text formats have no library, so they are compared with splitting lines.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import feedparser
import msgspec
import rispy
from bibtexparser import entrypoint
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from benchmarks import measure, working_folders
from digest import parsers
from tests.support import layouts

_PAPERS = 1_000
_ROUNDS = 5

Bare = Callable[[bytes], object]


def _feed(data: bytes) -> object:
    return feedparser.parse(io.BytesIO(data))


def _lines(data: bytes) -> object:
    return data.decode().split("\n")


def _by_line(data: bytes) -> object:
    return [msgspec.json.decode(line) for line in data.splitlines()]


# A layout, the name of its library, its bare parse, and the highest ratio allowed. That is a
# quarter above the measured one, so that a reader that gets slower is noticed.
_BARE: tuple[tuple[str, str, Bare, float], ...] = (
    ("answer of the API", "msgspec", msgspec.json.decode, 8),
    ("scraped JSON", "msgspec", msgspec.json.decode, 45),
    ("scraped JSON", "json", json.loads, 28),
    ("JSON Lines", "msgspec", _by_line, 60),
    ("JSON Feed", "msgspec", msgspec.json.decode, 120),
    ("announcements", "feedparser", _feed, 1.5),
    ("arXiv's API", "feedparser", _feed, 1.5),
    ("OAI-PMH", "lxml", etree.fromstring, 20),
    ("HTML cards", "selectolax", LexborHTMLParser, 25),
    ("BibTeX", "bibtexparser", lambda data: entrypoint.parse_string(data.decode()), 2),
    ("RIS", "rispy", lambda data: rispy.loads(data.decode()), 5),
    ("inline links", "splitting lines", _lines, 450),
    ("labelled text", "splitting lines", _lines, 150),
)


def rows(away: Path) -> Iterator[measure.Row]:
    """Compare all formats, then plain text with feedparser, then the peak memory of runs."""
    papers = layouts.papers(_PAPERS)
    for layout, library, bare, limit in _BARE:
        data = layouts.WRITERS[layout](papers)
        ours = measure.ratio(partial(_read, data), partial(bare, data), _ROUNDS)
        yield measure.at_most("D1", f"{layout} / {library}'s bare parse", limit, ours)
    yield _against_feedparser(papers)
    yield _flat_memory(away)


def _against_feedparser(papers: list[layouts.Paper]) -> measure.Row:
    text, feed = (layouts.WRITERS[name](papers) for name in ("plain text", "announcements"))
    times = measure.ratio(partial(_feed, feed), partial(_read, text), _ROUNDS)
    return measure.at_least("P2", "feedparser, the papers as RSS / plain text", 25, times)


def _flat_memory(away: Path) -> measure.Row:
    """Compare the peak memory of two runs that read only known papers.

    One has 100,000 papers in page and ledger, the other 10,000.
    """
    peaks = []
    for count in (10_000, 100_000):
        folder = away / f"known-{count}"
        working_folders.with_papers(folder, count)
        working_folders.drop(folder, "page.txt", range(count))
        peaks.append(measure.python("-m", "digest", "--root", str(folder), "-q", "run").mib)
        shutil.rmtree(folder)
    what = "peak memory, 0 new of 100,000 / 0 new of 10,000"
    return measure.at_most("P2", what, 1.2, peaks[1] / peaks[0])


def _read(data: bytes) -> int:
    dump = parsers.read_dump("page", io.BytesIO(data))
    assert len(dump.sightings) == _PAPERS
    return len(dump.sightings)
