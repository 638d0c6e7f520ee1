"""What all requests share: settings, clock, log, people, and the renderer of pages."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from digest.model.settings import Settings
from digest.operations.reading.shelf import PublishedShelf
from digest.operations.subscribers.wish_checks import WishReader
from digest.pipeline.context import template_cache, template_folders
from digest.pipeline.progress import StepLogger
from digest.render.web.pages import WebPages
from digest.storage.people import People, database
from digest.web import visitors
from digest.web.data.kept_feeds import KeptFeeds
from digest.web.data.kept_pages import KeptPages
from digest.web.pace import PER_MAILBOX, Pace

Observe = Callable[[str | None, str, int, float], None]  # route, method, status, seconds
Clock = Callable[[Settings], datetime]  # the present moment, in the time zone of the site


class WebContext:
    """The working folder as the web side sees it. Used by several threads.

    ``settings`` are those at the start; what changes in `[web]` needs a new start. ``letters`` is
    set when a letter waits to be sent, so that its sender need not look again and again; ``hub``
    when a request to our own WebSub hub waits to be verified.
    ``observe`` is told of each answer, and ``exposition`` gives the figures of operators, once
    there is a private listener. ``shelf`` has the published issues, ``feeds`` those made of them.
    """

    def __init__(self, settings: Settings, clock: Clock, log: StepLogger) -> None:
        self.settings, self._clock, self.log = settings, clock, log
        self.letters = threading.Event()
        self.observe: Observe | None = None
        self.exposition: Callable[[], bytes] | None = None
        self.searches = KeptPages()
        self.hub = threading.Event()
        self.pace = Pace(time.monotonic)
        self.mailbox_pace = Pace(time.monotonic, per_key=PER_MAILBOX)
        # Programs of one host may subscribe to many feeds at once.
        self.hub_pace = Pace(time.monotonic, per_key=600, in_all=6_000)
        self.shelf, self.feeds = PublishedShelf(settings), KeptFeeds()
        self.proxies = visitors.read_networks(settings.web.trusted_proxies)

    @property
    def moment(self) -> datetime:
        """The moment of a request, in the time zone of the site."""
        return self._clock(self.settings)

    @functools.cached_property
    def secret(self) -> bytes:
        """The secret by which forms of ours are known."""
        with self.people() as people, people.transaction():
            return people.web_facts.secret()

    @property
    def output(self) -> Path:
        """The folder of the published files."""
        return Path(self.settings.root, "output")

    def people(self) -> AbstractContextManager[People]:
        """Open the people database for a ``with`` block; makes it if there is none.

        Raises `PeopleError` if it cannot be used.
        """
        return database.opened(self.settings.state_folder)

    @functools.cached_property
    def wishes(self) -> WishReader:
        """The reader of wishes, with the topics as they were when it was asked for first."""
        return WishReader(self.settings)

    @functools.cached_property
    def pages(self) -> WebPages:
        """The renderer of the pages that are made for one request."""
        cache = template_cache(self.settings)
        return WebPages(template_folders(self.settings), self.settings, cache=cache)
