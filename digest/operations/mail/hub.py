"""Our own WebSub hub: take requests, and ask whether they were meant (verification of intent)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from digest.delivery import websub
from digest.editorial import delivery_times
from digest.errors import FetchError
from digest.http_client import addresses
from digest.model.hub import HubMode, HubRequest
from digest.model.settings import Settings
from digest.pipeline.progress import StepLogger
from digest.render.feeds.live_paths import is_live
from digest.storage.people import database

LEASE, SHORTEST, LONGEST = 864_000, 3_600, 2_592_000  # seconds: 10 days, an hour, 30 days
_SECRET = 200  # bytes at most: WebSub, section 5.1
_CALLBACK = 2_000  # characters
_SUBSCRIPTIONS, _WAITING = 10_000, 1_000
_TRIES, _PAUSE = 2, timedelta(minutes=5)
_STEP = "hub"


class HubForm(NamedTuple):
    """The fields of a request, as they came."""

    mode: str
    topic: str
    callback: str
    secret: str
    lease: str


def take(settings: Settings, moment: datetime, form: HubForm) -> None:
    """Take a request, which waits to be verified.

    Raises `ValueError` with the reason for one that cannot be, and `PeopleError`.
    """
    mode: HubMode
    if form.mode == "subscribe":
        mode = "subscribe"
    elif form.mode == "unsubscribe":
        mode = "unsubscribe"
    else:
        raise ValueError("hub.mode must be subscribe or unsubscribe")
    feed = _feed(settings, form.topic)
    callback = _callback(form.callback)
    if len(form.secret.encode()) >= _SECRET:
        raise ValueError("hub.secret must be shorter than 200 bytes")
    lease = int(form.lease) if form.lease.isascii() and form.lease.isdigit() else LEASE
    with database.opened(settings.state_folder) as people, people.transaction():
        if people.hub.count_waiting() >= _WAITING or people.hub.count() >= _SUBSCRIPTIONS:
            raise ValueError("this hub has too many subscribers")
        people.hub.ask(
            mode,
            feed,
            callback,
            form.secret or None,
            min(max(lease, SHORTEST), LONGEST),
            delivery_times.spell(moment),
        )


def _feed(settings: Settings, topic: str) -> str:
    """Return the path of the live feed with this address."""
    base = f"{settings.site.url.rstrip('/')}/"
    path = topic.removeprefix(base)
    if path == topic or not is_live(path):
        raise ValueError("hub.topic must be the address of a feed of this site")
    return path


def _callback(callback: str) -> str:
    if len(callback) > _CALLBACK or "#" in callback:
        raise ValueError("hub.callback must have 2,000 characters at most, and no fragment")
    try:
        addresses.parse(callback)
    except FetchError as error:
        message = f"hub.callback: {error.reason}"
        raise ValueError(message) from error
    return callback


class Verifier:
    """Asks callbacks whether they meant their requests, each time it is called."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], log: StepLogger) -> None:
        self._settings, self._clock, self._log = settings, clock, log

    def __call__(self, stop: threading.Event) -> float:
        """Ask whose turn it is, and return how many seconds later to look again.

        Raises `PeopleError`.
        """
        folder = self._settings.state_folder
        with database.opened(folder) as people:
            people.hub.forget_ended(self._now)
            due = people.hub.list_due(self._now, 100)
        for request in due:
            if stop.is_set():
                break
            self._verify(request)
        with database.opened(folder) as people:
            next_due = people.hub.next_due()
        if next_due is None:
            return 60.0
        return max(1.0, (datetime.fromisoformat(next_due) - self._clock()).total_seconds())

    @property
    def _now(self) -> str:
        return delivery_times.spell(self._clock())

    def _verify(self, request: HubRequest) -> None:
        """Ask one callback. No connection to the database is held meanwhile."""
        reason = self._ask(request)
        host = urlsplit(request.callback).hostname
        level = "info" if reason is None else "warning"
        self._log(_STEP, level=level, mode=request.mode, host=host, reason=reason)
        with database.opened(self._settings.state_folder) as people, people.transaction():
            if reason is not None and request.attempts + 1 < _TRIES:
                due = delivery_times.spell(self._clock() + _PAUSE)
                people.hub.postpone(request.id, due)
                return
            if not people.hub.settle(request.id) or reason is not None:
                return
            if request.mode == "subscribe":
                until = self._clock() + timedelta(seconds=request.lease)
                people.hub.subscribe(request, delivery_times.spell(until))
            else:
                people.hub.unsubscribe(request.feed, request.callback)

    def _ask(self, request: HubRequest) -> str | None:
        """Return why a request was not confirmed; None if it was."""
        challenge = secrets.token_urlsafe(32)
        topic = f"{self._settings.site.url.rstrip('/')}/{request.feed}"
        query = [
            ("hub.mode", request.mode),
            ("hub.topic", topic),
            ("hub.challenge", challenge),
        ]
        if request.mode == "subscribe":
            query.append(("hub.lease_seconds", str(request.lease)))
        try:
            body = websub.verify(request.callback, query, self._settings.fetch.private)
        except FetchError as error:
            return error.reason
        return None if body == challenge.encode() else "answered another challenge"
