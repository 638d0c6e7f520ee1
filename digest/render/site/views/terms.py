"""Terms of the week as the front page shows them: a search each, and the papers that use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

import msgspec

from digest.model import issues
from digest.render import paths, wording

SHOWN = 3  # papers named for each term


class TermPaperView(msgspec.Struct, frozen=True, gc=False):
    """A paper's title and its place on its issue's page."""

    title: str
    href: str


class WeekTermView(msgspec.Struct, frozen=True, gc=False):
    """A term; ``href`` searches for it, ``more`` says how many papers are not named."""

    words: str
    href: str
    amount: str
    papers: tuple[TermPaperView, ...]
    more: str


def of_week(
    found: Iterable[issues.Term], shown: Iterable[issues.Issue]
) -> tuple[WeekTermView, ...]:
    """These terms; ``shown`` are the week's issues, which hold their papers."""
    terms = tuple(found)
    wanted = {guid for one in terms for guid in one.papers}
    places = {
        item.guid: TermPaperView(item.title, _place(issue, item))
        for issue in shown
        for item in issue.papers
        if item.guid in wanted
    }
    return tuple(
        _term(one.term, [places[guid] for guid in one.papers if guid in places]) for one in terms
    )


def _term(words: str, papers: Sequence[TermPaperView]) -> WeekTermView:
    return WeekTermView(
        words=words,
        href=f"{paths.SEARCH}#q={quote(words)}",
        amount=wording.count(len(papers), "paper"),
        papers=tuple(papers[:SHOWN]),
        more=wording.others(len(papers) - SHOWN),
    )


def _place(issue: issues.Issue, item: issues.Item) -> str:
    return f"{paths.issue(issue.edition, issue.key, 'html')}#{paths.anchor(item.guid)}"
