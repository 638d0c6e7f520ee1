"""List the papers in published issues that have some words, the best first."""

from __future__ import annotations

import re
from datetime import date

from digest import text
from digest.editorial import compose
from digest.matching import identity
from digest.model.issues import issue_key
from digest.model.papers import Paper
from digest.model.settings import Settings, Site
from digest.operations.reading.papers import PaperPortion, PaperQuery
from digest.operations.reading.records import ListedPaper
from digest.operations.reading.shelf import OpenShelf
from digest.operations.searching import read_phrases
from digest.render import paths
from digest.storage.ledger import full_text
from digest.text import sentences

_AFTER = re.compile(r"(\d{1,5})\.(\d{4}-\d\d-\d\d)", re.ASCII)


def list_found(
    settings: Settings, shelf: OpenShelf | None, typed: str, query: PaperQuery
) -> PaperPortion:
    """Return the papers that have every word; those in quotes must stand side by side.

    Papers of all editions are found. ``since`` and ``until`` are compared with the date of a
    paper's first issue. A place is a number of papers, and the date of the newest issue when the
    list began: later issues do not shift it. Raises `ValueError` for words that cannot be
    searched for, or if ``query.after`` is no place, `TimeoutError` while the index is made for the
    first time, and `LedgerError`.
    """
    phrases = _read_phrases(typed)
    if shelf is None:
        return PaperPortion(total=0)
    offset, newest = _read_place(shelf, query.after)
    until = min(query.until or newest, newest)
    days = range((query.since or date.min).toordinal(), until.toordinal() + 1)
    found = full_text.search_issued(
        settings.state_folder, phrases, query.limit, offset, query.topic, days
    )
    if not found.is_complete:
        raise TimeoutError("The index of all words is being made. Ask again in a few seconds.")
    papers = tuple(
        _listed(settings.site, result.paper, result.issue)
        for result in found.results
        if result.issue is not None  # as all here
    )
    end = offset + query.limit
    more = end < min(found.total, full_text.COUNTED)
    return PaperPortion(papers, f"{end}.{newest}" if more else None, found.total)


def _read_phrases(typed: str) -> tuple[str, ...]:
    try:
        return read_phrases(typed)
    except ValueError as error:
        raise ValueError(f"q: {sentences.lower_first(str(error))}") from error


def _read_place(shelf: OpenShelf, after: str | None) -> tuple[int, date]:
    """Return how many papers were listed, and the date of the newest issue then."""
    if after is None:
        issues = shelf.ledger.published_issues.list_newest_of_all(1)
        return 0, date.fromisoformat(issues[0].date) if issues else date.max
    match = _AFTER.fullmatch(after)
    try:
        if match is not None:
            return int(match[1]), date.fromisoformat(match[2])
    except ValueError:  # there is no such day
        pass
    raise ValueError("after: take it from `next` of an answer")


def _listed(site: Site, paper: Paper, place: full_text.IndexPlace) -> ListedPaper:
    title = text.mend(paper.title).text
    issue = issue_key(place.date, place.ordinal)
    page = paths.absolute(site.url, paths.issue(place.edition, issue, "html"))
    return ListedPaper(
        key=identity.keys(paper)[0],
        guid=place.guid,
        title=title,
        url=compose.address(paper, title),
        abstract=paper.abstract and text.mend_prose(paper.abstract).text,
        authors=tuple(text.mend_each(paper.authors)),
        upvotes=paper.upvotes,
        edition=place.edition,
        issue=issue,
        date=place.date,
        page=f"{page}#{paths.anchor(place.guid)}",
        topic=place.topic,
        heading=place.heading,
    )
