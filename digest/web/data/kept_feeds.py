"""Keep the feeds that were made last, and make one at a time.

A feed is made anew only if what it is made from has changed. So readers that ask each hour cost
nothing, and many that ask for different feeds at once take neither the memory nor all threads.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from digest.operations.reading.own_feed import FeedSource
from digest.web.files.documents import Document

LARGEST = 16 << 20  # bytes of all that are kept
MOST = 5_000  # feeds: to be kept takes memory besides, also for one without papers
WAITING = 5  # requests that wait or are at work: of eight threads, some must be free
_WAIT = 5.0  # seconds


class FeedMaker(Protocol):
    """Makes one feed: its ``address`` stands for it, its ``mark`` for the state of the folder."""

    address: str
    mark: str | None

    def find_source(self) -> FeedSource:
        """Return what the feed is made from now."""

    def write(self, source: FeedSource) -> Document:
        """Make the feed."""


class _KeptFeed(NamedTuple):
    """A document, and what stands for what it was made from."""

    mark: str | None
    stamp: bytes
    document: Document


class KeptFeeds:
    """The feeds in memory, for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._admitted = threading.BoundedSemaphore(WAITING)
        self._writing = threading.Lock()
        self._at_work: dict[str, threading.Event] = {}  # by address
        self._feeds: OrderedDict[str, _KeptFeed] = OrderedDict()
        self.size = 0

    def get(self, maker: FeedMaker) -> Document:
        """Return a feed, from memory if it is as it was.

        While another request makes the same feed anew, the former one is given, or if there is
        none it is waited for. Raises `TimeoutError` while too many others are made.
        """
        kept = self._find(maker)
        if kept and kept.mark == maker.mark:
            return kept.document
        done = threading.Event()
        with self._lock:
            other = self._at_work.setdefault(maker.address, done)
        if other is not done:
            return self._wait_for(maker, kept, other)
        try:
            with self._turn():
                kept = _renew(maker, self._find(maker))
                self._keep(maker.address, kept)
            return kept.document
        finally:
            del self._at_work[maker.address]
            done.set()

    def _wait_for(
        self, maker: FeedMaker, kept: _KeptFeed | None, other: threading.Event
    ) -> Document:
        if kept is None:
            other.wait(_WAIT)
            kept = self._find(maker)
        if kept is None:
            raise TimeoutError
        return kept.document

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Make one feed at a time."""
        if not self._admitted.acquire(blocking=False):
            raise TimeoutError
        try:
            if not self._writing.acquire(timeout=_WAIT):
                raise TimeoutError
            try:
                yield
            finally:
                self._writing.release()
        finally:
            self._admitted.release()

    def _find(self, maker: FeedMaker) -> _KeptFeed | None:
        with self._lock:
            kept = self._feeds.get(maker.address)
            if kept:
                self._feeds.move_to_end(maker.address)
            return kept

    def _keep(self, address: str, feed: _KeptFeed) -> None:
        with self._lock:
            if former := self._feeds.pop(address, None):
                self.size -= former.document.size
            self._feeds[address] = feed
            self.size += feed.document.size
            while self.size > LARGEST or len(self._feeds) > MOST:
                _, oldest = self._feeds.popitem(last=False)
                self.size -= oldest.document.size


def _renew(maker: FeedMaker, kept: _KeptFeed | None) -> _KeptFeed:
    """Return a feed that is up to date: the kept one if that is made from the same."""
    source = maker.find_source()
    stamp = source.stamp
    if kept and kept.stamp == stamp:
        return kept._replace(mark=maker.mark)
    document = maker.write(source)
    if kept and kept.document.tag == document.tag:  # so it was not modified either
        document = kept.document
    return _KeptFeed(maker.mark, stamp, document)
