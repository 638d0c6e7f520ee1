"""The moment at which a request has to be over."""

from __future__ import annotations

import time
from collections.abc import Callable


class Deadline:
    """The end of a time span of ``seconds`` that begins now."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Return the seconds left, at most ``most``. Raises `TimeoutError` if none are."""
        seconds = self._end - self._monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds if most is None else min(seconds, most)

    @property
    def is_over(self) -> bool:
        """Whether no time is left. A timer may wake a few milliseconds early."""
        return self._end - self._monotonic() < 0.01
