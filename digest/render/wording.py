"""How pages put days, numbers and sums into words.

English, without any locale. Gives plain text; escaping is the templates' affair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from digest.editorial import calendar
from digest.editorial.calendar import MONTHS, WEEKDAYS
from digest.model.issues import Accounting, Issue, IssueLink, Item, Period

NAMES_SHOWN = 3

_NO_PAPERS = {
    "new": "New papers came, but none that this edition’s choices let through.",
    "partial": "A page came far shorter than usual, and nothing on it was new.",
    "unreadable": "Something came, but nothing of it could be read.",
    "revised": "No new papers came, only revised texts of known ones.",
    "weekend": "No new papers: the listing rests at the weekend.",
    "no-input": "No page has come for longer than expected, so papers may be missing.",
    "stale": "Pages came, but everything on them had been seen before.",
    "quiet": "No page has come since the issue before.",
}
_HOLIDAY = "No new papers: a holiday, or a weekday on which the listing always rests."
_WITHDRAWN = "Every paper of this issue was withdrawn since."
_SHORT_PAGE = "A page came far shorter than usual, so papers may be missing."


def day(iso: str) -> str:
    """``2026-11-22`` as "Sunday 22 November 2026"; anything else stays as it is."""
    date = _date(iso)
    if date is None:
        return iso
    return f"{WEEKDAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]} {date.year}"


def title(issue: Issue) -> str:
    """What an issue is called: its day, "Week of 16 November 2026", "November 2026"."""
    return (
        calendar.period_name(issue.span.first, issue.span.last) if issue.span else day(issue.date)
    )


def link_title(link: IssueLink) -> str:
    """What an issue is called, from what is known without reading it."""
    return calendar.period_name(*link.span.split("/")) if link.span else day(link.date)


def short_span(span: str, *, year: str) -> str:
    """``2026-11-16/2026-11-22`` as "16–22 Nov", with what differs between its ends."""
    first, last = span.split("/")
    end = short_day(last, year=year)
    if first == last:
        return end
    start = short_day(first, year=year)
    same = first[:7] == last[:7]
    return f"{start.partition(' ')[0] if same else start}–{end}"


def short_day(iso: str, *, year: str, weekday: bool = False) -> str:
    """``2026-11-22`` as "22 Nov", with the weekday if asked, and the year if not ``year``."""
    date = _date(iso)
    if date is None:
        return iso
    words = f"{date.day} {MONTHS[date.month - 1][:3]}"
    if weekday:
        words = f"{WEEKDAYS[date.weekday()][:3]} {words}"
    return words if iso[:4] == year else f"{words} {date.year}"


def day_of_month(iso: str) -> str:
    """``2026-11-22`` as "Sun 22"."""
    date = _date(iso)
    return iso if date is None else f"{WEEKDAYS[date.weekday()][:3]} {date.day}"


def month(iso: str) -> str:
    """``2026-11-22`` as "November 2026"."""
    date = _date(iso)
    return iso if date is None else f"{MONTHS[date.month - 1]} {date.year}"


def others(left: int) -> str:
    """``and 3 more``, for a list that names only the first; nothing where none is left."""
    return f"and {left:,} more" if left > 0 else ""


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 paper", "14 papers", "1,204 papers"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def of_all(papers: int, left: int) -> str:
    """How many papers stand here, and of how many, where some stand elsewhere."""
    return f"{papers:,} of {count(papers + left, 'paper')}" if left else count(papers, "paper")


def thousands(number: int) -> str:
    """1234 as "1.2k", as code hosts write their stars."""
    return str(number) if number < 1000 else f"{number / 1000:.1f}k".replace(".0k", "k")


def listed(parts: list[str]) -> str:
    """Parts as a list in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def authors(item: Item) -> str:
    """The first names and how many more there are; the bare number when no name is known."""
    total = max(item.n_authors or 0, len(item.authors))
    if not item.authors:
        return count(total, "author") if total else ""
    # "and 1 more" would take as much room as the name itself.
    shown = item.authors if total <= NAMES_SHOWN + 1 else item.authors[:NAMES_SHOWN]
    more = [f"{total - len(shown):,} more"] if total > len(shown) else []
    return listed([*shown, *more])


def lead(issue: Issue) -> str:
    """What the issue amounts to, in a few short sentences."""
    sentences = [_papers(issue) if issue.sections else _no_papers(issue)]
    if issue.span:
        sentences += _since(issue.span)
    if issue.updated:
        sentences.append(f"{count(len(issue.updated), 'earlier paper')} changed.")
    if issue.rising:
        earlier = count(len(issue.rising), "earlier paper")
        still = " since their own issue" if issue.span else ""
        sentences.append(f"{earlier} gained votes or comments{still}.")
    if issue.verdict == "partial" and issue.sections:
        sentences.append(_SHORT_PAGE)
    return " ".join(sentences)


def _since(span: Period) -> Iterator[str]:
    """What came of the papers of a week or month, and where they stood before."""
    total = len(span.papers)
    gained = sum(
        any(one and one.now > one.then for one in (trace.upvotes, trace.comments, trace.stars))
        for trace in span.papers.values()
    )
    held = sum(trace.issue is not None for trace in span.papers.values())
    if gained:
        yield f"{gained:,} gained votes, comments or stars after they were first seen."
    if held and span.main:
        those = f"All but {total - held:,}" if held < total else "All"
        yield f"{those} stood in {span.main} issues, to which they are linked."


def is_withdrawn(issue: Issue) -> bool:
    """Whether an issue had papers, and all of them were withdrawn since.

    A verdict of new papers without any is otherwise given only where the edition's choices
    left them all out, and it counts those.
    """
    left_out = issue.filtered or issue.muted
    came = issue.verdict == "new" or (issue.verdict == "partial" and issue.accounting.new > 0)
    return came and not issue.sections and not left_out


def _no_papers(issue: Issue) -> str:
    """Which kind of day it was, in one sentence."""
    if is_withdrawn(issue):
        return _WITHDRAWN
    on = _date(issue.date)
    if issue.verdict == "weekend" and on is not None and on.weekday() < 5:
        return _HOLIDAY
    return _NO_PAPERS[issue.verdict]


def foot(issue: Issue, withdrawn: int) -> str:
    """Promise 1 in words: what was read, what became of it, and what is not on the page."""
    sentences = [_accounting(issue.accounting)]
    if issue.muted:
        sentences.append(f"{count(issue.muted, 'paper')} muted.")
    if issue.filtered:
        sentences.append(f"{count(issue.filtered, 'paper')} left out by this edition’s filters.")
    if withdrawn:
        sentences.append(f"{count(withdrawn, 'paper')} withdrawn since.")
    if issue.repaired:
        characters = count(issue.repaired, "character")
        sentences.append(f"{characters} that no document may carry taken out of the words.")
    return " ".join(sentences)


def sums(accounting: Accounting) -> str:
    """``3 dumps, 47 entries = 39 new + 0 changed + ...``: promise 1 for operators."""
    entries = "1 entry" if accounting.entries == 1 else f"{accounting.entries} entries"
    names = ("new", "changed", "known", "repeated", "rejected")
    parts = " + ".join(f"{getattr(accounting, name)} {name}" for name in names)
    return f"{count(accounting.dumps, 'dump')}, {entries} = {parts}"


def _accounting(sums: Accounting) -> str:
    if not sums.dumps:
        return "No dump was read for this issue."
    fates = listed(
        [
            f"{sums.new:,} new",
            f"{sums.changed:,} changed",
            f"{sums.known:,} known",
            f"{sums.repeated:,} repeated",
            f"{sums.rejected:,} rejected",
        ]
    )
    verb = "holds" if sums.dumps == 1 else "hold"
    entries = "1 entry" if sums.entries == 1 else f"{sums.entries:,} entries"
    return f"{count(sums.dumps, 'dump')} {verb} {entries}: {fates}."


def _papers(issue: Issue) -> str:
    papers = issue.papers
    words = count(len(papers), "paper" if issue.span else "new paper")
    brief = sum(section.topic in issue.brief for section in issue.sections)
    if (headings := len(issue.sections) - max(brief - 1, 0)) > 1:
        words = f"{words} under {headings} headings"
    if issue.more:
        words = f"{words}, {len(issue.more):,} of them by title alone"
    if late := sum(item.late_from is not None for item in papers):
        words = f"{words}, {late:,} of them late from an earlier day’s page"
    return f"{words}."


def _date(iso: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        return None
