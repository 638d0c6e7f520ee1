"""Days of fetching with outages: each paper once, and no more requests than the sources want."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest

from digest.model.settings import seconds
from digest.sources import kinds
from tests.support import fetch_rules, source_days
from tests.support.fetch_world import ALL_KINDS, CONTACT, issued, play, step, trouble
from tests.support.folders import Folder
from tests.support.source_sites import API, BIORXIV, FEEDS, HUGGING_FACE, OAI, PAGES, RSS
from tests.support.wires import Asked

FIRST = datetime(2026, 12, 2, 0, 25, tzinfo=UTC)
QUIET = 2  # days without outages in the end, so that all can catch up
TRIES = 5
CASES = (
    "503 for hours", "captive portal", "429 with 10^12 seconds", "closed before the status",
    "reset in the body", "JSON cut, with its length", "an empty 200", "403", "429 with seconds",
)  # fmt: skip
# The longest outage of each host in hours that loses no paper. The page lists today's only.
LONGEST = {HUGGING_FACE: 40, RSS: 60, API: 40, OAI: 240, BIORXIV: 40, FEEDS: 40}
# The most looks a day and requests a look, by host. Days before today are asked once a day.
SOURCES = {
    HUGGING_FACE: ("hf-daily", 1, 2, 1), RSS: ("arxiv-rss", 1, 0, 1),
    API: ("arxiv-search", 1, 0, 4), OAI: ("arxiv-oai", 1, 0, 20), BIORXIV: ("biorxiv", 1, 2, 2),
    FEEDS: ("feed", 3, 0, 1), PAGES: ("page", 1, 0, 2),
}  # fmt: skip

Figure = Callable[[str], None]


class Outage(NamedTuple):
    """A host misbehaves in one way between two moments."""

    host: str
    case: str
    first: datetime
    last: datetime

    def covers(self, day: date) -> bool:
        """Return whether some of it lies on this day or the one before, or it is caught up on."""
        return self.first.date() <= day <= self.last.date() + timedelta(days=1)


def _outages(days: int) -> Iterator[Outage]:
    """Yield the outages of every host, one after the other."""
    dice, whole = random.Random(15), (days - QUIET) * 24
    for host, longest in LONGEST.items():
        hour = dice.randrange(24)
        while hour < whole:
            last = hour + dice.randint(3, longest)
            first, until = (FIRST + timedelta(hours=at) for at in (hour, min(last, whole)))
            yield Outage(host, dice.choice(CASES), first, until)
            hour = last + dice.randint(48, 200)


def _listed(days: int, end: datetime) -> set[str]:
    """Return the titles of all papers that were listed in these days."""
    all_days = [FIRST.date() + timedelta(days=number) for number in range(days)]
    papers = [paper for day in all_days for paper in _of_day(day, end)]
    return {paper.title for paper in papers}


def _of_day(day: date, end: datetime) -> Iterator[source_days.SourcePaper]:
    yield from source_days.hugging_face(day, end)
    yield from source_days.biorxiv(day)
    yield from source_days.arxiv(day)
    yield from (source_days.paper(day, place) for place in (*source_days.FEED, *source_days.PAGE))


def _most_a_day(host: str, wakes: int) -> int:
    """Return the most requests a day of a host that is not down: twice as often in a burst."""
    kind, sources, earlier_days, requests = SOURCES[host]
    looks = min(wakes, 2 * 86_400 // seconds(kinds.load(kind).EVERY) + 1)
    return (sources * looks + earlier_days) * requests


def _live(folder: Folder, days: int, wakes: int, figure: Figure) -> None:
    """Wake so many times a day, and judge what was asked and issued."""
    folder.configure(ALL_KINDS)
    moments = [FIRST + timedelta(hours=24 / wakes * number) for number in range(wakes * days)]
    outages = [*_outages(days)]
    results = play(
        folder,
        [step(moment.isoformat(), "run", "--due") for moment in moments],
        troubles=[trouble(one.host, one.case, f"{one.first}", f"{one.last}") for one in outages],
        seconds=7200,
    )
    requests = Counter[tuple[str, date]]()
    for moment, result in zip(moments, results, strict=True):
        assert result.status in {0, 3, 4}, result.err
        is_calm = not any(one.covers(moment.date()) for one in outages)
        assert [] == fetch_rules.breaches(result.asked, CONTACT, once=is_calm)
        requests.update((one.host, moment.date()) for one in result.asked)
    for (host, day), count in requests.items():
        is_down = any(one.host == host and one.covers(day) for one in outages)
        most = _most_a_day(host, wakes) * (TRIES if is_down else 1)
        assert count <= most, (host, day, count)
    titles = issued(folder)
    assert sorted({*titles}) == titles
    assert _listed(days, moments[-1]) <= {*titles}
    asked = [one for result in results for one in result.asked]
    _show(figure, days, asked, len(outages), len(titles))


def _show(figure: Figure, days: int, asked: list[Asked], outages: int, papers: int) -> None:
    hosts = Counter(one.host for one in asked)
    shown = ", ".join(f"{host} {count / days:.1f}" for host, count in sorted(hosts.items()))
    unchanged = sum(one.status == 304 for one in asked)
    figure(
        f"{days} days, {outages} outages, {papers:,} papers, each once; {len(asked):,} requests,"
        f" {unchanged:,} of them unchanged; a day: {shown}"
    )


def test_days(folder: Folder, figure: Figure) -> None:
    """In five days with outages every paper is issued, in one issue only; requests are few."""
    _live(folder, 5, 3, figure)


@pytest.mark.soak
@pytest.mark.long
def test_a_year(folder: Folder, figure: Figure) -> None:
    """The same over a year, with a wake every four hours."""
    _live(folder, 365, 6, figure)
