"""Ask callbacks whether they meant what was asked for in their name (verification of intent)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from itertools import repeat

from digest.delivery import websub
from digest.editorial import delivery_times
from digest.errors import FetchError
from digest.model.hub import HubRequest
from digest.model.settings import Settings
from digest.operations.hub import requests
from digest.pipeline.mailing import hub_posts
from digest.pipeline.progress import StepLogger
from digest.pipeline.session import open_to_read
from digest.render import paths
from digest.storage.people import People, database

_TRIES, _PAUSE = 2, timedelta(minutes=5)
_BATCH, _AT_ONCE = 100, 8
_LONGEST = 60.0  # seconds until it is looked whether something waits
_GONE = "there is no such feed any more"


class Verifier:
    """Asks callbacks, each time it is called; the work of a `Wakeful`.

    A callback is asked twice at most, also if the process is killed: each attempt is recorded
    before it is made.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime], log: StepLogger) -> None:
        self._settings, self._clock, self._log = settings, clock, log

    def __call__(self, stop: threading.Event) -> float:
        """Ask those whose turn it is, and return how many seconds later to look again.

        Raises `PeopleError` and `LedgerError`.
        """
        folder = self._settings.state_folder
        if not database.exists(folder):
            return _LONGEST
        with database.opened(folder) as people:
            people.hub.forget_ended(self._now)
            due = people.hub.list_due(self._now, _BATCH)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            # By `list`, so that errors are raised here.
            list(pool.map(self._verify, due, repeat(stop)))
        with database.opened(folder) as people:
            next_due = people.hub.next_due()
        if next_due is None:
            return _LONGEST
        return max(1.0, (datetime.fromisoformat(next_due) - self._clock()).total_seconds())

    @property
    def _now(self) -> str:
        return delivery_times.spell(self._clock())

    def _verify(self, request: HubRequest, stop: threading.Event) -> None:
        """Ask one callback. No connection to the database is held meanwhile."""
        if stop.is_set() or not self._begin(request):
            return
        fields = [("hub.mode", request.mode), ("hub.topic", self._topic(request))]
        if request.mode == "subscribe":
            fields.append(("hub.lease_seconds", str(request.lease)))
        challenge, private = secrets.token_urlsafe(32), self._settings.fetch.private
        outcome, reason = websub.verify(request.callback, fields, challenge, private)
        level = "info" if outcome == "confirmed" else "debug"
        self._log("hub", level=level, mode=request.mode, host=request.host, reason=reason or None)
        if outcome == "silent" and request.attempts + 1 < _TRIES:
            return  # it is due again
        denial = "the challenge was not repeated" if outcome == "lied" else None
        with self._people() as people, people.transaction():
            if not people.hub.settle(request.id):
                return  # a newer request of the same callback is asked about
            if outcome == "confirmed":
                denial = self._fulfil(people, request)
        if denial is not None:
            self._deny(request, denial)

    def _begin(self, request: HubRequest) -> bool:
        """Record that one is asked now; return whether it is to be."""
        with self._people() as people, people.transaction():
            if request.attempts < _TRIES:
                due = delivery_times.spell(self._clock() + _PAUSE)
                return people.hub.begin_try(request, due)
            # The process was killed while it asked for the last time.
            people.hub.settle(request.id)
            return False

    def _fulfil(self, people: People, request: HubRequest) -> str | None:
        """Do what a confirmed request asks for; return why not, if it cannot be done any more."""
        if request.mode == "unsubscribe":
            people.hub.unsubscribe(request.feed, request.callback)
            return None
        if not requests.is_served(self._settings, request.feed):
            return _GONE
        if not requests.has_room(people, request):
            return requests.FULL
        until = delivery_times.spell(self._clock() + timedelta(seconds=request.lease))
        with open_to_read(self._settings) as ledger:
            version = hub_posts.version_of(ledger, request.feed) if ledger else ""
        people.hub.subscribe(request, until, version)
        return None

    def _deny(self, request: HubRequest, reason: str) -> None:
        """Tell a callback that it gets nothing. It is no matter whether it listens."""
        with suppress(FetchError):
            private = self._settings.fetch.private
            websub.deny(request.callback, self._topic(request), reason, private)

    def _topic(self, request: HubRequest) -> str:
        return paths.absolute(self._settings.site.url, request.feed)

    def _people(self) -> AbstractContextManager[People]:
        return database.opened(self._settings.state_folder)
