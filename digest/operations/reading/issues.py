"""List published issues, find one by its name, and find a paper in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from digest.matching import identity
from digest.model.issue_links import PublishedIssue
from digest.model.issues import Issue, Item, Section
from digest.model.papers import Paper
from digest.model.settings import Settings
from digest.operations.explain import possible_keys
from digest.operations.reading.papers import spell_page
from digest.operations.reading.records import ListedIssue, PaperPlace, PaperRecord
from digest.operations.reading.shelf import OpenShelf
from digest.render import paths
from digest.storage.ledger.lookups.published_issues import IssueSpan

_KEY = re.compile(r"(\d{4}-\d\d-\d\d)(?:-(\d{1,6}))?", re.ASCII)
_AFTER = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,6})\.([\w-]{1,100})", re.ASCII)


class IssuePortion(NamedTuple):
    """Issues, and the place after which the rest is listed, None at the end."""

    issues: tuple[ListedIssue, ...] = ()
    after: str | None = None


class _Holding(NamedTuple):
    """A paper in an issue, with its heading."""

    issue: PublishedIssue
    section: Section
    item: Item


def list_issues(
    shelf: OpenShelf | None, edition: str | None, since: date | None, limit: int, after: str | None
) -> IssuePortion:
    """Return the newest issues of an edition, or of all, newest first.

    Raises `ValueError` if ``after`` is no place.
    """
    match = _AFTER.fullmatch(after) if after is not None else None
    if after is not None and match is None:
        raise ValueError("after: take it from `next` of an answer")
    if shelf is None:
        return IssuePortion()
    place = (match[1], match[3], int(match[2])) if match else None
    first = since.isoformat() if since else ""
    queries = shelf.ledger.published_issues
    if edition is None:
        issues = queries.list_newest_of_all(limit + 1, place, first)
    else:
        span = IssueSpan(since=first)
        span = span._replace(before=(place[0], place[2])) if place else span
        issues = queries.list_newest(edition, limit + 1, span)
    last = issues[limit - 1] if len(issues) > limit else None
    listed = tuple(_listed(shelf.settings, issue) for issue in issues[:limit])
    return IssuePortion(listed, f"{last.date}.{last.ordinal}.{last.edition}" if last else None)


def find_issue(shelf: OpenShelf | None, edition: str, key: str) -> Issue | None:
    """Return an issue as its page shows it, by its edition and the name of its files."""
    match = _KEY.fullmatch(key)
    if shelf is None or match is None:
        return None
    found = shelf.ledger.published_issues.find(edition, match[1], int(match[2] or 1))
    return shelf.kept.load_page(found) if found and found.key == key else None


def find_paper(shelf: OpenShelf | None, name: str) -> PaperRecord | None:
    """Return a paper in published issues by its key, an arXiv id, a DOI, or its whole title.

    Raises `ValueError` with the keys of the papers if several have that title.
    """
    if shelf is None:
        return None
    papers = shelf.ledger.papers.look_up(possible_keys(name)).papers.values()
    found = [(paper, holdings) for paper in papers if (holdings := [*_holdings(shelf, paper)])]
    if len(found) > 1:
        keys = ", ".join(identity.keys(paper)[0] for paper, _ in found)
        raise ValueError(f"Several papers have this title: {keys}")
    return _record(shelf, *found[0]) if found else None


def _holdings(shelf: OpenShelf, paper: Paper) -> Iterator[_Holding]:
    """Yield where a paper stands, the newest issue first."""
    queries = shelf.ledger.published_issues
    guids = dict(queries.list_family(paper.id))
    for issue in queries.list_holding([*guids]):
        shown = shelf.kept.load(issue)
        for section in shown.sections if shown else ():
            for item in section.papers:
                if item.guid in guids.values():
                    yield _Holding(issue, section, item)


def _record(shelf: OpenShelf, paper: Paper, holdings: Sequence[_Holding]) -> PaperRecord:
    newest = holdings[0].item
    return PaperRecord(
        key=identity.keys(paper)[0],
        guid=newest.guid,
        paper=newest,
        issues=tuple(
            PaperPlace(
                edition=issue.edition,
                issue=issue.key,
                date=issue.date,
                page=spell_page(shelf.settings.site, issue, item.guid),
                topic=section.topic,
                heading=section.name,
            )
            for issue, section, item in holdings
        ),
    )


def _listed(settings: Settings, issue: PublishedIssue) -> ListedIssue:
    return ListedIssue(
        edition=issue.edition,
        issue=issue.key,
        date=issue.date,
        number=issue.number,
        moment=issue.moment,
        verdict=issue.verdict,
        papers=issue.papers,
        page=paths.absolute(settings.site.url, paths.issue(issue.edition, issue.key, "html")),
        data=f"{settings.web_url}api/issues/{issue.edition}/{issue.key}",
    )
