"""List the papers in published issues, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from digest.editorial import item_dates
from digest.matching import identity
from digest.model.issue_links import PublishedIssue
from digest.model.issues import Item, Section
from digest.model.settings import Site
from digest.operations.reading.records import ListedPaper
from digest.operations.reading.shelf import OpenShelf
from digest.render import paths
from digest.storage.ledger.lookups.published_issues import LAST, IssueSpan

_AFTER = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,6})\.(\d{1,6})", re.ASCII)
_READ = 5000  # papers of issues that are read for one answer
_ISSUES = 50  # that are looked up at once


class PaperQuery(NamedTuple):
    """Which papers to list: of an edition, under a topic, of some days, after a place."""

    edition: str
    limit: int
    topic: str | None = None
    since: date | None = None
    until: date | None = None
    after: str | None = None


class PaperPortion(NamedTuple):
    """Papers, and the place after which the rest is listed, None at the end.

    ``total`` is how many papers have the words that were searched for.
    """

    papers: tuple[ListedPaper, ...] = ()
    after: str | None = None
    total: int | None = None


class _ListPlace(NamedTuple):
    """A paper in a stored issue, which never changes; the papers are counted from 0."""

    date: str = LAST[0]
    ordinal: int = LAST[1]
    number: int = -1

    def __str__(self) -> str:
        return ".".join(map(str, self))


def list_newest(shelf: OpenShelf | None, query: PaperQuery) -> PaperPortion:
    """Return papers of the newest issues, each issue in the order of its page.

    What is published, withdrawn or moved between two portions neither repeats nor hides a paper. A
    portion may have fewer papers than the limit although more follow: only so many issues are read
    for one. Raises `ValueError` if ``query.after`` is no place.
    """
    after = _read_place(query.after)
    if shelf is None:
        return PaperPortion()
    papers, last, read = list[ListedPaper](), "", 0
    for issue in _issues(shelf, query, after):
        for place, paper in _papers(shelf, issue, query.topic, after):
            if len(papers) == query.limit:
                return PaperPortion(tuple(papers), last)
            papers.append(paper)
            last = str(place)
        read += issue.papers
        if read > _READ:
            return PaperPortion(
                tuple(papers), str(_ListPlace(issue.date, issue.ordinal, issue.papers))
            )
    return PaperPortion(tuple(papers))


def spell_page(site: Site, issue: PublishedIssue, guid: str) -> str:
    """Return the address of a paper's place on the page of an issue."""
    page = paths.absolute(site.url, paths.issue(issue.edition, issue.key, "html"))
    return f"{page}#{paths.anchor(guid)}"


def _read_place(text: str | None) -> _ListPlace:
    if text is None:
        return _ListPlace()
    match = _AFTER.fullmatch(text)
    if match is None:
        raise ValueError("after: take it from `next` of an answer")
    day, ordinal, number = match.groups()
    return _ListPlace(day, int(ordinal), int(number))


def _issues(shelf: OpenShelf, query: PaperQuery, after: _ListPlace) -> Iterator[PublishedIssue]:
    """Yield the issues that may hold papers of a query, from that of the place on."""
    queries = shelf.ledger.published_issues
    span = IssueSpan(
        # The issue of the place itself is read again.
        (after.date, after.ordinal + 1),
        query.since.isoformat() if query.since else "",
        query.until.isoformat() if query.until else LAST[0],
    )
    if query.topic is None:
        while issues := queries.list_newest(query.edition, _ISSUES, span):
            yield from issues
            span = span._replace(before=(issues[-1].date, issues[-1].ordinal))
        return
    until = min(span.until, after.date)
    while days := queries.list_topic_days(query.edition, query.topic, _ISSUES, span.since, until):
        for day in days:
            of_day = span._replace(since=day, until=day)
            yield from queries.list_newest(query.edition, LAST[1], of_day)
        until = (date.fromisoformat(days[-1]) - timedelta(days=1)).isoformat()


def _papers(
    shelf: OpenShelf, issue: PublishedIssue, topic: str | None, after: _ListPlace
) -> Iterator[tuple[_ListPlace, ListedPaper]]:
    """Yield the papers of an issue behind a place, with the place of each."""
    stored, shown = shelf.kept.load_stored(issue), shelf.kept.load(issue)
    if stored is None or shown is None:
        return
    present = {item.guid: (section, item) for section in shown.sections for item in section.papers}
    is_first = (issue.date, issue.ordinal) == after[:2]
    for number, stored_item in enumerate(item_dates.page_order(stored)):
        if stored_item.guid in present and not (is_first and number <= after.number):
            section, item = present[stored_item.guid]
            if topic in (None, section.topic):
                paper = _listed(shelf.settings.site, issue, section, item)
                yield _ListPlace(issue.date, issue.ordinal, number), paper


def _listed(site: Site, issue: PublishedIssue, section: Section, item: Item) -> ListedPaper:
    return ListedPaper(
        key=identity.keys(item)[0],
        guid=item.guid,
        title=item.title,
        url=item.url,
        abstract=item.abstract,
        authors=item.authors,
        upvotes=item.upvotes,
        edition=issue.edition,
        issue=issue.key,
        date=issue.date,
        page=spell_page(site, issue, item.guid),
        topic=section.topic,
        heading=section.name,
    )
