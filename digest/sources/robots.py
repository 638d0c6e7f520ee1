"""Heed robots.txt, for sources that are pages made for people (RFC 9309)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.errors import FetchError, TimeIsUp
from digest.model.fetching import Permission, Request
from digest.sources.asking import Asker

if TYPE_CHECKING:
    from protego import Protego

TOKEN = "papers-digest"  # noqa: S105 - the name by which robots.txt knows the product
_MOST_BYTES = 500 * 1024  # as RFC 9309 asks for at least
_LONGEST_DELAY = 60.0
_EMPTY = 200
_DAY = 86_400.0  # seconds that it may be remembered, by the RFC


class Robots:
    """What the hosts of a run allow. Each robots.txt is asked once.

    ``allowed`` has the permissions of earlier runs, which hold for a day, and gets the new ones.
    A prohibition is not remembered, so that nobody waits a day after it is lifted. ``now`` is in
    seconds since 1970.
    """

    def __init__(self, asker: Asker, allowed: dict[str, Permission], now: float) -> None:
        self._asker, self._allowed, self._now = asker, allowed, now
        self._rules: dict[str, Protego | FetchError] = {}  # by scheme, host and port

    def check(self, url: str) -> None:
        """Return if ``url`` may be asked, and raise `FetchError` if not.

        A robots.txt that does not exist allows everything. One that cannot be had for now
        allows nothing. Its crawl delay becomes the pause of the host, up to 60 s.
        """
        key = hashlib.blake2b(url.encode(), digest_size=16).hexdigest()
        known = self._allowed.get(key)
        # One of a later day than tomorrow was stored while the clock was ahead.
        if known is None or not self._now < known.until <= self._now + _DAY:
            known = self._allowed[key] = Permission(self._now + _DAY, self._delay(url))
        if known.delay > 0:
            self._asker.slow_down(url, known.delay)

    def _delay(self, url: str) -> float:
        """Return the pause that the robots.txt wants. Raises `FetchError` if it forbids ``url``."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._read(f"{site}/robots.txt")
        rules = self._rules[site]
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(url, TOKEN):
            raise FetchError(f"{parts.hostname}: its robots.txt does not allow this address")
        delay = rules.crawl_delay(TOKEN) or 0.0
        return min(delay, _LONGEST_DELAY) if delay > 0 else 0.0

    def _read(self, url: str) -> Protego | FetchError:
        from protego import Protego

        try:
            body = self._asker.ask(Request(url, (("Accept", "text/plain"),)), tries=1).body
        except TimeIsUp:
            raise  # says nothing of the robots.txt
        except FetchError as error:
            if not _is_missing(error):
                reason = f"its robots.txt cannot be had: {error.reason}"
                return FetchError(reason, again=error.again, wait=error.wait, status=error.status)
            body = b""
        if len(body) > _MOST_BYTES:
            # A line that is cut would be a rule for other addresses.
            body = body[: body.rfind(b"\n", 0, _MOST_BYTES) + 1]
        return Protego.parse(body.decode("utf-8-sig", "replace"))


def _is_missing(error: FetchError) -> bool:
    """Return True if there is no robots.txt, or an empty one, and this is not for now only."""
    status = error.status or 0
    return status == _EMPTY or (status // 100 == 4 and not error.again)
