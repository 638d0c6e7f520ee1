"""Write days, numbers and counts in English words, for pages, feeds and the terminal.

Uses no locale. Returns plain text; the caller escapes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from digest.editorial import calendar, lateness
from digest.editorial.calendar import MONTHS, WEEKDAYS
from digest.model.issue_links import IssueLink
from digest.model.issues import Accounting, Issue, Item, Period
from digest.text import counting, sentences

NAMES_SHOWN = 3
noun, count, listed = counting.noun, counting.count, sentences.listed

_NO_PAPERS = {
    "new": "New papers came, but none that this edition’s choices let through.",
    "partial": "A page came that was cut off, and nothing on it was new.",
    "unreadable": "Something came, but nothing of it could be read.",
    "revised": "No new papers came, only revised texts of known ones.",
    "weekend": "No new papers: the listing rests at the weekend.",
    "no-input": "No page has come for longer than expected, so papers may be missing.",
    "stale": "Pages came, but everything on them had been seen before.",
    "quiet": "No page has come since the issue before.",
}
_RESULTS = ("new", "changed", "known", "repeated", "rejected")  # they add up to the entries
_HOLIDAY = "No new papers: a holiday, or a weekday on which the listing always rests."
_WITHDRAWN = "Every paper of this issue was withdrawn since."
_SHORT_PAGE = "A page was cut off, so papers may be missing."


def day(iso: str) -> str:
    """Return ``2026-11-22`` as "Sunday 22 November 2026", and any other text unchanged."""
    date = _date(iso)
    if date is None:
        return iso
    return f"{WEEKDAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]} {date.year}"


def title(issue: Issue) -> str:
    """Return the title of an issue: "Friday 20 November 2026, second issue", "November 2026"."""
    name = calendar.interval_name(issue.span.interval) if issue.span else day(issue.date)
    return name + calendar.further_issue(issue.ordinal)


def link_title(link: IssueLink) -> str:
    """Return the title of an issue from its row in the list of issues, without reading it."""
    name = calendar.interval_name(link.span) if link.span else day(link.date)
    return name + calendar.further_issue(link.ordinal)


def short_day(iso: str, *, year: str, weekday: bool = False) -> str:
    """Return ``2026-11-22`` as "22 Nov", after its weekday if asked.

    The year is added where it is not ``year``.
    """
    date = _date(iso)
    if date is None:
        return iso
    words = f"{date.day} {MONTHS[date.month - 1][:3]}"
    if weekday:
        words = f"{WEEKDAYS[date.weekday()][:3]} {words}"
    return words if iso[:4] == year else f"{words} {date.year}"


def day_of_month(iso: str) -> str:
    """Return ``2026-11-22`` as "Sun 22"."""
    date = _date(iso)
    return iso if date is None else f"{WEEKDAYS[date.weekday()][:3]} {date.day}"


def month(iso: str) -> str:
    """Return ``2026-11-22`` as "November 2026"."""
    date = _date(iso)
    return iso if date is None else f"{MONTHS[date.month - 1]} {date.year}"


def others(rest: int) -> str:
    """Return "and 3 more" for the rest of a list that is not named; empty without a rest."""
    return f"and {rest:,} more" if rest > 0 else ""


def of_all(papers: int, elsewhere: int) -> str:
    """Return "3 papers", or "3 of 5 papers" if two more are in another place."""
    if not elsewhere:
        return count(papers, "paper")
    return f"{papers:,} of {count(papers + elsewhere, 'paper')}"


def thousands(number: int) -> str:
    """Return 1234 as "1.2k", as code hosts write their stars."""
    return str(number) if number < 1000 else f"{number / 1000:.1f}k".replace(".0k", "k")


def votes(number: int | None) -> str:
    """Return "12 votes"; empty for none."""
    return count(number, "vote") if number else ""


def comments(number: int | None) -> str:
    """Return "12 comments"; empty for less than two, as a submitter writes the first one."""
    return count(number, "comment") if number and number > 1 else ""


def number_of_authors(item: Item) -> int:
    """Return the number that the listing states, or that of the names if there are more."""
    return max(item.n_authors or 0, len(item.authors))


def authors(item: Item) -> str:
    """Return the first names and how many more there are; the number alone without names."""
    total = number_of_authors(item)
    if not item.authors:
        return count(total, "author") if total else ""
    # "and 1 more" would take as much room as the name itself.
    names = item.authors if total <= NAMES_SHOWN + 1 else item.authors[:NAMES_SHOWN]
    more = [f"{total - len(names):,} more"] if total > len(names) else []
    return listed([*names, *more])


def lead(issue: Issue) -> str:
    """Return the opening of an issue's page: sentences on its papers, or on why it has none."""
    sentences = [_papers(issue) if issue.sections else _no_papers(issue)]
    if lateness.is_mostly_late(issue):
        sentences.append(lateness.describe_late_papers(issue))
    if issue.span:
        sentences += _later_changes(issue.span)
    if issue.updated:
        sentences.append(f"{count(len(issue.updated), 'earlier paper')} changed.")
    if issue.rising:
        earlier = count(len(issue.rising), "earlier paper")
        whose = noun(len(issue.rising), "its", "their")
        still = f" since {whose} own issue" if issue.span else ""
        sentences.append(f"{earlier} gained votes or comments{still}.")
    if issue.verdict == "partial" and issue.sections:
        sentences.append(_SHORT_PAGE)
    return " ".join(sentences)


def _later_changes(span: Period) -> Iterator[str]:
    """Yield how many papers of a week or month gained votes, and how many had been issued."""
    total = len(span.papers)
    risen = sum(
        any(
            change and change.now > change.then
            for change in (history.upvotes, history.comments, history.stars)
        )
        for history in span.papers.values()
    )
    issued = sum(history.issue is not None for history in span.papers.values())
    if risen:
        yield f"{risen:,} gained votes, comments or stars after they were first seen."
    if issued and span.main:
        subject = f"All but {total - issued:,}" if issued < total else "All"
        yield f"{subject} stood in {span.main} issues, to which they are linked."


def is_withdrawn(issue: Issue) -> bool:
    """Return whether an issue had papers and all of them were withdrawn since."""
    left_out = issue.filtered or issue.muted
    had_new = issue.verdict == "new" or (issue.verdict == "partial" and issue.accounting.new > 0)
    # An issue with new papers has sections, unless its edition left all of them out (then
    # they are counted) or they were withdrawn.
    return had_new and not issue.sections and not left_out


def _no_papers(issue: Issue) -> str:
    """Return a sentence on why the issue has no papers."""
    if is_withdrawn(issue):
        return _WITHDRAWN
    date = _date(issue.date)
    # The verdict "weekend" also means a holiday, or another day on which the listing rests.
    if issue.verdict == "weekend" and date is not None and date.weekday() < 5:
        return _HOLIDAY
    return _NO_PAPERS[issue.verdict]


def foot(issue: Issue, withdrawn: int) -> str:
    """Return the foot of an issue's page: the counts of its intake and of papers left out.

    ``withdrawn`` is the number of its papers that were withdrawn since.
    """
    sentences = [_accounting(issue.accounting), left_out(issue)]
    if withdrawn:
        sentences.append(f"{count(withdrawn, 'paper')} withdrawn since.")
    if issue.repaired:
        sentences.append(f"{count(issue.repaired, 'invalid character')} removed.")
    return " ".join(filter(None, sentences))


def left_out(issue: Issue) -> str:
    """Return how many papers are not shown because they are muted or filtered; "" for none."""
    sentences = []
    if issue.muted:
        sentences.append(f"{count(issue.muted, 'paper')} muted.")
    if issue.filtered:
        sentences.append(f"{count(issue.filtered, 'paper')} left out by this edition’s filters.")
    return " ".join(sentences)


def sums(accounting: Accounting) -> str:
    """Return ``3 dumps, 47 entries = 39 new + 0 changed + ...`` for the terminal.

    Numbers of entries have no thousands separators, unlike on pages.
    """
    entries = f"{accounting.entries} {noun(accounting.entries, 'entry', 'entries')}"
    parts = " + ".join(f"{getattr(accounting, result)} {result}" for result in _RESULTS)
    return f"{count(accounting.dumps, 'dump')}, {entries} = {parts}"


def _accounting(accounting: Accounting) -> str:
    if not accounting.dumps:
        return "No dump was read for this issue."
    results = listed([f"{getattr(accounting, result):,} {result}" for result in _RESULTS])
    verb = "holds" if accounting.dumps == 1 else "hold"
    entries = count(accounting.entries, "entry", "entries")
    return f"{count(accounting.dumps, 'dump')} {verb} {entries}: {results}."


def _papers(issue: Issue) -> str:
    papers = issue.papers
    sentence = count(len(papers), "paper" if issue.span else "new paper")
    # The topics named as brief share one heading.
    brief = sum(section.topic in issue.brief for section in issue.sections)
    if (headings := len(issue.sections) - max(brief - 1, 0)) > 1:
        sentence = f"{sentence} under {headings} headings"
    if issue.span and issue.span.incomplete:
        sentence = f"{sentence} since {calendar.day_and_month(issue.span.first)}"
    if issue.more:
        sentence = f"{sentence}, {len(issue.more):,} of them by title alone"
    return f"{sentence}."


def _date(iso: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        return None
