"""Fill live feed documents with the newest entries, in several formats at once."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import NamedTuple

import msgspec

from digest.model.files import Page
from digest.model.issues import Issue
from digest.model.settings import Site
from digest.render import paths
from digest.render.feeds import entry, window
from digest.render.feeds.document import Channel
from digest.render.feeds.entry import FeedEntry
from digest.render.feeds.writers import FeedFormat

_ABOUT = "Every new research paper once, under a topic heading."
_ANY_MOMENT = entry.spell_moment("2000-01-01T00:00:00+00:00")  # of the same length as any other


class FeedDocument(NamedTuple):
    """A document to write: its format, its path, and its frame without the date."""

    feed_format: FeedFormat
    path: str
    channel: Channel

    def page(self, entries: Sequence[FeedEntry], bodies: Iterable[bytes]) -> Page:
        """Return the document; ``entries`` come newest first, ``bodies`` are their bytes."""
        updated = entries[0].moment if entries else None
        channel = msgspec.structs.replace(self.channel, updated=updated)
        return Page(self.path, self.feed_format.write_document(channel, bodies))

    @property
    def frame_size(self) -> int:
        """Return the size of the document without entries, in bytes."""
        channel = msgspec.structs.replace(self.channel, updated=_ANY_MOMENT)
        return len(self.feed_format.write_document(channel, ()))


def main_frame(site: Site, own: str) -> Channel:
    """Return the frame of the main feed for a live document at the address ``own``."""
    return Channel(
        title=site.title,
        description=_ABOUT,
        language=site.language,
        author=site.author,
        home=paths.absolute(site.url, ""),
        own=own,
        current=own,
    )


def fill(
    documents: Sequence[FeedDocument],
    issues: Iterable[Issue],
    entries: Callable[[Issue], list[FeedEntry]],
    kept: Container[str] = (),
    notice: FeedEntry | None = None,
) -> tuple[Page, ...]:
    """Return the documents with the same entries in each, as `window` selects them.

    ``issues`` come newest first. ``kept`` are the keys of issues that must be in as a whole.
    """
    writers = [document.feed_format.write_entry for document in documents]
    frames = [document.frame_size for document in documents]
    rows = window.Window(entries, writers, frames, kept).select(issues, notice)
    window_entries = [row.entry for row in rows]
    return tuple(
        document.page(window_entries, [row.body(place) for row in rows])
        for place, document in enumerate(documents)
    )
