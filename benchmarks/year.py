"""Simulate a year with outages, and check that each paper is issued once, on the right date.

    python -m benchmarks.year RECORDS.jsonl.gz     real days, as `benchmarks.replay` reads them
    python -m benchmarks.year                      a year of invented days

Two editions are simulated in Berlin, where clocks change: a daily one at 02:30 that catches up
with dated issues, and a weekly one with notes. The product runs a minute before and at the hour of
each edition, after midnight and after each page, except during outages of hours or days.
`benchmarks.rule` gives the right issue of each paper and the right state of each date. The exit
status is 1 if the product differs.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from benchmarks import corpus, replay
from benchmarks.rule import Rule
from digest import settings
from digest.editorial import due
from digest.operations import run
from digest.pipeline.session import open_to_read

CONFIGURATION = """
[site]
timezone = "Europe/Berlin"
[[edition]]
name = "daily"
at = "02:30"
catch_up = "dated"
[[edition]]
name = "weekly"
period = "week"
days = ["sun"]
at = "23:59"
when_empty = "note"
catch_up_days = 3
"""
TOPICS = """
[[topic]]
id = "language"
name = "Language"
words = ["language, text, token"]
"""
_MEMORY = Path("/dev/shm")  # noqa: S108 - only dates are checked, so no disk is needed
_DROPPED = 1_700_000_000  # when files were last written: settled
_MINUTE = timedelta(minutes=1)
_WAIT = 5 * _MINUTE  # from a page to the run that finds it
_OUTAGES = (timedelta(hours=2), timedelta(hours=26), timedelta(days=3), timedelta(days=9))


class Page(NamedTuple):
    """An answer of the API: its day, its JSON and the ids of its papers."""

    day: date
    body: str
    papers: tuple[str, ...]


class Outcome(NamedTuple):
    """The size of the simulation, and the differences between product and rule."""

    counts: Mapping[str, int]
    differences: Sequence[str]

    def __str__(self) -> str:
        return ", ".join(f"{number:,} {what}" for what, number in self.counts.items())


def pages(answers: Iterable[tuple[str, str]]) -> Iterator[Page]:
    """Yield a page for each pair of an ISO date and an answer of the API."""
    for day, body in answers:
        papers = tuple(entry["paper"]["id"] for entry in json.loads(body))
        yield Page(date.fromisoformat(day), body, papers)


def invented(days: int, seed: int = 7) -> Iterator[Page]:
    """Make up a page for each day: two earlier papers, and up to four new ones on weekdays."""
    dice, first, before = random.Random(seed), date(2026, 1, 1), 0
    for day in (first + timedelta(days=number) for number in range(days)):
        new = 0 if day.weekday() > 4 else dice.randint(0, 4)
        papers = (corpus.paper(n) for n in range(max(0, before - 2), before + new))
        before += new
        yield from pages([(day.isoformat(), corpus.api_json(papers, day))])


class Year:
    """A working folder, and the rule of each of its editions for comparison."""

    def __init__(self, root: Path, pages: Sequence[Page], seed: int = 7) -> None:
        self.root, self.pages, self.dice = root, pages, random.Random(seed)
        (root / "config").mkdir(parents=True)
        (root / "config" / "digest.toml").write_text(CONFIGURATION)
        (root / "config" / "topics.toml").write_text(TOPICS)
        (root / "inbox").mkdir()
        self.settings = settings.load(root)
        self.zone = ZoneInfo(self.settings.site.timezone)
        self.rules = {edition.name: Rule[str](edition) for edition in self.settings.editions}
        self.seen: set[str] = set()
        self.runs = 0

    def live(self) -> Outcome:
        """Simulate from the first page until ten days after the last, when all is issued."""
        last = self.pages[-1].day + timedelta(days=10)
        drops = sorted(
            (self._moment(page.day, self.dice.randrange(1440)), page) for page in self.pages
        )
        outages = list(self._outages(last))
        waiting: list[Page] = []
        for moment in self._moments(last, [moment + _WAIT for moment, _ in drops]):
            while drops and drops[0][0] <= moment:
                waiting.append(self._drop(drops.pop(0)[1]))
            is_last = moment.astimezone(self.zone).date() == last
            if is_last or not any(start <= moment < end for start, end in outages):
                self._run(moment, waiting)
                waiting = []
        return self.outcome(len(outages))

    def _moment(self, day: date, minutes: int) -> datetime:
        """Return the moment ``minutes`` after a local midnight, in UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return midnight.astimezone(UTC) + minutes * _MINUTE

    def _moments(self, last: date, more: Iterable[datetime]) -> list[datetime]:
        """Return every moment of a run. A repeated hour of the clock change counts twice."""
        moments = set(more)
        day = self.pages[0].day
        while day <= last:
            moments.add(self._moment(day, 1))
            hours = [
                edition.at for edition in self.settings.editions if due.is_scheduled(edition, day)
            ]
            for at, fold in itertools.product(hours, (0, 1)):
                local = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=self.zone, fold=fold)
                hour = local.astimezone(UTC)
                moments |= {hour - _MINUTE, hour}
            day += timedelta(days=1)
        return sorted(moments)

    def _outages(self, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield start and end of about three outages a month."""
        days = (last - self.pages[0].day).days
        for _ in range(days // 10):
            day = self.pages[0].day + timedelta(days=self.dice.randrange(days))
            start = self._moment(day, self.dice.randrange(1440))
            yield start, start + self.dice.choice(_OUTAGES) * self.dice.random()

    def _drop(self, page: Page) -> Page:
        file = self.root / "inbox" / f"{page.day}.json"
        file.write_text(page.body)
        os.utime(file, (_DROPPED, _DROPPED))
        return page

    def _run(self, moment: datetime, waiting: Sequence[Page]) -> None:
        local = moment.astimezone(self.zone)
        new: dict[str, date | None] = {}
        for page in sorted(waiting, key=lambda page: page.day):
            new.update((key, page.day) for key in page.papers if key not in self.seen | new.keys())
        self.seen |= new.keys()
        for rule in self.rules.values():
            rule.take_in(local.replace(tzinfo=None), new)
            rule.wake(local.replace(tzinfo=None))
        run.run(self.settings, local, due=True)
        self.runs += 1

    def outcome(self, outages: int) -> Outcome:
        """Compare the output and the ledger with the rules; ``outages`` is only counted."""
        states: Counter[str] = Counter()
        differences: list[str] = []
        for name, rule in self.rules.items():
            states.update(state.partition(" 2")[0] for state in rule.states.values())
            differences += self._differences(name, rule)
        counts = {
            "days": (self.pages[-1].day - self.pages[0].day).days + 1,
            "runs": self.runs,
            "outages": outages,
            "papers": len(self.seen),
            **{f"dates {state}": number for state, number in sorted(states.items())},
        }
        return Outcome(counts, differences)

    def _differences(self, name: str, rule: Rule[str]) -> Iterator[str]:
        """Yield papers in the wrong issue, or in several, and dates with the wrong state."""
        issued: dict[str, list[date]] = {}
        for file in (self.root / "output" / name).glob("*-*.json"):
            issue = json.loads(file.read_text())
            for section in issue["sections"]:
                for paper in section["papers"]:
                    issued.setdefault(paper["arxiv_id"], []).append(
                        date.fromisoformat(issue["date"])
                    )
        for key in sorted(self.seen | issued.keys()):
            if [rule.issued.get(key)] != issued.get(key):
                yield f"{name}: {key} is in {issued.get(key)}, should be in {rule.issued.get(key)}"
        states = self._states(name)
        for day in sorted(states.keys() | rule.states.keys()):
            if states.get(day) != rule.states.get(day):
                yield f"{name}: {day} is {states.get(day)}, should be {rule.states.get(day)}"

    def _states(self, name: str) -> dict[date, str]:
        with open_to_read(self.settings) as ledger:
            assert ledger is not None
            rows = ledger.connection.execute(
                "SELECT date, state, by_date FROM due WHERE edition = ?", (name,)
            )
            return {
                date.fromisoformat(day): f"{state} {by}" if by else state for day, state, by in rows
            }


def main(records: Path | None, away: Path) -> int:
    """Print the size of the simulation and every difference; return the exit status.

    Without ``records`` the days are invented.
    """
    days = list(pages(replay.pages(replay.by_day(records))) if records else invented(365))
    started = time.perf_counter()
    outcome = Year(away / "year", days).live()
    print(
        f"{outcome}: {len(outcome.differences)} differences, {time.perf_counter() - started:.0f} s"
    )
    for line in outcome.differences:
        print(line)
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    memory = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="papers-digest-year-", dir=memory) as place:
        sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, Path(place)))
