"""Show what a search on the web side has found, in the form of the static search page."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from digest.model.found_papers import FoundPaper, FoundPapers, Pieces
from digest.model.issues import issue_key
from digest.render import escape, paths, wording


class FoundPaperView(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that was found. Pieces of text are (words, whether they were searched for).

    ``href`` leads to the paper, ``place`` from the top of the output to its place in an issue,
    ``issue`` names that. ``name`` is the title as one text.
    """

    title: Pieces
    name: str
    href: str
    by: Pieces
    heading: str
    votes: str
    snippet: Pieces
    place: str
    issue: str


class FoundPapersView(msgspec.Struct, frozen=True, kw_only=True):
    """A page of results: their number in words, the papers, and the pages before and after.

    ``before`` and ``after`` are queries such as "?q=boats&page=2", or empty.
    """

    said: str
    papers: tuple[FoundPaperView, ...]
    is_complete: bool
    before: str
    after: str
    number: str


def build_found(found: FoundPapers, root: str, query: dict[str, str], page: int) -> FoundPapersView:
    """Return the view of a page of results.

    ``root`` is the path of the top of the output, ``query`` what was searched for, as the form
    sends it.
    """
    more = found.total > found.counted
    said = wording.count(min(found.total, found.counted), "paper")
    return FoundPapersView(
        said=f"More than {said}" if more else said,
        papers=tuple(_build_paper(paper, root) for paper in found.papers),
        is_complete=found.is_complete,
        before=_link(query, page - 1) if page > 1 else "",
        after=_link(query, page + 1) if page < found.pages else "",
        number=f"Page {page} of {found.pages:,}" if found.pages > 1 else "",
    )


def _link(query: dict[str, str], page: int) -> str:
    return f"?{urlencode(query | ({'page': str(page)} if page > 1 else {}))}"


def _build_paper(paper: FoundPaper, root: str) -> FoundPaperView:
    key = issue_key(paper.date, paper.ordinal)
    place = f"{root}{paths.issue(paper.edition, key, 'html')}#{paths.anchor(paper.guid)}"
    issue = "the issue" if paper.ordinal == 1 else f"issue {paper.ordinal}"
    day = wording.short_day(paper.date, year="")
    return FoundPaperView(
        title=paper.title,
        name="".join(words for words, _ in paper.title),
        href=escape.address(paper.address) or place,
        by=paper.by,
        heading=paper.heading or "",
        votes=wording.votes(paper.upvotes),
        snippet=paper.snippet,
        place=place,
        issue=f"In {issue} of {day}",
    )
