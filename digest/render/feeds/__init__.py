"""Write issues as RSS 2.0, Atom, JSON Feed 1.1 and OPML. Reads no clock and no file.

    issues -> paper_entries -> FeedEntry -> write_entry of each format -> window.fill
                                         -> write_document of each format -> Page

An entry is built once and written once per format, as bytes from which the full content can be
left off. So the size of a document is known while entries are added.

Archive documents (RFC 5005, section 4) hold an ISO week each, or a part of it (`archive_layout`).
An issue of a later week never changes them; one that comes late changes its own week, and the
link of the document after it. So a document links to the one before it and to the current
document, which always exists. The link to the next archive, which the RFC recommends, is left
out: there is none yet when an archive is written, and adding it later would change a document
that readers fetch only once. Readers go back from the live feed.

XML is written as text with one escaping function. For the same RSS this takes twice the time of
bare f-strings (`make bench`); lxml takes more, and 11 ms to import. The tests read every document
back with lxml and feedparser.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import islice

import msgspec

from digest.model.files import Page
from digest.model.issues import Issue
from digest.model.settings import Edition, Site
from digest.render import paths
from digest.render.feeds import entry, issue_entries, live_documents
from digest.render.feeds import opml as feeds_opml
from digest.render.feeds.entry import FeedEntry
from digest.render.feeds.frequency import Frequency
from digest.render.feeds.live_documents import FeedDocument
from digest.render.feeds.writers import FORMATS, RSS, FeedFormat, FeedWriters

ISSUES = "issues.xml"
OPML = "opml.xml"
NEWEST_ISSUES = 60  # items of issues.xml: two months of a daily edition

EVERY_DAY = Frequency()

_ABOUT_ISSUES = "Every issue of every edition, with its headings and titles."


def archive_paths(name: str) -> list[str]:
    """Return the paths of an archive document in all formats."""
    return [feed_format.archive(name) for feed_format in FORMATS]


def live(
    issues: Iterable[Issue],
    writers: FeedWriters,
    *,
    archive: str | None,
    unarchived: Container[str] = (),
    frequency: Frequency = EVERY_DAY,
) -> tuple[Page, ...]:
    """Return feed.xml, atom.xml and feed.json of an edition, with the same entries in each.

    ``issues`` are its live ones, newest first by date, and are read no further than needed.
    ``archive`` is the name of the newest archive document, and ``unarchived`` are the keys of
    the issues in none. `window` selects the entries, and shortens them if needed.
    """
    site = writers.site
    documents = [
        _document(
            feed_format,
            feed_format.live,
            site,
            older=_archive_url(feed_format, archive, site),
            frequency=frequency,
        )
        for feed_format in writers.formats
    ]
    return live_documents.fill(documents, issues, writers.entries, unarchived)


def archive(
    name: str,
    issues: Iterable[Issue],
    writers: FeedWriters,
    *,
    before: str | None,
    part: int = 1,
    parts: int = 1,
) -> tuple[Page, ...]:
    """Return an archive document in the three formats: all entries of its issues, in full.

    ``before`` is the name of the document before it. Of ``parts`` documents with the papers of
    one issue, it is the one with the number ``part``, counted from 1.
    """
    site, entries = writers.site, list[FeedEntry]()
    for issue in issues:
        own = writers.entries(issue)
        entries += own[(part - 1) * len(own) // parts : part * len(own) // parts]
    entries.sort(key=entry.sort_key)
    documents = (
        _document(
            feed_format,
            feed_format.archive(name),
            site,
            current=paths.absolute(site.url, feed_format.live),
            older=_archive_url(feed_format, before, site),
        )
        for feed_format in writers.formats
    )
    return tuple(_whole(document, entries) for document in documents)


def topic(
    topic: str,
    name: str,
    issues: Iterable[Issue],
    writers: FeedWriters,
    *,
    frequency: Frequency = EVERY_DAY,
    notice: FeedEntry | None = None,
) -> Page:
    """Return the RSS feed of the papers under a topic's heading, or that also belong to it.

    ``issues`` are the main edition's live ones, newest first. The caller limits them, because a
    topic has few papers: without a limit, years of issues would be read to fill the document.
    ``notice`` is the last item of a removed topic.
    """
    title, home = f"{writers.site.title}: {name}", entry.topic_url(writers.site, topic)
    document = _document(
        writers.rss,
        f"topics/{topic}/feed.xml",
        writers.site,
        title=title,
        home=home,
        frequency=frequency,
    )
    (page,) = live_documents.fill(
        [document], issues, lambda issue: writers.entries_under(issue, topic), notice=notice
    )
    return page


def issues(
    issues: Iterable[Issue],
    site: Site,
    *,
    editions: Sequence[Edition] = (Edition(),),
    frequency: Frequency = EVERY_DAY,
) -> Page:
    """Return issues.xml: at most the newest `NEWEST_ISSUES` issues of all editions, one item each.

    ``issues`` come newest first and may be backfilled: their guids are not those of papers.
    ``editions`` are those of the configuration. `window` selects the items, and shortens them
    if needed.
    """
    title, unnamed = f"{site.title}: issues", issue_entries.unnamed_editions(editions)
    document = _document(
        RSS, ISSUES, site, title=title, description=_ABOUT_ISSUES, frequency=frequency
    )
    (page,) = live_documents.fill(
        [document],
        islice(issues, NEWEST_ISSUES),
        lambda issue: [issue_entries.issue_entry(issue, site, unnamed)],
    )
    return page


def opml(topics: Mapping[str, str], site: Site) -> Page:
    """Return opml.xml: the main feed, the issues and the topics (id -> name, in this order)."""
    # Without the Atom and JSON documents: they are the main feed again, and a reader that
    # imports the list would subscribe to all three.
    home = paths.absolute(site.url, "")
    feeds = (
        (site.title, paths.absolute(site.url, paths.RSS), home),
        (f"{site.title}: issues", paths.absolute(site.url, ISSUES), home),
    )
    topic_feeds = [
        (name, f"{entry.topic_url(site, topic)}feed.xml", entry.topic_url(site, topic))
        for topic, name in topics.items()
    ]
    return Page(OPML, feeds_opml.write_document(site.title, feeds, topic_feeds))


def _document(
    feed_format: FeedFormat, path: str, site: Site, **fields: str | Frequency | None
) -> FeedDocument:
    """Return a document with the frame of the main feed, except for the given ``fields``."""
    channel = live_documents.main_frame(site, paths.absolute(site.url, path))
    channel = msgspec.structs.replace(channel, hub=site.hub, **fields)
    return FeedDocument(feed_format, path, channel)


def _archive_url(feed_format: FeedFormat, name: str | None, site: Site) -> str | None:
    return paths.absolute(site.url, feed_format.archive(name)) if name else None


def _whole(document: FeedDocument, entries: Sequence[FeedEntry]) -> Page:
    fragments = map(document.feed_format.write_entry, entries)
    return document.page(entries, [fragment.head + fragment.full for fragment in fragments])
