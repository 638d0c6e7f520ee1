"""The items of feeds, as the writer of each format gets them, with their moments and order.

Nothing here depends on RSS, Atom or JSON. No text of a `FeedEntry` holds a character that XML
forbids; only ``content`` is markup, everything else is plain text.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from digest.model.issues import Issue
from digest.model.settings import Site
from digest.render import paths

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Moment(msgspec.Struct, frozen=True, gc=False):
    """An instant in the two spellings of feeds; ``order`` sorts the newest first."""

    order: float
    rfc822: str
    rfc3339: str


class Category(msgspec.Struct, frozen=True, gc=False):
    """A topic: its id and address stay when its name changes."""

    id: str
    name: str
    url: str


class FeedEntry(msgspec.Struct, frozen=True, gc=False, eq=False):
    """An item of a feed; ``guid`` is the paper's stored one, the same in every format.

    ``byline`` names the authors in one text, for a reader that shows a single name. Of equal
    moments the lower ``rank`` comes first.
    """

    # Compared by identity (eq=False): caches look entries up without comparing their texts.
    guid: str
    title: str
    link: str
    summary: str
    content: str  # HTML
    authors: tuple[str, ...]
    categories: tuple[Category, ...]
    moment: Moment
    byline: str = ""
    rank: tuple[int, int] = (0, 0)


def spell_moment(stamp: str, seconds_before: int = 0) -> Moment:
    """Return the spellings of an RFC 3339 moment, to the second, in its own offset.

    With ``seconds_before`` it is so many seconds earlier.
    """
    # Own names of days and months: `strftime` would use those of the locale, and importing
    # `email.utils` takes 6 ms.
    at = datetime.fromisoformat(stamp).replace(microsecond=0) - timedelta(seconds=seconds_before)
    rfc822 = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S %z}"
    return Moment(-at.timestamp(), rfc822, at.isoformat())


def sort_key(entry: FeedEntry) -> tuple[float, tuple[int, int], str]:
    """Return the key that orders a feed: newest first, equal moments by rank, then by guid."""
    return entry.moment.order, entry.rank, entry.guid


def topic_url(site: Site, topic: str) -> str:
    """Return the address of a topic's folder, which servers answer with its first page."""
    return paths.absolute(site.url, f"topics/{topic}/")


def issue_url(site: Site, issue: Issue) -> str:
    """Return the address of an issue's page."""
    return paths.absolute(site.url, paths.issue(issue.edition, issue.key, "html"))
