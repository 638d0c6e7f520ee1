"""Issues -> RSS 2.0, Atom, JSON Feed 1.1 and OPML: pure functions, no clock, no disk.

    issues -> entry.entries -> Entry -> rss.piece, atom.piece, jsonfeed.piece -> window.fill
                                     -> rss.render, atom.render, jsonfeed.render -> Page

An entry is built once and written once per format, as a piece of bytes whose full content
can be left off; so the size of a document is known while it grows.

Archive documents (RFC 5005, section 4) hold one ISO week each and never change because of
what comes later: they link to the archive before them and to the current document, which
always exist. A next-archive link, which the RFC asks for where a later archive exists, is
left out: when an archive is written there is none, and adding the link later would change
a document that readers are told to fetch only once. Readers walk back from the live feed.

XML is written as text with one escaping function: twice the time of bare f-strings for the
same RSS (`make bench`), where lxml takes more and 11 ms to import. The tests read every
document back with lxml and feedparser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

import msgspec

from digest.model.issues import Issue, Page
from digest.model.settings import Site
from digest.render import paths
from digest.render.feeds import entry, issue_entries, window
from digest.render.feeds import opml as feeds_opml
from digest.render.feeds.document import Channel
from digest.render.feeds.entry import FeedEntry
from digest.render.feeds.frequency import Frequency
from digest.render.feeds.writers import RSS, FeedFormat
from digest.render.feeds.writers import FeedWriters as Press

ISSUES = "issues.xml"
OPML = "opml.xml"
NUMBERS = 60  # issues in issues.xml: two months of a daily edition

EVERY_DAY = Frequency()

_ABOUT = "Every new research paper once, under a topic heading."
_ABOUT_ISSUES = "Every issue of every edition, with its headings and titles."
_SOME_MOMENT = entry.moment("2000-01-01T00:00:00+00:00")  # as long as any other when written


class _Document(NamedTuple):
    """A document to be: its format, its path and everything its frame says but the date."""

    form: FeedFormat
    path: str
    channel: Channel

    def page(self, entries: Sequence[FeedEntry], bodies: Iterable[bytes]) -> Page:
        updated = entries[0].moment if entries else None
        channel = msgspec.structs.replace(self.channel, updated=updated)
        return Page(self.path, self.form.render(channel, bodies))

    @property
    def frame(self) -> int:
        """The size of the document without entries, in bytes."""
        channel = msgspec.structs.replace(self.channel, updated=_SOME_MOMENT)
        return len(self.form.render(channel, ()))


def week(day: str) -> str:
    """The ISO week of a day (``YYYY-MM-DD``), as archive documents are called: ``2026-w47``."""
    year, number, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-w{number:02}"


def archive_path(week: str) -> str:
    """Where a week's RSS archive document stands: when it is there, all three are."""
    return RSS.archive(week)


def live(
    issues: Iterable[Issue], press: Press, *, archive: str | None, rhythm: Frequency = EVERY_DAY
) -> tuple[Page, ...]:
    """feed.xml, atom.xml and feed.json of an edition, with the same entries in each.

    ``issues`` are its live ones, newest first by date, and are read no further than needed.
    ``archive`` is the newest week (as `week` names it) that has archive documents, ``rhythm``
    how often the edition issues. Which entries, and how much of each: see `window`.
    """
    site = press.site
    documents = [
        _document(form, form.live, site, older=_older(form, archive, site), rhythm=rhythm)
        for form in press.formats
    ]
    return _windowed(documents, issues, press.entries)


def archive(
    week: str, issues: Iterable[Issue], press: Press, *, before: str | None
) -> tuple[Page, ...]:
    """The three archive documents of an ISO week: all entries of its issues, in full.

    ``before`` is the newest earlier week that has archive documents. Whether a week is over,
    and which issues are its own, is the caller's to know.
    """
    site = press.site
    entries = sorted(
        (found for issue in issues for found in press.entries(issue)), key=entry.newest
    )
    documents = (
        _document(
            form,
            form.archive(week),
            site,
            current=paths.absolute(site.url, form.live),
            older=_older(form, before, site),
        )
        for form in press.formats
    )
    return tuple(_whole(document, entries) for document in documents)


def topic(
    topic: str,
    name: str,
    issues: Iterable[Issue],
    press: Press,
    *,
    rhythm: Frequency = EVERY_DAY,
    notice: FeedEntry | None = None,
) -> Page:
    """The RSS feed of the papers under a topic's heading, and of those that also belong to it.

    ``issues`` are the main edition's live ones, newest first. A topic fills a document only
    in the course of months, so give no more of them than the feed shall hold. ``notice`` is
    the last item of a topic that was retired.
    """
    title, home = f"{press.site.title}: {name}", entry.topic_url(press.site, topic)
    path = f"topics/{topic}/feed.xml"
    document = _document(press.rss, path, press.site, title=title, home=home, rhythm=rhythm)
    (page,) = _windowed([document], issues, lambda issue: press.under(issue, topic), notice)
    return page


def issues(issues: Iterable[Issue], site: Site, *, rhythm: Frequency = EVERY_DAY) -> Page:
    """issues.xml: the newest `NUMBERS` issues of all editions, one item each.

    ``issues`` come newest first; backfilled ones are welcome, their guids are their own.
    """
    entries = sorted(
        (issue_entries.of(issue, site) for issue in islice(issues, NUMBERS)), key=entry.newest
    )
    title = f"{site.title}: issues"
    document = _document(RSS, ISSUES, site, title=title, description=_ABOUT_ISSUES, rhythm=rhythm)
    return _whole(document, entries)


def opml(topics: Mapping[str, str], site: Site) -> Page:
    """opml.xml: the main feed, the issues and the topics (id -> name, in this order).

    The Atom and JSON documents are the main feed again, and a reader that imports the list
    would subscribe to all three: they are left to the pages' links.
    """
    home = paths.absolute(site.url, "")
    feeds = (
        (site.title, paths.absolute(site.url, paths.RSS), home),
        (f"{site.title}: issues", paths.absolute(site.url, ISSUES), home),
    )
    under = [
        (name, f"{entry.topic_url(site, topic)}feed.xml", entry.topic_url(site, topic))
        for topic, name in topics.items()
    ]
    return Page(OPML, feeds_opml.render(site.title, feeds, under))


def _document(
    form: FeedFormat, path: str, site: Site, **differing: str | Frequency | None
) -> _Document:
    own = paths.absolute(site.url, path)
    channel = Channel(
        title=site.title,
        description=_ABOUT,
        language=site.language,
        author=site.author,
        home=paths.absolute(site.url, ""),
        own=own,
        current=own,
    )
    return _Document(form, path, msgspec.structs.replace(channel, **differing))


def _older(form: FeedFormat, week: str | None, site: Site) -> str | None:
    return paths.absolute(site.url, form.archive(week)) if week else None


def _whole(document: _Document, entries: Sequence[FeedEntry]) -> Page:
    pieces = map(document.form.write, entries)
    return document.page(entries, [piece.head + piece.full for piece in pieces])


def _windowed(
    documents: Sequence[_Document],
    issues: Iterable[Issue],
    entries: Callable[[Issue], list[FeedEntry]],
    notice: FeedEntry | None = None,
) -> tuple[Page, ...]:
    writers = [document.form.write for document in documents]
    frames = [document.frame for document in documents]
    rows, sizes = window.fill(issues, entries, writers, frames, notice)
    rows.sort(key=lambda row: entry.newest(row[0]))
    bodies = window.bodies(rows, sizes)
    chosen = [found for found, _ in rows]
    return tuple(
        document.page(chosen, body) for document, body in zip(documents, bodies, strict=True)
    )
