"""Ask sources one request at a time, with pauses, and again if that may help."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.errors import FetchError, TimeIsUp
from digest.model.fetching import Answer, Request

if TYPE_CHECKING:
    from digest.http_client.client import Client

_ARXIV = "arxiv.org"
_ARXIV_PAUSE = 3.5  # its terms ask for 3 seconds, and 3.0 exactly was refused
_PAUSE = 1.0
_RETRY_PAUSES = (1.0, 4.0, 15.0, 60.0)
_LONGEST_WAIT = 120.0  # what wants longer is left to a later run
_REQUEST = 120.0  # seconds of one request
_DAY = 86_400.0


class Asker:
    """Asks for all sources of a run, which together take at most ``seconds``.

    Between the starts of two requests to a host are 3.5 seconds for all hosts of arXiv together
    and 1 second elsewhere, redirects included. ``not_before`` has for each host the second since
    1970 before which it is not asked; it is changed before each request, so that its owner can
    store it for later runs. ``requests`` counts the requests.
    """

    def __init__(
        self,
        client: Client,
        not_before: dict[str, float],
        *,
        seconds: float,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.requests = 0
        self.not_before = not_before
        self._client, self._seconds = client, seconds
        self._clock, self._monotonic, self._sleep, self._jitter = clock, monotonic, sleep, jitter
        self._end = monotonic() + seconds
        self._pauses = dict[str, float]()  # by host group, where longer than usual
        # When each host group may be asked, by the monotonic clock: in a run it does not jump.
        self._ready = dict[str, float]()
        client.before_redirect = self._take_turn

    def ask(self, request: Request, tries: int = 1 + len(_RETRY_PAUSES)) -> Answer:
        """Return the answer, after at most that many ``tries``.

        Raises `FetchError` with the last failure if no try succeeds, if trying again cannot help,
        if the host wants to be left alone for more than two minutes, or if the time of the run
        does not suffice. How long a host wants to be left alone goes into ``not_before``, up to
        a day.
        """
        host = urlsplit(request.url).hostname or ""
        done = 0
        while True:
            self._take_turn(host)
            done += 1
            try:
                return self._client.ask(request, min(self._left(), _REQUEST))
            except FetchError as error:
                if error.wait is not None:
                    self._postpone(_group(host), error.wait)
                pause = self._retry_pause(done)
                is_late = max(pause, self._wait(_group(host))) > min(_LONGEST_WAIT, self._left())
                if not error.again or done >= tries or is_late:
                    raise _with_tries(error, done) from error
                self._sleep(pause)

    def slow_down(self, url: str, seconds: float) -> None:
        """Pause at least ``seconds`` between the starts of two requests to the host of ``url``."""
        group = _group(urlsplit(url).hostname or "")
        self._pauses[group] = max(seconds, self._pause(group))
        self._postpone(group, seconds)

    def _take_turn(self, host: str) -> None:
        """Wait until the host may be asked, and count the request that follows."""
        group = _group(host)
        wait, left = self._wait(group), self._left()
        if wait > _LONGEST_WAIT:
            raise FetchError(f"{host} wants to be left alone for {_span(wait)} more", wait=wait)
        if wait >= left:
            raise TimeIsUp(f"{host}: the {self._seconds:g} s for all sources are over")
        if wait > 0:
            self._sleep(wait)
        self.requests += 1
        pause = self._pause(group)
        self._ready[group] = self._monotonic() + pause
        self.not_before[group] = self._clock() + pause

    def _left(self) -> float:
        return self._end - self._monotonic()

    def _pause(self, group: str) -> float:
        return self._pauses.get(group, _ARXIV_PAUSE if group == _ARXIV else _PAUSE)

    def _retry_pause(self, done: int) -> float:
        base = _RETRY_PAUSES[min(done, len(_RETRY_PAUSES)) - 1]
        return base * (0.75 + self._jitter() / 2)

    def _wait(self, group: str) -> float:
        """Return the seconds until a host group may be asked."""
        if group not in self._ready:
            stored = self.not_before.get(group, 0.0) - self._clock()
            if stored > _DAY:  # never stored by this clock, which was ahead and jumped back
                stored = self._pause(group)
            self._ready[group] = self._monotonic() + max(stored, 0.0)
        return max(self._ready[group] - self._monotonic(), 0.0)

    def _postpone(self, group: str, seconds: float) -> None:
        """Ask a host group no sooner than in ``seconds``, at most a day, also in later runs."""
        wait = max(min(seconds, _DAY), self._wait(group))
        self._ready[group] = self._monotonic() + wait
        self.not_before[group] = self._clock() + wait


def _group(host: str) -> str:
    """Return the host, or one name for all hosts of arXiv."""
    name = host.rstrip(".")
    return _ARXIV if name == _ARXIV or name.endswith(f".{_ARXIV}") else name


def _span(seconds: float) -> str:
    """Return a time as "90 s", "45 minutes" or "3 hours", rounded up."""
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds > 2 * length:
            return f"{math.ceil(seconds / length)} {unit}"
    return f"{math.ceil(seconds)} s"


def _with_tries(error: FetchError, tries: int) -> FetchError:
    """Return the error with the wait it states and the number of tries in its reason."""
    reason = error.reason
    if error.wait is not None:
        reason += f", and wants to be left alone for {_span(error.wait)}"
    if tries > 1:
        reason += f" ({tries} tries)"
    return FetchError(reason, again=error.again, wait=error.wait, status=error.status)
