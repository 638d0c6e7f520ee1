"""Bound how often forms are sent: by each network of visitors, for each mailbox, and in all.

It is counted in memory alone, before anything is looked up: so it says nothing about who is known.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable

_HOUR = 3600.0  # seconds
PER_NETWORK, PER_MAILBOX, IN_ALL = 20, 5, 600  # forms an hour
_REMEMBERED = 10_000  # networks or mailboxes; the one that came least lately is forgotten


class Pace:
    """Counts forms of the last hour in memory. May be used by several threads.

    ``clock`` gives seconds that pass, whatever the time of day is. ``per_key`` is how many forms
    of one network, or for one mailbox, are taken.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        per_key: int = PER_NETWORK,
        in_all: int = IN_ALL,
    ) -> None:
        self._clock, self._per_key, self._in_all = clock, per_key, in_all
        self._lock = threading.Lock()
        self._sent: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()

    def wait(self, key: str) -> int:
        """Count a form and return 0; or the seconds to wait, if it is one too many."""
        now = self._clock()
        with self._lock:
            own = self._sent.pop(key, None) or deque()
            self._sent[key] = own  # the newest stands last
            if len(self._sent) > _REMEMBERED:
                del self._sent[next(iter(self._sent))]
            wait = max(_wait(own, self._per_key, now), _wait(self._all, self._in_all, now))
            if not wait:
                own.append(now)
                self._all.append(now)
            return wait


def _wait(sent: deque[float], most: int, now: float) -> int:
    while sent and now - sent[0] >= _HOUR:
        sent.popleft()
    return math.ceil(sent[0] + _HOUR - now) if len(sent) >= most else 0
