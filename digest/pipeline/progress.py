"""The callbacks by which a run reports how far it is and which steps it has done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

ProgressCallback = Callable[[str, int, int], None]
"""Called with what is being counted ("files", "papers", ...), how many are done, and of how many.

Only steps that can take long call it.
"""


def no_progress(_counted: str, _done: int, _total: int) -> None:
    """Ignore the progress of a run."""


class StepLogger(Protocol):
    """A function that is called after each step of a run, with the counts of the step."""

    def __call__(self, step: str, /, *, level: str = "info", **facts: object) -> None:
        """Log a step with its facts, which are text, numbers or None.

        ``level`` is debug, info, warning or error.
        """


def no_log(_step: str, /, *, level: str = "info", **_facts: object) -> None:
    """Ignore the steps of a run."""
