"""Subscribers of our own WebSub hub: programs that want the content of a feed when it changes.

``feed`` is the path of a live feed below `output/`; ``callback`` the address it is sent to, and
``host`` the name of its host alone.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from digest.model.people import DeliveryCounts

HubMode = Literal["subscribe", "unsubscribe"]


class HubSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """A subscriber of a feed until its lease ends, a moment in UTC."""

    id: int
    feed: str
    callback: str
    host: str
    secret: str | None
    until: str


class HubRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request that waits until its callback says that it was meant. ``lease`` is in seconds.

    ``id`` is 0 until it is stored; ``attempts`` is how often the callback was asked.
    """

    id: int = 0
    mode: HubMode
    feed: str
    callback: str
    host: str
    secret: str | None
    lease: int
    attempts: int = 0


class HubStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Our own hub in the status: numbers alone, no address.

    ``waiting`` is how many requests are still to be verified, ``posts`` what became of the feeds
    that were sent last.
    """

    subscribers: int
    waiting: int
    posts: DeliveryCounts = DeliveryCounts()
