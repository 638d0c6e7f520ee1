"""A year of days, run at every moment that matters, with outages: each paper on its date, once.

    python -m benchmarks.year RECORDS.jsonl.gz     real days, as `benchmarks.replay` reads them
    python -m benchmarks.year                      as many invented ones

Two editions in Berlin, where clocks change: one a day at 02:30 that catches up dated, one a week
with notes. The product is woken just before and at each hour, after midnight and after each page;
now and then nothing runs for hours or for days. Where each paper should stand and what should have
become of each date is told by `benchmarks.rule`. Exit status 1 when the product differs.
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
_MEMORY = Path("/dev/shm")  # noqa: S108 - dates are judged here, not disks
_DROPPED = 1_700_000_000  # when files were last written: settled
_MINUTE = timedelta(minutes=1)
_WAIT = 5 * _MINUTE  # from a page to the wake that finds it
_OUTAGES = (timedelta(hours=2), timedelta(hours=26), timedelta(days=3), timedelta(days=9))


class Page(NamedTuple):
    """An answer of the API: its day, what it says and the ids of its papers."""

    day: date
    body: str
    papers: tuple[str, ...]


class Outcome(NamedTuple):
    """What was tried, and in what the product differs from the rule."""

    counts: Mapping[str, int]
    differences: Sequence[str]

    def __str__(self) -> str:
        return ", ".join(f"{number:,} {what}" for what, number in self.counts.items())


def pages(answers: Iterable[tuple[str, str]]) -> Iterator[Page]:
    """Answers of the API with their days as pages."""
    for day, body in answers:
        papers = tuple(entry["paper"]["id"] for entry in json.loads(body))
        yield Page(date.fromisoformat(day), body, papers)


def invented(days: int, seed: int = 7) -> Iterator[Page]:
    """Pages of papers nobody wrote: none at weekends, a third of each from the day before."""
    dice, first, known = random.Random(seed), date(2026, 1, 1), 0
    for day in (first + timedelta(days=number) for number in range(days)):
        new = 0 if day.weekday() > 4 else dice.randint(0, 4)
        shown = (corpus.paper(n) for n in range(max(0, known - 2), known + new))
        known += new
        yield from pages([(day.isoformat(), corpus.api_json(shown, day))])


class Year:
    """A working folder, and beside it the rule of each of its editions."""

    def __init__(self, root: Path, pages: Sequence[Page], seed: int = 7) -> None:
        self.root, self.pages, self.dice = root, pages, random.Random(seed)
        (root / "config").mkdir(parents=True)
        (root / "config" / "digest.toml").write_text(CONFIGURATION)
        (root / "config" / "topics.toml").write_text(TOPICS)
        (root / "inbox").mkdir()
        self.settings = settings.load(root)
        self.zone = ZoneInfo(self.settings.site.timezone)
        self.rules = {one.name: Rule[str](one) for one in self.settings.editions}
        self.seen: set[str] = set()
        self.wakes = 0

    def live(self) -> Outcome:
        """From the first page to the last, and on until everything is issued."""
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
                self._wake(moment, waiting)
                waiting = []
        return self.outcome(len(outages))

    def _moment(self, day: date, minutes: int) -> datetime:
        """So many minutes after a local midnight."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return midnight.astimezone(UTC) + minutes * _MINUTE

    def _moments(self, last: date, more: Iterable[datetime]) -> list[datetime]:
        """Every moment that matters; of an hour that clocks repeat both."""
        found = set(more)
        day = self.pages[0].day
        while day <= last:
            found.add(self._moment(day, 1))
            hours = [one.at for one in self.settings.editions if due.is_scheduled(one, day)]
            for at, fold in itertools.product(hours, (0, 1)):
                shown = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=self.zone, fold=fold)
                hour = shown.astimezone(UTC)
                found |= {hour - _MINUTE, hour}
            day += timedelta(days=1)
        return sorted(found)

    def _outages(self, last: date) -> Iterator[tuple[datetime, datetime]]:
        """About three a month, each from any moment on."""
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

    def _wake(self, moment: datetime, waiting: Sequence[Page]) -> None:
        local = moment.astimezone(self.zone)
        new: dict[str, date | None] = {}
        for page in sorted(waiting, key=lambda page: page.day):
            new.update((key, page.day) for key in page.papers if key not in self.seen | new.keys())
        self.seen |= new.keys()
        for rule in self.rules.values():
            rule.take_in(local.replace(tzinfo=None), new)
            rule.wake(local.replace(tzinfo=None))
        run.run(self.settings, local, due=True)
        self.wakes += 1

    def outcome(self, outages: int) -> Outcome:
        """How the product stands to the rule by now."""
        states: Counter[str] = Counter()
        differences: list[str] = []
        for name, rule in self.rules.items():
            states.update(state.partition(" 2")[0] for state in rule.became.values())
            differences += self._differences(name, rule)
        counts = {
            "days": (self.pages[-1].day - self.pages[0].day).days + 1,
            "wakes": self.wakes,
            "outages": outages,
            "papers": len(self.seen),
            **{f"dates {state}": number for state, number in sorted(states.items())},
        }
        return Outcome(counts, differences)

    def _differences(self, name: str, rule: Rule[str]) -> Iterator[str]:
        """Papers that stand elsewhere, or more than once; dates that something else became of."""
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
        became = self._became(name)
        for day in sorted(became.keys() | rule.became.keys()):
            if became.get(day) != rule.became.get(day):
                yield f"{name}: {day} is {became.get(day)}, should be {rule.became.get(day)}"

    def _became(self, name: str) -> dict[date, str]:
        with run.opened_to_read(self.settings) as ledger:
            assert ledger is not None
            rows = ledger.connection.execute(
                "SELECT date, state, by_date FROM due WHERE edition = ?", (name,)
            )
            return {
                date.fromisoformat(day): f"{state} {by}" if by else state for day, state, by in rows
            }


def main(records: Path | None, away: Path) -> int:
    """Prints what was tried, and every difference."""
    found = list(pages(replay.pages(replay.by_day(records))) if records else invented(365))
    started = time.perf_counter()
    outcome = Year(away / "year", found).live()
    print(
        f"{outcome}: {len(outcome.differences)} differences, {time.perf_counter() - started:.0f} s"
    )
    for line in outcome.differences:
        print(line)
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    there = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="papers-digest-year-", dir=there) as place:
        sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, Path(place)))
