"""Build the additions of a weekly or monthly issue: its calendar, and facts of its papers.

The calendar has the days on which papers were first seen. The facts are that day, the counts
that changed since, and the issue of the main edition that has the paper.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import msgspec

from digest.editorial import calendar as days
from digest.model.issues import CountChange, Issue, Item, PaperHistory, Period
from digest.render import paths, wording

# After a pause of years an issue covers all of them, and no calendar would fit on its page.
MAX_DAYS = 100
MAX_BAR = 32  # height in pixels, for the day with the most papers


class CellView(msgspec.Struct, frozen=True, gc=False):
    """A day of a calendar. Cells outside the period have no words. ``bar`` is in pixels."""

    day: str
    words: str
    papers: int
    bar: int


class PeriodIssueView(msgspec.Struct, frozen=True, gc=False):
    """A link to an issue of the main edition that has papers of this one."""

    words: str
    href: str


class CalendarView(msgspec.Struct, frozen=True, gc=False):
    """The number of papers first seen on each day, in weeks that begin on Monday.

    ``rest`` counts in words the papers first seen outside the period. ``issues`` links to the
    issues of the main edition that have papers of this one.
    """

    weekdays: tuple[str, ...]
    weeks: tuple[tuple[CellView, ...], ...]
    rest: str
    issues: tuple[PeriodIssueView, ...]

    @property
    def days(self) -> tuple[str, ...]:
        """The days on which papers were first seen, in words, for Markdown."""
        return tuple(cell.words for week in self.weeks for cell in week if cell.papers)


def build_calendar(issue: Issue) -> CalendarView | None:
    """Return the calendar of a weekly or monthly issue.

    None for a daily issue, for one without papers, and for more than `MAX_DAYS`.
    """
    span = issue.span
    if span is None or not span.papers or days.count_days(span.first, span.last) > MAX_DAYS:
        return None
    counts = Counter(history.seen for history in span.papers.values())
    # Older issues may hold papers of their own day, which are shown on that day.
    last = issue.date if counts[issue.date] else span.last
    inside = days.days_between(span.first, last)
    # Not 0, which would divide: all papers may have come on days outside the period.
    most = max(counts[day] for day in inside) or 1
    weekday = dt.date.fromisoformat(inside[0]).weekday()
    # Empty cells fill the first week and the last one.
    cells = [CellView("", "", 0, 0)] * weekday
    cells += [_cell(day, counts[day], most) for day in inside]
    cells += [CellView("", "", 0, 0)] * (-len(cells) % len(days.WEEKDAYS))
    weeks = (cells[at : at + 7] for at in range(0, len(cells), 7))
    return CalendarView(
        weekdays=days.WEEKDAYS,
        weeks=tuple(map(tuple, weeks)),
        rest=_describe_outside(counts, span.first, last),
        issues=tuple(_issues(issue, span)),
    )


def _cell(day: str, papers: int, most: int) -> CellView:
    return CellView(
        day=str(int(day[8:])),
        words=f"{wording.day(day)}, {wording.count(papers, 'paper') if papers else 'none'}",
        papers=papers,
        bar=round(MAX_BAR * papers / most),
    )


def _describe_outside(counts: Counter[str], first: str, last: str) -> str:
    before = sum(number for day, number in counts.items() if day < first)
    after = sum(number for day, number in counts.items() if day > last)
    sentences = []
    if before:
        sentences.append(f"{wording.count(before, 'paper')} came late, from earlier days.")
    if after:
        sentences.append(f"{wording.count(after, 'paper')} came later, before this issue was made.")
    return " ".join(sentences)


def _issues(issue: Issue, span: Period) -> Iterator[PeriodIssueView]:
    for key in sorted({history.issue for history in span.papers.values() if history.issue}):
        yield PeriodIssueView(
            words=wording.short_day(key[:10], year=issue.date[:4], weekday=True),
            href=_page(issue, span, key),
        )


def describe_first_sight(issue: Issue, item: Item) -> str:
    """Return "first seen on Tuesday", or an empty text in a daily issue.

    Also empty if the link to the paper's daily issue names the same day.
    """
    history = _history(issue, item)
    if history is None or issue.span is None or (history.issue or "")[:10] == history.seen:
        return ""
    return f"first seen on {days.day_name(history.seen, issue.span.first, issue.span.last)}"


def describe_change(issue: Issue, item: Item, kind: str) -> str:
    """Return ", up from 12" for a count that changed, else an empty text.

    ``kind`` is a field of `PaperHistory`: upvotes, comments or stars.
    """
    history = _history(issue, item)
    change: CountChange | None = getattr(history, kind) if history else None
    if change is None or issue.span is None:
        return ""
    way = "up" if change.now > change.then else "down"
    words = f", {way} from {change.then:,}"
    # The day of first sight is among the facts already; name the day if the count is newer.
    if history is None or change.since == history.seen:
        return words
    return f"{words} since {days.day_name(change.since, issue.span.first, issue.span.last)}"


def find_in_main_edition(issue: Issue, item: Item) -> tuple[str, str] | None:
    """Return the words and address of a link to a paper in the main edition, if issued there."""
    history = _history(issue, item)
    if history is None or history.issue is None or issue.span is None:
        return None
    day = wording.short_day(history.issue[:10], year=issue.date[:4], weekday=True)
    anchor = paths.anchor(history.guid or item.guid)
    return f"Issue of {day}", f"{_page(issue, issue.span, history.issue)}#{anchor}"


def _history(issue: Issue, item: Item) -> PaperHistory | None:
    return issue.span.papers.get(item.guid) if issue.span else None


def _page(issue: Issue, span: Period, key: str) -> str:
    own = paths.issue(issue.edition, issue.key, "html")
    return paths.relative(own, paths.issue(span.main or issue.edition, key, "html"))
