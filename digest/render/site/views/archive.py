"""Build lists of issues: the newest one on the front page, calendars, neighbours."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import msgspec

from digest.editorial import calendar
from digest.model.issues import Issue, IssueLink
from digest.render import paths, wording
from digest.render.site.views import headings as views_headings

NEWEST_MONTHS = 2  # on the front page


class HeadingSummaryView(msgspec.Struct, frozen=True, gc=False):
    """A heading of an issue. ``titles`` are its papers as (anchor, title)."""

    anchor: str
    name: str
    amount: str
    titles: tuple[tuple[str, str], ...]


class IssueLinkView(msgspec.Struct, frozen=True, gc=False):
    """A link to an issue. ``amount`` is its number of papers, or its verdict without any."""

    words: str
    amount: str
    href: str


class OtherEditionView(msgspec.Struct, frozen=True, gc=False):
    """The newest issue of an edition that is not the main one."""

    edition: str
    words: str
    amount: str
    href: str


class ArchiveMonthView(msgspec.Struct, frozen=True, gc=False):
    """A month with its issues. ``href`` leads to the month on its year's page."""

    anchor: str
    name: str
    amount: str
    href: str
    days: tuple[IssueLinkView, ...]


def summarise_headings(issue: Issue) -> tuple[HeadingSummaryView, ...]:
    """Return the headings of an issue with their papers' titles, to link into its page."""
    more = views_headings.gather_beyond_limit(issue)
    return tuple(
        HeadingSummaryView(
            heading.anchor,
            heading.name,
            wording.of_all(len(heading.papers), heading.elsewhere),
            tuple((paths.anchor(item.guid), item.title) for item in heading.papers),
        )
        for heading in (*views_headings.group_sections(issue), *([more] if more else []))
    )


def link_neighbour(link: IssueLink | None, issue: Issue) -> IssueLinkView | None:
    """Return the link from ``issue`` to its neighbour in the edition, or None without one.

    The address has no suffix: HTML and Markdown pages add their own.
    """
    if link is None:
        return None
    short = wording.short_day(link.date, year=issue.date[:4], weekday=True)
    return IssueLinkView(
        words=wording.link_title(link)
        if link.span
        else short + calendar.further_issue(link.ordinal),
        amount=_amount(link),
        href=link.key,
    )


def link_other_editions(links: Sequence[IssueLink], main: str) -> tuple[OtherEditionView, ...]:
    """Return the newest issue of each edition but ``main``, to link from the front page."""
    # The links of an edition are oldest first, so its last one is its newest.
    newest = {link.edition: link for link in links if link.edition != main}
    return tuple(
        OtherEditionView(
            edition=edition,
            words=wording.link_title(link),
            amount=_amount(link),
            href=paths.issue(edition, link.key, "html"),
        )
        for edition, link in sorted(newest.items())
    )


def list_newest_months(links: Sequence[IssueLink]) -> tuple[ArchiveMonthView, ...]:
    """Return the newest `NEWEST_MONTHS` that have issues, for the front page."""
    months = sorted({link.date[:7] for link in links})[-NEWEST_MONTHS:]
    return _calendar([link for link in links if link.date[:7] in months], paths.INDEX)


def list_months_of_year(year: str, links: Sequence[IssueLink]) -> tuple[ArchiveMonthView, ...]:
    """Return all months of a year that have issues, for the year's page."""
    within = [link for link in links if link.date.startswith(year)]
    return _calendar(within, paths.year(year))


def list_years(links: Sequence[IssueLink]) -> tuple[tuple[str, tuple[ArchiveMonthView, ...]], ...]:
    """Return (year, months), the newest first.

    The months list no days: they link to the year's page, which does.
    """
    counts: dict[str, int] = {}
    for month in sorted((link.date[:7] for link in links), reverse=True):
        counts[month] = counts.get(month, 0) + 1
    # The anchor of a month is "m-2026-11"; its year is cut out of it below.
    months = [_month(month, number, paths.ARCHIVE, ()) for month, number in counts.items()]
    return tuple(
        (year, tuple(within))
        for year, within in itertools.groupby(months, lambda month: month.anchor[2:6])
    )


def _calendar(listed: Sequence[IssueLink], path: str) -> tuple[ArchiveMonthView, ...]:
    """Return the months of the ``listed`` issues, the newest first.

    Each issue is shown with its edition if they are of several.
    """
    # Of the listed ones, not of all: an edition added later must not change the pages of the
    # years before it.
    name_edition = len({link.edition for link in listed}) > 1
    newest_first = sorted(
        listed, key=lambda link: (link.date, link.edition, link.number), reverse=True
    )
    months = []
    for month, within in itertools.groupby(newest_first, lambda link: link.date[:7]):
        days = tuple(_day(link, path, name_edition=name_edition) for link in within)
        months.append(_month(month, len(days), path, days))
    return tuple(months)


def _month(month: str, issues: int, path: str, days: tuple[IssueLinkView, ...]) -> ArchiveMonthView:
    anchor = f"m-{month}"
    return ArchiveMonthView(
        anchor=anchor,
        name=wording.month(f"{month}-01"),
        amount=wording.count(issues, "issue"),
        href=f"{paths.relative(path, paths.year(month[:4]))}#{anchor}",
        days=days,
    )


def _day(link: IssueLink, path: str, *, name_edition: bool) -> IssueLinkView:
    amount = f"{link.edition} {_amount(link)}" if name_edition else _amount(link)
    # A weekly or monthly issue is listed on its own day, with the days that it covers.
    if link.span:
        amount = f"{amount}, {wording.short_span(link.span, year=link.date[:4])}"
    return IssueLinkView(
        words=wording.day_of_month(link.date),
        amount=amount,
        href=paths.relative(path, paths.issue(link.edition, link.key, "html")),
    )


def _amount(link: IssueLink) -> str:
    return wording.count(link.papers, "paper") if link.papers else link.verdict
