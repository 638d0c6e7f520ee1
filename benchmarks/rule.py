"""A second implementation of the rule of issues and dates, to check the product.

`docs/design/due-dates.md` states the rule. This code simulates one edition from day to day and
keeps its whole past, while `digest.editorial.due` decides from a few rows. It shares nothing with
the product but the edition's settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

from digest.model.settings import Edition

Key = TypeVar("Key")
_NAMES = "mon tue wed thu fri sat sun".split()


class Rule(Generic[Key]):
    """The issues that an edition should have made.

    Call `take_in` for every intake and `wake` for every run, in their order. Moments are
    wall-clock times of the site. ``states`` holds the state of each scheduled date, ``issued``
    the date of the issue of each paper, and ``waiting`` the papers not yet issued, with their
    page dates. ``seen`` holds the day on which each was taken in.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.began: date | None = None
        self.states: dict[date, str] = {}
        self.issued: dict[Key, date] = {}
        self.waiting: dict[Key, date | None] = {}
        self.seen: dict[Key, date] = {}

    def take_in(self, local: datetime, papers: Mapping[Key, date | None]) -> None:
        """Record that a run took in these new papers, in this order."""
        if papers and self.began is None:
            self.began = local.date()
        # A paper that was taken in before this moment was not taken in after it, as a clock that
        # was ahead has it.
        self.seen = {paper: min(day, local.date()) for paper, day in self.seen.items()}
        self.seen.update(dict.fromkeys(papers, local.date()))
        self.waiting.update(papers)

    def wake(self, local: datetime) -> dict[date, list[Key]]:
        """Decide the dates as a run at this moment must; return its issues with their papers.

        An issue without papers is a note.
        """
        today, issues = local.date(), dict[date, list[Key]]()
        for day, state in self.states.items():
            if state == "open" and day < today:
                self.states[day] = "empty"
        undecided = list(self._undecided(local))
        young = [day for day in undecided if (today - day).days <= self.edition.catch_up_days]
        newest = young[-1] if young else None
        for day in undecided:
            papers = self._papers(day, newest) if day in young else []
            self.states[day] = self._state(day, newest, today, papers, day in young)
            if self.states[day] == "issued":
                issues[day] = papers
            for paper in papers:
                del self.waiting[paper]
                self.issued[paper] = day
        if newest and self.edition.catch_up == "one" and issues.get(newest):
            for day in young[:-1]:
                self.states[day] = f"caught up {newest}"
        return issues

    def _undecided(self, local: datetime) -> Iterator[date]:
        """Yield the scheduled dates whose hour has passed and whose state is not final."""
        at = time.fromisoformat(self.edition.at)
        day = self.began or date.max
        if self.began and self.edition.period != "day":
            day += timedelta(days=1)  # it looks back, so it is not due on its first day
        while day <= local.date():
            state = self.states.get(day)
            is_open = state is None or (day == local.date() and state != "issued")
            if is_open and self._scheduled(day) and datetime.combine(day, at) <= local:
                yield day
            day += timedelta(days=1)

    def _scheduled(self, day: date) -> bool:
        if self.edition.period == "month":
            return day.day == 1
        days = self.edition.days[:1] if self.edition.period == "week" else self.edition.days
        return _NAMES[day.weekday()] in days

    def _papers(self, day: date, newest: date | None) -> list[Key]:
        if self.edition.period != "day":
            ended = [paper for paper in self.waiting if self.seen[paper] < day]
            return ended if day == newest or self.edition.catch_up == "dated" else []
        if day == newest:
            return list(self.waiting)
        if self.edition.catch_up == "one":
            return []
        return [paper for paper, page in self.waiting.items() if page and page <= day]

    def _state(
        self, day: date, newest: date | None, today: date, papers: list[Key], young: bool
    ) -> str:
        if papers:
            return "issued"
        if not young or day != newest or day < today:
            return "missed"
        return "issued" if self.edition.when_empty == "note" else "open"
