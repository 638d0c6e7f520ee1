"""Decide which papers of an issue are late, and say so once where most are."""

from __future__ import annotations

from digest.editorial import calendar
from digest.model.issues import Issue, Item, Period
from digest.text import counting


def late_from(page_date: str | None, newest_of_source: str | None) -> str | None:
    """Return the page date of a paper that came late, None for any other paper.

    A paper is late if its page is older than ``newest_of_source``, the newest page date that
    earlier live runs took in from the same source. A page without a date is never late.
    """
    if page_date and newest_of_source and page_date < newest_of_source:
        return page_date
    return None


def late_in_period(item: Item, period: Period) -> str | None:
    """Return the day that a paper of a weekly or monthly issue is late from, None for most.

    That is the day of first sight if it is before the period: its own date got no issue. It is
    the page date if a late page is from before the period. A page that was late by some days of
    the same week does not make its papers late for the week.
    """
    seen = period.papers[item.guid].seen
    days = (day for day in (seen, item.late_from) if day is not None and day < period.first)
    return next(days, None)


def is_mostly_late(issue: Issue) -> bool:
    """Return whether more than half of an issue's papers are late.

    Pages then say so once, at the top, instead of at each paper.
    """
    return 2 * len(issue.late) > sum(len(section.papers) for section in issue.sections)


def describe_late_papers(issue: Issue) -> str:
    """Describe the late papers of an issue that has many, with the dates of their pages."""
    days = [item.late_from for item in issue.papers if item.late_from]
    if len(issue.papers) == 1:
        papers = "The paper of this issue is"
    elif len(days) == len(issue.papers):
        papers = "All papers of this issue are"
    else:
        papers = "Most papers of this issue are"
    dates = calendar.name_dates(days, issue.date[:4])
    if issue.span:  # late by days of first sight as well, not by pages alone
        return f"{papers} late, from {dates}."
    return f"{papers} late, from the {counting.noun(len(set(days)), 'page')} of {dates}."
