"""Compose an issue from papers of the ledger, and record it.

Mends the words of the papers, places them under topics, applies filters and profile, and stores
the issue together with its papers and the cursor of its edition. `record_live_issue` and
`record_past_issue` must be called in a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from digest.editorial import compose, due, filters, item_dates, lines, topics, verdict
from digest.editorial.phrases import PaperText
from digest.editorial.profile import compile_profile, mute_reason
from digest.editorial.trending_terms import issue_terms
from digest.model.issues import Accounting, Issue, Item
from digest.model.papers import Paper
from digest.model.results import IssueSummary
from digest.model.settings import Edition
from digest.model.topics import Correction
from digest.pipeline import followups, period, profile, trending_terms
from digest.pipeline.context import RunContext
from digest.render import paths

_CHART = 30  # earlier issues in the chart on the page of an issue
_SUFFIXES = ("html", "md", "json")


class Candidate(msgspec.Struct, frozen=True):
    """A paper that an edition may put into an issue."""

    number: int  # of the paper in the ledger
    intake: int  # that took it in
    page_date: str | None
    classified: compose.ClassifiedItem
    repaired: int  # invalid characters removed from its words


class Selection(msgspec.Struct, frozen=True):
    """The papers of an issue, and the number of papers left out by filters and by mutes."""

    papers: tuple[Candidate, ...] = ()
    filtered: int = 0
    muted: int = 0


def list_candidates(
    context: RunContext, papers: Sequence[tuple[Paper, int]], known: dict[int, Candidate]
) -> list[Candidate]:
    """Mend the words of papers and place them under topics.

    Each paper comes with the number of dumps that showed it. The order stays. Papers that are in
    ``known``, by number, are taken from there, and the others are added to it: editions of one
    run mostly have the same candidates.
    """
    fresh = [(paper, dumps) for paper, dumps in papers if paper.id not in known]
    known.update((candidate.number, candidate) for candidate in _make_candidates(context, fresh))
    return [known[paper.id] for paper, _ in papers]


def _make_candidates(context: RunContext, papers: Sequence[tuple[Paper, int]]) -> list[Candidate]:
    # In two passes: doing both paper by paper takes a fifteenth longer.
    moved, cleaned = context.moved_papers(), []
    for number, (paper, dumps) in enumerate(papers, start=1):
        cleaned.append(compose.clean_paper(paper, dumps))
        context.report_progress("papers", number, len(papers))
    return [
        _candidate(context, paper, clean, moved.get(paper.id))
        for (paper, _), clean in zip(papers, cleaned, strict=True)
    ]


def select_papers(
    context: RunContext, edition: Edition, candidates: Sequence[Candidate]
) -> Selection:
    """Leave out the papers that the edition's filters reject or its profile mutes."""
    # Filters come first: a paper that the edition does not cover is not counted as muted.
    accepted = [
        candidate
        for candidate in candidates
        if filters.accepts_item(edition, candidate.classified.item, candidate.classified.topic)
    ]
    compiled = compile_profile(context.settings.profile_of(edition))
    papers = [
        candidate
        for candidate in accepted
        if mute_reason(compiled, candidate.classified.item) is None
    ]
    return Selection(tuple(papers), len(candidates) - len(accepted), len(accepted) - len(papers))


def record_live_issue(
    context: RunContext, edition: Edition, day: str, selection: Selection, last_intake: int
) -> tuple[int, IssueSummary]:
    """Compose an issue from live intakes and record it.

    Returns its row number in the ledger and its summary. Its accounting is the sum of the live
    intakes since the edition's last issue, up to ``last_intake``. Its counts of filtered and
    muted papers include those of earlier runs that made no issue. The cursor moves to
    ``last_intake``.
    """
    # Read before the issue is recorded: that moves the cursor and sets its counts to 0.
    cursor = context.ledger.editions.cursor(edition.name)
    accounting, incomplete = context.ledger.intakes.sums_between(cursor.summed, last_intake)
    header = _header(context, edition, day, selection, accounting, incomplete=incomplete)
    header = replace(
        header,
        filtered=cursor.filtered + selection.filtered,
        muted=cursor.muted + selection.muted,
    )
    earlier = profile.list_earlier_papers(context, edition, day) if selection.papers else []
    issue = _compose(context, edition, header, selection.papers, earlier)
    issue = followups.add_followups(context, issue, cursor.summed, last_intake)
    issue = item_dates.date_items(issue, context.ledger.issues.last_moment(edition.name))
    number = context.ledger.issues.record_issue(issue, "live", last_intake, _issued(selection))
    return number, _recorded(context, issue)


def record_past_issue(
    context: RunContext, edition: Edition, day: str, selection: Selection, accounting: Accounting
) -> IssueSummary:
    """Compose an issue of a past day from one intake of history and record it.

    Its moment is the hour at which the edition is due on that day. It has no follow-ups, and
    the cursor does not move.
    """
    due_at = datetime.combine(date.fromisoformat(day), due.due_time(edition), context.moment.tzinfo)
    header = _header(context, edition, day, selection, accounting)
    header = replace(header, moment=due_at.isoformat(timespec="seconds"))
    # Compared with no earlier papers, because days may be backfilled in any order.
    issue = _compose(context, edition, header, selection.papers, [])
    issue = item_dates.date_items(issue, context.ledger.issues.moment_before(edition.name, day))
    context.ledger.issues.record_issue(issue, "history", None, _issued(selection))
    return _recorded(context, issue)


def _candidate(
    context: RunContext, paper: Paper, cleaned: compose.CleanedPaper, moved: Correction | None
) -> Candidate:
    lexicon, item = context.headings.lexicon, cleaned.item
    placement = topics.place_corrected(lexicon, item, paper.categories, moved)
    return Candidate(
        number=paper.id,
        intake=paper.intake,
        page_date=paper.page_date,
        classified=compose.classify_item(item, placement),
        repaired=cleaned.repaired,
    )


def _compose(
    context: RunContext,
    edition: Edition,
    header: compose.IssueHeader,
    papers: Sequence[Candidate],
    earlier: Sequence[PaperText],
) -> Issue:
    # Issues without papers need no topics, which take time to compile.
    names = context.headings.names if papers else {}
    classified = [paper.classified for paper in papers]
    matches = profile.match_papers(context, edition, [paper.item for paper in classified], earlier)
    issue = compose.compose_issue(header, classified, names, matches, limit=edition.limit)
    issue = replace(issue, terms=issue_terms(issue.papers, earlier, names.values()))
    # Last: sub-headings and terms are the same with and without a language model.
    return lines.with_lines(issue, context.summaries)


def _header(
    context: RunContext,
    edition: Edition,
    day: str,
    selection: Selection,
    accounting: Accounting,
    *,
    incomplete: bool = False,
) -> compose.IssueHeader:
    papers = selection.papers
    return compose.IssueHeader(
        edition=edition.name,
        date=day,
        ordinal=context.ledger.issues.next_ordinal(edition.name, day),
        number=context.ledger.editions.cursor(edition.name).number + 1,
        moment=context.moment.isoformat(timespec="seconds"),
        verdict=_verdict(
            context, edition.name, day, accounting, len(papers), incomplete=incomplete
        ),
        accounting=accounting,
        muted=selection.muted,
        filtered=selection.filtered,
        repaired=sum(paper.repaired for paper in papers),
        chart=context.ledger.issues.chart(edition.name, day, _CHART),
        span=period.find_period(context, edition, day, _issued(selection)),
    )


def _verdict(
    context: RunContext,
    edition: str,
    day: str,
    accounting: Accounting,
    papers: int,
    *,
    incomplete: bool,
) -> str:
    """Return the verdict of an issue from all intakes it covers, not from those of this run.

    So the issue is the same if a run was killed after its intake and the next run makes it.
    """
    # The other circumstances only explain why there are no papers.
    empty = verdict.Circumstances() if papers else _circumstances_of_empty(context, edition, day)
    return verdict.decide_verdict(accounting, papers, replace(empty, incomplete=incomplete))


def _circumstances_of_empty(context: RunContext, edition: str, day: str) -> verdict.Circumstances:
    """Return the circumstances since the edition's last issue that explain an empty issue."""
    history, expected = context.ledger.intakes.history(), context.settings.inbox
    dates, rests = history.page_dates, history.rest_dates
    last_issue = context.ledger.issues.last_moment(edition)
    return verdict.Circumstances(
        unreadable=context.ledger.quarantine.count_since(last_issue),
        rest_day=verdict.is_rest_day(date.fromisoformat(day), dates, expected, rests),
        overdue=verdict.is_overdue(history.newest_moment, context.moment, dates, expected, rests),
    )


def _issued(selection: Selection) -> list[tuple[int, Item]]:
    return [(paper.number, paper.classified.item) for paper in selection.papers]


def _recorded(context: RunContext, issue: Issue) -> IssueSummary:
    """Return the summary of a recorded issue; record its phrases if it is the main edition's."""
    # The front page shows no terms of the other editions.
    if issue.edition == context.settings.editions[0].name:
        context.ledger.title_phrases.record_phrases(
            issue.edition, trending_terms.count_phrases(issue)
        )
    files = (paths.issue(issue.edition, issue.key, suffix) for suffix in _SUFFIXES)
    return IssueSummary(
        edition=issue.edition,
        date=issue.date,
        number=issue.number,
        papers=len(issue.papers),
        paths=tuple(f"output/{path}" for path in files),
    )
