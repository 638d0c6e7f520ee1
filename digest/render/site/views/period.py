"""What a week's or month's issue tells beyond a day's: when papers were first seen, and since.

Decides and puts into words; draws nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import msgspec

from digest.editorial import calendar as days
from digest.model.issues import CountChange, Issue, Item, PaperHistory, Period
from digest.render import paths, wording

LONGEST = 100  # days of a calendar: after a pause of years there is none
TALLEST = 32  # pixels of the bar of the day with the most papers


class CellView(msgspec.Struct, frozen=True, gc=False):
    """A day of a calendar; one outside the span has no words. ``bar`` is a height in pixels."""

    day: str
    words: str
    papers: int
    bar: int


class PeriodIssueView(msgspec.Struct, frozen=True, gc=False):
    """An issue of the main edition that held papers of this one."""

    words: str
    href: str


class CalendarView(msgspec.Struct, frozen=True, gc=False):
    """The papers of an issue by the day they were first seen, in weeks from Monday on.

    ``rest`` tells of papers seen outside the span; ``issues`` are those of the main edition.
    """

    weekdays: tuple[str, ...]
    weeks: tuple[tuple[CellView, ...], ...]
    rest: str
    issues: tuple[PeriodIssueView, ...]

    @property
    def days(self) -> tuple[str, ...]:
        """The days on which papers were first seen, in words; none where all came outside."""
        return tuple(cell.words for week in self.weeks for cell in week if cell.papers)


def calendar(issue: Issue) -> CalendarView | None:
    """The calendar of a week's or month's issue that has papers; none for a day's."""
    span = issue.span
    if span is None or not span.papers or len(days.days_between(span.first, span.last)) > LONGEST:
        return None
    counts = Counter(trace.seen for trace in span.papers.values())
    last = issue.date if counts[issue.date] else span.last  # what came just before the hour
    inside = days.days_between(span.first, last)
    most = max(counts[day] for day in inside) or 1
    first = dt.date.fromisoformat(inside[0]).weekday()
    cells = [CellView("", "", 0, 0)] * first
    cells += [_cell(day, counts[day], most) for day in inside]
    cells += [CellView("", "", 0, 0)] * (-len(cells) % len(days.WEEKDAYS))
    weeks = (cells[at : at + 7] for at in range(0, len(cells), 7))
    return CalendarView(
        weekdays=days.WEEKDAYS,
        weeks=tuple(map(tuple, weeks)),
        rest=_rest(counts, span.first, last),
        issues=tuple(_issues(issue, span)),
    )


def _cell(day: str, papers: int, most: int) -> CellView:
    return CellView(
        day=str(int(day[8:])),
        words=f"{wording.day(day)}, {wording.count(papers, 'paper') if papers else 'none'}",
        papers=papers,
        bar=round(TALLEST * papers / most),
    )


def _rest(counts: Counter[str], first: str, last: str) -> str:
    before = sum(number for day, number in counts.items() if day < first)
    after = sum(number for day, number in counts.items() if day > last)
    said = []
    if before:
        said.append(f"{wording.count(before, 'paper')} came late, from earlier pages.")
    if after:
        said.append(f"{wording.count(after, 'paper')} came later, before this issue was made.")
    return " ".join(said)


def _issues(issue: Issue, span: Period) -> Iterator[PeriodIssueView]:
    for key in sorted({trace.issue for trace in span.papers.values() if trace.issue}):
        yield PeriodIssueView(
            words=wording.short_day(key[:10], year=issue.date[:4], weekday=True),
            href=_page(issue, span, key),
        )


def seen(issue: Issue, item: Item) -> str:
    """When a paper of the issue was first seen, in words; nothing in a day's issue."""
    trace = _trace(issue, item)
    if trace is None or issue.span is None:
        return ""
    return f"first seen on {days.day_name(trace.seen, issue.span.first, issue.span.last)}"


def since(issue: Issue, item: Item, kind: str) -> str:
    """How a count came to be what it is: ", up from 12"; else nothing.

    With the day it was first known where the paper was seen before that.
    """
    trace = _trace(issue, item)
    moved: CountChange | None = getattr(trace, kind) if trace else None
    if moved is None or issue.span is None:
        return ""
    way = "up" if moved.now > moved.then else "down"
    said = f", {way} from {moved.then:,}"
    if trace is None or moved.since == trace.seen:
        return said
    return f"{said} since {days.day_name(moved.since, issue.span.first, issue.span.last)}"


def held_in(issue: Issue, item: Item) -> tuple[str, str] | None:
    """The words and the address of a paper's place in the main edition, if it has one there."""
    trace = _trace(issue, item)
    if trace is None or trace.issue is None or issue.span is None:
        return None
    day = wording.short_day(trace.issue[:10], year=issue.date[:4], weekday=True)
    place = paths.anchor(trace.guid or item.guid)
    return f"Issue of {day}", f"{_page(issue, issue.span, trace.issue)}#{place}"


def _trace(issue: Issue, item: Item) -> PaperHistory | None:
    return issue.span.papers.get(item.guid) if issue.span else None


def _page(issue: Issue, span: Period, key: str) -> str:
    own = paths.issue(issue.edition, issue.key, "html")
    return paths.relative(own, paths.issue(span.main or issue.edition, key, "html"))
