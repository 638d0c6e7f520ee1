"""Results that the methods of a `Publication` return, besides the records of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest.model.results import InputProblem

if TYPE_CHECKING:
    from digest.model.papers import Paper
    from digest.model.settings import Settings
    from digest.operations.corrections.undo import UndoSummary
    from digest.pipeline.publish import PublishSummary
    from digest.storage.ledger import Ledger
    from digest.storage.ledger.full_text import SearchResult


class NamedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper by its names: ``key`` identifies it in commands, ``guid`` in pages and feeds."""

    key: str
    guid: str
    title: str


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """A paper found by words, and the newest issue that holds it.

    ``issue`` is the key of that issue, ``page`` the place of the paper in it as a path below
    the working folder, ``topic`` and ``heading`` are the id and the name of its heading there.
    All are None, like ``edition``, for a paper in no issue. ``upvotes`` are the newest votes
    that a page gave, ``url`` is the paper's address.
    """

    key: str
    guid: str
    title: str
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    edition: str | None = None
    issue: str | None = None
    page: str | None = None
    topic: str | None = None
    heading: str | None = None
    upvotes: int | None = None
    url: str = ""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The papers that a name fits, and lines of text for a person.

    For one paper, ``lines`` state where it was seen, how it was identified, its topic and its
    issue. For several, they list the papers with their keys. The wording may change with any
    version, so programs should not parse it. ``total`` is the number of papers that the name
    fits; of more than ten that have it in their titles, ``papers`` has the newest ten.
    """

    papers: tuple[NamedPaper, ...]
    lines: tuple[str, ...]
    total: int = 1


class RebuildResult(msgspec.Struct, frozen=True, kw_only=True):
    """The paths below ``output/`` that a rebuild wrote or removed.

    ``same`` is the number of files that had the right bytes already. ``problems`` are notes that
    were passed over and pages that could not be written.
    """

    written: tuple[str, ...] = ()
    same: int = 0
    removed: tuple[str, ...] = ()
    problems: tuple[InputProblem, ...] = ()


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """The paper that was withdrawn, and the paths below ``output/`` that were written again.

    ``problems`` are notes that were passed over and pages that could not be written.
    """

    paper: NamedPaper
    written: tuple[str, ...] = ()
    problems: tuple[InputProblem, ...] = ()


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """The paper that was moved, and the paths below ``output/`` that were written again.

    ``topic`` and ``heading`` are id and name of its topic, or None if a move was taken back.
    ``problems`` are notes that were passed over and pages that could not be written.
    """

    paper: NamedPaper
    topic: str | None = None
    heading: str | None = None
    written: tuple[str, ...] = ()
    problems: tuple[InputProblem, ...] = ()


class UndoResult(msgspec.Struct, frozen=True, kw_only=True):
    """The issue that was taken back, and the paths below ``output/`` written and removed.

    ``key`` named its files. ``since`` is the moment of the issue, from which on feeds have shown
    it, or None if it was not published yet. ``waiting`` is the number of its papers that wait for
    the next issue, ``withdrawn`` are those that were withdrawn with it. ``problems`` are notes
    that were passed over and pages that could not be written. ``readers`` says who has the issue
    by mail or in a chat, as "12 people and 1 channel", and is empty for nobody; ``cancelled`` is
    the number of its mails and posts that were not sent yet and will not be.
    """

    edition: str
    date: str
    key: str
    number: int
    papers: int
    since: str | None = None
    waiting: int = 0
    withdrawn: tuple[NamedPaper, ...] = ()
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[InputProblem, ...] = ()
    readers: str = ""
    cancelled: int = 0


def named_paper(paper: Paper) -> NamedPaper:
    """Return the best key, the guid and the title of a paper of the ledger."""
    # Without its number in the ledger, which means nothing outside.
    from digest.matching import identity

    return NamedPaper(key=identity.keys(paper)[0], guid=paper.guid, title=paper.title)


def explanation(settings: Settings, ledger: Ledger, name: str) -> Explanation:
    """Return the explanation of a paper, or of several that the name fits.

    Raises `UnknownPaper` if no paper has that name.
    """
    from digest.operations import explain

    found = explain.find_papers(ledger, name)
    total = explain.count_papers(ledger, name, found)
    lines = tuple(explain.explain(settings, ledger, found, total))
    return Explanation(papers=tuple(map(named_paper, found)), lines=lines, total=total)


def withdrawal(paper: Paper, published: PublishSummary) -> Withdrawal:
    """Return the result of a paper that was withdrawn, or brought back."""
    return Withdrawal(
        paper=named_paper(paper), written=published.written, problems=published.problems
    )


def move(paper: Paper, topic: tuple[str, str] | None, published: PublishSummary) -> Move:
    """Return the result of a paper that was moved, or of a move that was taken back."""
    identifier, heading = topic or (None, None)
    return Move(
        paper=named_paper(paper),
        topic=identifier,
        heading=heading,
        written=published.written,
        problems=published.problems,
    )


def search_hit(result: SearchResult) -> SearchHit:
    """Return a result of the full-text index, with the link to its place in the newest issue."""
    from digest import text
    from digest.editorial import compose
    from digest.model.issues import issue_key
    from digest.render import paths

    paper, place = result
    names = named_paper(paper)
    title = text.mend(paper.title).text
    hit = SearchHit(
        key=names.key,
        guid=names.guid,
        title=title,
        abstract=paper.abstract,
        authors=paper.authors,
        upvotes=paper.upvotes,
        url=compose.address(paper, title),
    )
    if place is None:
        return hit
    issue = issue_key(place.date, place.ordinal)
    page = f"output/{paths.issue(place.edition, issue, 'html')}#{paths.anchor(place.guid)}"
    return msgspec.structs.replace(
        hit,
        edition=place.edition,
        issue=issue,
        page=page,
        topic=place.topic,
        heading=place.heading,
    )


def rebuild_result(published: PublishSummary) -> RebuildResult:
    """Return the result of an output that was written again."""
    return RebuildResult(
        written=published.written,
        same=published.same,
        removed=published.removed,
        problems=published.problems,
    )


def undo_result(summary: UndoSummary) -> UndoResult:
    """Return the result of an issue that was taken back."""
    row, publication = summary.issue.row, summary.publication
    return UndoResult(
        edition=summary.issue.edition,
        date=row.date,
        key=row.key,
        number=row.number,
        papers=row.papers,
        since=row.moment if row.is_published else None,
        waiting=len(summary.waiting),
        withdrawn=tuple(map(named_paper, summary.withdrawn)),
        written=publication.written,
        removed=publication.removed,
        problems=publication.problems,
        readers=summary.issue.readers,
        cancelled=summary.cancelled,
    )
