"""Papers that wait to one recorded issue: mended, placed, composed, stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from digest.editorial import (
    compose,
    filters,
    topics,
    verdict,
)
from digest.editorial import (
    profile as editorial_profile,
)
from digest.editorial import (
    trending_terms as editorial_trending_terms,
)
from digest.model.issues import Accounting, Issue
from digest.model.papers import Paper
from digest.model.results import IssueSummary
from digest.model.settings import Edition
from digest.pipeline import followups, period, profile, trending_terms
from digest.pipeline.context import RunContext
from digest.render import paths

_CHART = 30  # issues in the strip on a page
_SUFFIXES = ("html", "md", "json")


class Candidate(msgspec.Struct, frozen=True):
    """A paper an edition may take, with what an issue needs to know of it."""

    number: int  # the ledger's own
    page_date: str | None
    placed: compose.ClassifiedItem
    repaired: int


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What an issue speaks of besides its papers.

    ``after`` is the last intake its foot does not sum; history sums its own intake only and
    tells of no movement.
    """

    kind: Literal["live", "history"]
    moment: str
    accounting: Accounting
    short: bool = False
    after: int | None = None
    filtered: int = 0
    muted: int = 0


class Selection(msgspec.Struct, frozen=True):
    """What an edition takes of the candidates, and how many it leaves out and why."""

    taken: tuple[Candidate, ...]
    filtered: int
    muted: int


def candidates(state: RunContext, waiting: Sequence[tuple[Paper, int]]) -> list[Candidate]:
    """Papers with the number of dumps that showed them: words mended, then placed."""
    mended = []  # in two rounds: paper by paper, both together take a fifteenth longer
    for number, (paper, dumps) in enumerate(waiting, start=1):
        mended.append(compose.clean_paper(paper, dumps))
        state.watch("papers", number, len(waiting))
    return [_candidate(state, paper, one) for (paper, _), one in zip(waiting, mended, strict=True)]


def _candidate(state: RunContext, paper: Paper, mended: compose.CleanedPaper) -> Candidate:
    placement = topics.place(
        state.headings.lexicon, mended.item.title, mended.item.abstract, paper.categories
    )
    return Candidate(
        number=paper.id,
        page_date=paper.page_date,
        placed=compose.classify_item(mended.item, placement),
        repaired=mended.repaired,
    )


def choose(state: RunContext, edition: Edition, found: Sequence[Candidate]) -> Selection:
    """What the edition's filters let through and its reader's profile does not mute."""
    let_through = [
        one for one in found if filters.accepts_item(edition, one.placed.item, one.placed.topic)
    ]
    taste = editorial_profile.compile_profile(state.settings.profile_of(edition))
    taken = [
        one for one in let_through if editorial_profile.mute_reason(taste, one.placed.item) is None
    ]
    return Selection(tuple(taken), len(found) - len(let_through), len(let_through) - len(taken))


def record(
    state: RunContext, edition: Edition, day: str, papers: Sequence[Candidate], cover: Cover
) -> tuple[int, IssueSummary]:
    """Composes an issue of this date and stores it with its papers and the cursor."""
    names = state.headings.names if papers else {}
    frame = _frame(state, edition, day, papers, cover)
    placed = [one.placed for one in papers]
    before = profile.before(state, edition, day) if papers and cover.kind == "live" else []
    interests = profile.judged(state, edition, [one.item for one in placed], before)
    composed = compose.compose_issue(frame, placed, names, interests, limit=edition.limit)
    found = editorial_trending_terms.issue_terms(composed.papers, before)
    composed = msgspec.structs.replace(composed, terms=found)
    upto = None
    if cover.after is not None:
        composed = followups.with_moves(state, composed, cover.after)
        upto = state.ledger.intakes.last_number()
    issued = [(one.number, one.placed.item) for one in papers]
    recorded = state.ledger.issues.record_issue(composed, cover.kind, upto, issued)
    if edition.name == state.settings.editions[0].name:
        state.ledger.title_phrases.record_phrases(edition.name, trending_terms.counted(composed))
    return recorded, _made(composed)


def _frame(
    state: RunContext, edition: Edition, day: str, papers: Sequence[Candidate], cover: Cover
) -> compose.IssueHeader:
    return compose.IssueHeader(
        edition=edition.name,
        date=day,
        ordinal=state.ledger.issues.next_ordinal(edition.name, day),
        number=state.ledger.editions.cursor(edition.name).number + 1,
        moment=cover.moment,
        verdict=_verdict(state, edition.name, day, cover, len(papers)),
        accounting=cover.accounting,
        muted=cover.muted,
        filtered=cover.filtered,
        repaired=sum(one.repaired for one in papers),
        chart=state.ledger.issues.chart(edition.name, day, _CHART),
        span=period.of(
            state, edition, day, [(one.number, one.page_date, one.placed.item) for one in papers]
        ),
    )


def _verdict(state: RunContext, edition: str, day: str, cover: Cover, papers: int) -> str:
    """Of the intakes the issue covers, so that a broken and an unbroken run store the same."""
    around = verdict.Circumstances() if papers else _without_papers(state, edition, day)
    circumstances = msgspec.structs.replace(around, short=cover.short)
    return verdict.decide_verdict(cover.accounting, papers, circumstances)


def _without_papers(state: RunContext, edition: str, day: str) -> verdict.Circumstances:
    """What was no intake: files unreadable since the edition's last issue, rest, and silence."""
    history, expected = state.ledger.intakes.history(), state.settings.inbox
    last = state.ledger.issues.last_moment(edition)
    return verdict.Circumstances(
        unreadable=state.ledger.quarantine.count_since(last),
        rest_day=verdict.is_rest_day(date.fromisoformat(day), history.page_dates, expected),
        overdue=verdict.is_overdue(
            history.newest_moment, state.moment, history.page_dates, expected
        ),
    )


def _made(composed: Issue) -> IssueSummary:
    found = (paths.issue(composed.edition, composed.key, suffix) for suffix in _SUFFIXES)
    return IssueSummary(
        edition=composed.edition,
        date=composed.date,
        number=composed.number,
        papers=len(composed.papers),
        paths=tuple(f"output/{path}" for path in found),
    )
