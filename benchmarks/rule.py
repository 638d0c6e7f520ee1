"""The rule of issues and dates once more, in another way, to judge the product by.

Told for one edition, from day to day and from the whole past, where `digest.due` asks for
as little of it as it can. Shares nothing with the product but the edition's settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

from digest.model.settings import Edition

Key = TypeVar("Key")
_NAMES = "mon tue wed thu fri sat sun".split()


class Rule(Generic[Key]):
    """What an edition should have issued: give it every intake and every wake in turn.

    Moments are wall-clock times of the site. ``became`` says what became of each scheduled
    date, ``issued`` where each paper stands, ``waiting`` which papers stand nowhere yet, with
    their page dates.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.began: date | None = None
        self.became: dict[date, str] = {}
        self.issued: dict[Key, date] = {}
        self.waiting: dict[Key, date | None] = {}

    def take_in(self, local: datetime, papers: Mapping[Key, date | None]) -> None:
        """A run at this moment has taken in these papers, in this order, for the first time."""
        if papers and self.began is None:
            self.began = local.date()
        self.waiting.update(papers)

    def wake(self, local: datetime) -> dict[date, list[Key]]:
        """The issues that a run at this moment makes, each with its papers."""
        today, made = local.date(), dict[date, list[Key]]()
        for day, state in self.became.items():
            if state == "open" and day < today:
                self.became[day] = "empty"
        asked = list(self._asked(local))
        young = [day for day in asked if (today - day).days <= self.edition.catch_up_days]
        newest = young[-1] if young else None
        for day in asked:
            papers = self._taken(day, newest) if day in young else []
            self.became[day] = self._fate(day, newest, today, papers, day in young)
            if self.became[day] == "issued":
                made[day] = papers
            for paper in papers:
                del self.waiting[paper]
                self.issued[paper] = day
        if newest and self.edition.catch_up == "one" and made.get(newest):
            for day in young[:-1]:
                self.became[day] = f"caught up {newest}"
        return made

    def _asked(self, local: datetime) -> Iterator[date]:
        """Scheduled dates whose hour has come and of which nothing final is known."""
        at = time.fromisoformat(self.edition.at)
        day = self.began or date.max
        while day <= local.date():
            known = self.became.get(day)
            is_open = known is None or (day == local.date() and known != "issued")
            if is_open and self._scheduled(day) and datetime.combine(day, at) <= local:
                yield day
            day += timedelta(days=1)

    def _scheduled(self, day: date) -> bool:
        if self.edition.period == "month":
            return day.day == 1
        days = self.edition.days[:1] if self.edition.period == "week" else self.edition.days
        return _NAMES[day.weekday()] in days

    def _taken(self, day: date, newest: date | None) -> list[Key]:
        if day == newest:
            return list(self.waiting)
        if self.edition.catch_up == "one":
            return []
        return [paper for paper, shown in self.waiting.items() if shown and shown <= day]

    def _fate(
        self, day: date, newest: date | None, today: date, papers: list[Key], young: bool
    ) -> str:
        if papers:
            return "issued"
        if not young or day != newest or day < today:
            return "missed"
        return "issued" if self.edition.when_empty == "note" else "open"
