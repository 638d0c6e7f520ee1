"""Take requests to our own hub: what they may ask for, and how many there may be."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from digest.editorial import delivery_times
from digest.errors import FetchError
from digest.http_client import addresses
from digest.model.hub import HubMode, HubRequest
from digest.model.settings import Settings
from digest.render import paths
from digest.render.feeds.live_paths import is_live, live_paths
from digest.storage.people import People, database

LEASE, SHORTEST, LONGEST = 864_000, 3_600, 2_592_000  # seconds: 10 days, an hour, 30 days
FULL = "this hub has too many subscribers"
_SECRET = 200  # bytes that a secret has fewer than: WebSub, section 5.1
_CALLBACK = 2_000  # characters
# Of one host there are fewer, so that one cannot take the place of all.
_MOST, _MOST_OF_HOST = 10_000, 1_000
_WAITING, _WAITING_OF_HOST = 1_000, 250


class HubForm(NamedTuple):
    """The fields of a request, as they came."""

    mode: str
    topic: str
    callback: str
    secret: str
    lease: str


class Full(Exception):
    """There are as many requests as can wait. It passes."""


def take(settings: Settings, moment: datetime, form: HubForm) -> None:
    """Take a request, which waits to be verified.

    Raises `ValueError` with the reason for one that cannot be, `Full`, and `PeopleError`.
    """
    request = _read(settings, form)
    with database.opened(settings.state_folder) as people, people.transaction():
        if request.mode == "subscribe" and not has_room(people, request):
            raise Full
        people.hub.ask(request, delivery_times.spell(moment))
        # Counted with it: it may have replaced an earlier one.
        hub = people.hub
        if hub.count_waiting() > _WAITING or hub.count_waiting(request.host) > _WAITING_OF_HOST:
            raise Full


def has_room(people: People, request: HubRequest) -> bool:
    """Return whether one can subscribe: it renews what it has, or there are not too many."""
    hub = people.hub
    if hub.has(request.feed, request.callback):
        return True
    return hub.count() < _MOST and hub.count(request.host) < _MOST_OF_HOST


def is_served(settings: Settings, feed: str) -> bool:
    """Return whether a path is that of a live feed, and of a topic that has one."""
    if feed in live_paths():
        return True
    return is_live(feed) and Path(settings.root, "output", feed).is_file()


def _read(settings: Settings, form: HubForm) -> HubRequest:
    mode: HubMode
    if form.mode == "subscribe":
        mode = "subscribe"
    elif form.mode == "unsubscribe":
        mode = "unsubscribe"
    else:
        raise ValueError("hub.mode must be subscribe or unsubscribe")
    if len(form.secret.encode()) >= _SECRET:
        raise ValueError("hub.secret must be shorter than 200 bytes")
    return HubRequest(
        mode=mode,
        feed=_feed(settings, form.topic),
        callback=form.callback,
        host=_host(form.callback),
        secret=form.secret or None,
        lease=_lease(form.lease),
    )


def _feed(settings: Settings, topic: str) -> str:
    """Return the path of the live feed with this address."""
    path = topic.removeprefix(paths.absolute(settings.site.url, ""))
    if path == topic or not is_served(settings, path):
        raise ValueError("hub.topic must be the address of a feed of this site")
    return path


def _host(callback: str) -> str:
    """Return the host of a callback."""
    if len(callback) > _CALLBACK or "#" in callback:
        raise ValueError("hub.callback must have 2,000 characters at most, and no fragment")
    try:
        return addresses.parse(callback).host
    except FetchError as error:
        message = f"hub.callback: {error.reason}"
        raise ValueError(message) from error


def _lease(text: str) -> int:
    """Return the seconds of a lease: as asked for, within bounds."""
    if not (text.isascii() and text.isdigit()):
        return LEASE
    digits = text.lstrip("0")
    # Python reads no number of thousands of digits.
    seconds = LONGEST if len(digits) > len(str(LONGEST)) else int(digits or "0")
    return min(max(seconds, SHORTEST), LONGEST)
