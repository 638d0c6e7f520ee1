"""Build the front page's list of the week's trending terms and the papers that use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import msgspec

from digest.model import issues
from digest.render import paths, wording

MAX_PAPERS = 3  # named for each term


class TermPaperView(msgspec.Struct, frozen=True, gc=False):
    """A paper's title with a link to its entry on its issue's page."""

    title: str
    href: str


class WeekTermView(msgspec.Struct, frozen=True, gc=False):
    """A term with its first papers.

    ``href`` leads to the search page with the term filled in. ``more`` states the number of the
    other papers, as "and 2 more".
    """

    words: str
    href: str
    amount: str
    papers: tuple[TermPaperView, ...]
    more: str


def list_papers(issue: issues.Issue) -> dict[str, TermPaperView]:
    """Return the papers of an issue by guid."""
    page = paths.issue(issue.edition, issue.key, "html")
    return {
        item.guid: TermPaperView(item.title, f"{page}#{paths.anchor(item.guid)}")
        for item in issue.papers
    }


def list_week_terms(
    terms: Iterable[issues.Term], papers: Mapping[str, TermPaperView]
) -> tuple[WeekTermView, ...]:
    """Return the views of these terms. ``papers`` are those of the week, by guid.

    Other papers are left out.
    """
    return tuple(
        _term(term.term, [papers[guid] for guid in term.papers if guid in papers]) for term in terms
    )


def _term(words: str, papers: Sequence[TermPaperView]) -> WeekTermView:
    return WeekTermView(
        words=words,
        # The script of the search page reads the part behind "#"; no server is needed.
        href=f"{paths.SEARCH}#q={quote(words)}",
        amount=wording.count(len(papers), "paper"),
        papers=tuple(papers[:MAX_PAPERS]),
        more=wording.others(len(papers) - MAX_PAPERS),
    )
