"""The types of callbacks: for the progress within a step, each finished step, and an early end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

ProgressCallback = Callable[[str, int, int], None]
"""Called with a noun, the number done and the total, such as ``("files", 3, 20)``.

The noun says what is counted: "files", "papers", "issues" or "days". Called only in steps that
can take long.
"""


def no_progress(_counted: str, _done: int, _total: int) -> None:
    """Do nothing: the callback for a caller that wants no progress."""


WaitForStop = Callable[[float], bool]
"""Waits up to so many seconds for an order to stop; returns whether one has come by then."""


class StepLogger(Protocol):
    """A function that is called after each step of a run, with the counts of the step."""

    def __call__(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        """Log a step with its facts, which are text, numbers or None.

        ``step`` names it, such as "intake". ``level`` is debug, info, warning or error.
        """


def no_log(_step: str, /, *, level: str = "info", **_facts: object) -> None:
    """Do nothing: the logger for a caller that wants no log."""
