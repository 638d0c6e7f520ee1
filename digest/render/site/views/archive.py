"""Build the calendars of the archive, and the links between the issues of an edition."""

from __future__ import annotations

import functools
import itertools
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from digest.editorial import calendar
from digest.model.issue_links import IssueLink
from digest.model.issues import Issue
from digest.render import paths, wording

NEWEST_MONTHS = 2  # given to the front page
ARCHIVE_MONTHS = 6  # on the first page of the archive
_WEEK = 7


class IssueLinkView(msgspec.Struct, frozen=True, gc=False):
    """A link to an issue. ``amount`` is its number of papers in words.

    In a calendar, ``short`` is that number alone, and ``label`` the title and the amount.
    """

    words: str
    amount: str
    href: str
    short: str = ""
    label: str = ""


class ArchiveDayView(msgspec.Struct, frozen=True, gc=False):
    """A cell of a calendar. ``number`` is the day of the month, empty outside the month."""

    number: str
    issues: tuple[IssueLinkView, ...]


class ArchiveWeekView(msgspec.Struct, frozen=True, gc=False):
    """A row of a calendar: seven days from Monday, and issues on up to a week that ends here."""

    days: tuple[ArchiveDayView, ...]
    issues: tuple[IssueLinkView, ...]


class ArchiveMonthView(msgspec.Struct, frozen=True, gc=False):
    """A month with its issues. ``href`` leads to the month on its year's page.

    ``weeks`` are its calendar, and ``issues`` cover more than a week and end in this month.
    """

    anchor: str
    name: str
    amount: str
    href: str
    weeks: tuple[ArchiveWeekView, ...] = ()
    issues: tuple[IssueLinkView, ...] = ()

    @property
    def has_weekly(self) -> bool:
        """Whether a week of the month has an issue of its own."""
        return any(week.issues for week in self.weeks)

    @property
    def days(self) -> tuple[IssueLinkView, ...]:
        """All issues of the month, the newest first; those that cover more than a week last."""
        newest_first: list[IssueLinkView] = []
        for week in reversed(self.weeks):
            newest_first += week.issues
            for day in reversed(week.days):
                newest_first += reversed(day.issues)
        return (*newest_first, *self.issues)


def link_neighbour(link: IssueLink | None, issue: Issue) -> IssueLinkView | None:
    """Return the link from ``issue`` to its neighbour in the edition, or None without one.

    The address has no suffix: HTML and Markdown pages add their own.
    """
    if link is None:
        return None
    return IssueLinkView(
        words=short_title(link, year=issue.date[:4]),
        amount=describe_amount(link),
        href=link.key,
    )


def short_title(link: IssueLink, *, year: str) -> str:
    """Return "Fri 20 Nov, second issue", with the year where it is not ``year``.

    The issue of a week or month has its whole title.
    """
    if link.span:
        return wording.link_title(link)
    day = wording.short_day(link.date, year=year, weekday=True)
    return day + calendar.further_issue(link.ordinal)


def describe_amount(link: IssueLink) -> str:
    """Return the number of papers of an issue in words: "36 papers"."""
    return wording.count(link.papers, "paper")


def day_listed(link: IssueLink) -> str:
    """Return the day under which calendars list an issue: its date, or the last day it covers."""
    return link.period[1] if link.period else link.date


def list_newest_months(
    links: Sequence[IssueLink], months: int = NEWEST_MONTHS, path: str = paths.INDEX
) -> tuple[ArchiveMonthView, ...]:
    """Return the newest months that have issues, for the page at ``path``."""
    newest = sorted({day_listed(link)[:7] for link in links})[-months:]
    return _months([link for link in links if day_listed(link)[:7] in newest], path)


def list_months_of_year(year: str, links: Sequence[IssueLink]) -> tuple[ArchiveMonthView, ...]:
    """Return all months of a year that have issues, for the year's page."""
    within = [link for link in links if day_listed(link).startswith(year)]
    return _months(within, paths.year(year))


def list_years(links: Sequence[IssueLink]) -> tuple[tuple[str, tuple[ArchiveMonthView, ...]], ...]:
    """Return (year, months), the newest first.

    The months have no calendar: they link to the year's page, which has it.
    """
    counts: dict[str, int] = {}
    for month in sorted((day_listed(link)[:7] for link in links), reverse=True):
        counts[month] = counts.get(month, 0) + 1
    years = itertools.groupby(counts.items(), lambda month: month[0][:4])
    return tuple(
        (year, tuple(_month(month, number, paths.ARCHIVE) for month, number in within))
        for year, within in years
    )


def _months(listed: Iterable[IssueLink], path: str) -> tuple[ArchiveMonthView, ...]:
    """Return the months of the ``listed`` issues, the newest first.

    Issues of a date are shown with their edition if they are of several.
    """
    by_month: dict[str, dict[str, list[IssueLink]]] = {}
    # Of the listed ones, not of all: an edition added later must not change the pages of the
    # years before it.
    editions = set()
    for link in sorted(listed, key=lambda link: (link.edition, link.ordinal)):
        day = day_listed(link)
        by_month.setdefault(day[:7], {}).setdefault(day, []).append(link)
        if not link.span:
            editions.add(link.edition)
    name_edition = len(editions) > 1
    return tuple(
        _calendar(month, days, path, name_edition=name_edition)
        for month, days in sorted(by_month.items(), reverse=True)
    )


def _calendar(
    month: str, issues: Mapping[str, list[IssueLink]], path: str, *, name_edition: bool
) -> ArchiveMonthView:
    """Return a month with its calendar. ``issues`` are given by the day under which they stand."""
    view = functools.partial(_link, root=paths.relative(path, ""), name_edition=name_edition)
    weekday, length = monthrange(int(month[:4]), int(month[5:]))
    cells = [ArchiveDayView("", ())] * weekday
    weekly: dict[int, list[IssueLinkView]] = {}
    long = []
    for number in range(1, length + 1):
        own = []
        for link in issues.get(f"{month}-{number:02}", ()):
            if not link.period:
                own.append(view(link))
            elif calendar.count_days(*link.period) <= _WEEK:
                weekly.setdefault(len(cells) // _WEEK, []).append(view(link))
            else:
                long.append(view(link))
        cells.append(ArchiveDayView(str(number), tuple(own)))
    cells += [ArchiveDayView("", ())] * (-len(cells) % _WEEK)
    weeks = (
        ArchiveWeekView(tuple(cells[at : at + _WEEK]), tuple(weekly.get(at // _WEEK, ())))
        for at in range(0, len(cells), _WEEK)
    )
    number = sum(map(len, issues.values()))
    return _month(month, number, path, tuple(weeks), tuple(long))


def _month(
    month: str,
    issues: int,
    path: str,
    weeks: tuple[ArchiveWeekView, ...] = (),
    long: tuple[IssueLinkView, ...] = (),
) -> ArchiveMonthView:
    anchor = f"m-{month}"
    return ArchiveMonthView(
        anchor=anchor,
        name=wording.month(f"{month}-01"),
        amount=wording.count(issues, "issue"),
        href=f"{paths.relative(path, paths.year(month[:4]))}#{anchor}",
        weeks=weeks,
        issues=long,
    )


def _link(link: IssueLink, root: str, *, name_edition: bool) -> IssueLinkView:
    title, amount = wording.link_title(link), describe_amount(link)
    short = (
        f"{link.papers:,} {link.edition}" if name_edition and not link.span else f"{link.papers:,}"
    )
    return IssueLinkView(
        words=title if link.span else wording.day_of_month(link.date),
        amount=f"{link.edition}, {amount}" if name_edition or link.span else amount,
        href=root + paths.issue(link.edition, link.key, "html"),
        short=short,
        # The label holds the words that are seen, for who speaks them to a browser.
        label=f"{title}: {short} {wording.noun(link.papers, 'paper')}",
    )
