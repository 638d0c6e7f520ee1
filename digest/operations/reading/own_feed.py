"""Make a feed of the papers of published issues that one person wishes for.

Its address says everything that it holds, so nothing about the person is stored.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from digest.editorial import wishes
from digest.model.files import Page
from digest.model.issue_links import PublishedIssue
from digest.model.issues import Issue
from digest.model.people import Wish
from digest.model.settings import Edition, Settings
from digest.operations.reading.shelf import KeptIssues, OpenShelf
from digest.operations.subscribers.wish_checks import LISTS
from digest.pipeline.issue_cache import MAX_PAPERS
from digest.render import feeds
from digest.render.feeds import frequency, own_feed, window

FORMATS = tuple(own_feed.TYPES)
TYPES = own_feed.TYPES
_FIELDS = LISTS[1:]  # without the editions: a feed has one


class FeedSource(NamedTuple):
    """What a feed is made from: while that stays the same, so does the feed."""

    issues: tuple[PublishedIssue, ...] = ()
    kept: KeptIssues | None = None

    @property
    def stamp(self) -> bytes:
        """What stands for it where it is compared with a later one: it is large itself."""
        words = repr((self.issues, self.kept and self.kept.stamp))
        return hashlib.blake2b(words.encode(), digest_size=16).digest()


def spell_address(settings: Settings, wish: Wish, format_name: str) -> str:
    """Return the address of a feed: the same for all ways to ask for the same.

    The parameters are sorted, and so are the entries of each; defaults are left out.
    """
    fields = {name: ",".join(sorted(getattr(wish, name))) for name in _FIELDS}
    edition = _edition_of(settings, wish).name
    if edition != settings.editions[0].name:
        fields["edition"] = edition
    if format_name != FORMATS[0]:
        fields["format"] = format_name
    query = urlencode(
        [(name, value) for name, value in sorted(fields.items()) if value],
        safe=",",
        quote_via=quote,
    )
    return f"{settings.web_url}feed{'?' if query else ''}{query}"


def find_source(shelf: OpenShelf | None, wish: Wish) -> FeedSource:
    """Return what the feed of a wish is made from now.

    As many issues as a feed of issues has, and as have so many papers as topics' feeds are made
    from; more only where the days that every feed shows have more.
    """
    if shelf is None:
        return FeedSource()
    edition = _edition_of(shelf.settings, wish).name
    queries = shelf.ledger.published_issues
    newest = queries.list_newest(edition, feeds.NEWEST_ISSUES, live=True)
    return FeedSource(tuple(_bounded(newest)), shelf.kept)


def write(
    settings: Settings,
    topics: Mapping[str, str],
    wish: Wish,
    format_name: str,
    source: FeedSource,
) -> Page:
    """Write the feed of a wish in a format of `FORMATS`; ``topics`` are their names by id."""
    kept = source.kept or KeptIssues(settings, frozenset(), {})
    edition = _edition_of(settings, wish)
    channel = own_feed.frame(
        settings.site,
        wish,
        topics,
        spell_address(settings, wish, format_name),
        frequency.most_frequent([edition]),
    )
    taken = functools.partial(wishes.find_taken, wish=wish) if _is_restricted(wish) else None
    issues = _load(kept, source)
    return own_feed.write(issues, taken, settings.site, format_name, channel)


def _edition_of(settings: Settings, wish: Wish) -> Edition:
    by_name = {edition.name: edition for edition in settings.editions}
    return by_name[wish.editions[0]] if wish.editions else settings.editions[0]


def _is_restricted(wish: Wish) -> bool:
    return any(getattr(wish, name) for name in _FIELDS)


def _bounded(newest: list[PublishedIssue]) -> Iterator[PublishedIssue]:
    papers = 0
    for issue in newest:
        papers += issue.papers
        if papers > MAX_PAPERS and issue.date < window.first_day_shown(newest[0].date):
            return
        yield issue


def _load(kept: KeptIssues, source: FeedSource) -> Iterator[Issue]:
    issues = map(kept.load, source.issues)
    return (issue for issue in issues if issue is not None)
