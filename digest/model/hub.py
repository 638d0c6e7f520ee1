"""Subscribers of our own WebSub hub: programs that want the content of a feed when it changes.

``feed`` is the path of a live feed below `output/`; ``callback`` the address it is sent to.
"""

from __future__ import annotations

from typing import Literal

import msgspec

HubMode = Literal["subscribe", "unsubscribe"]


class HubSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """A subscriber of a feed until its lease ends, a moment in UTC."""

    id: int
    feed: str
    callback: str
    secret: str | None
    until: str


class HubRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request that waits until its callback says that it was meant. ``lease`` is in seconds."""

    id: int
    mode: HubMode
    feed: str
    callback: str
    secret: str | None
    lease: int
    attempts: int
