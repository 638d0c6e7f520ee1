"""Decide when a command of ``[[publish]]`` runs, and what is remembered of how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from digest.model.publishing import TargetState

_GAP, _LONGEST_GAP = timedelta(minutes=10), timedelta(hours=1)
_DOUBLINGS = 10  # more than it takes from one to the other


def is_due(state: TargetState, mark: str, moment: datetime) -> bool:
    """Return whether a run has to start a command so that it has the output of ``mark``.

    The first failure is repeated by the next run, and later ones after a pause of ten minutes,
    growing to an hour.
    """
    if not state.failures:
        return state.begun or state.mark != mark
    if state.failures == 1 or state.moment is None:
        return True
    gap = min(_GAP * 2 ** min(state.failures - 2, _DOUBLINGS), _LONGEST_GAP)
    try:
        passed = moment - datetime.fromisoformat(state.moment)
    except (ValueError, TypeError):  # no moment, or one without a time zone: somebody edited it
        return True
    # A moment that is still to come was written while the clock was ahead.
    return not timedelta() <= passed < gap


class CommandEnd(NamedTuple):
    """How a command ended: when, after how many seconds, why it failed or None, what it printed."""

    moment: datetime
    seconds: float
    reason: str | None
    output: str


def after_end(state: TargetState, mark: str, end: CommandEnd) -> TargetState:
    """Return what is remembered of a command that has ended; ``state`` is what was before.

    If it succeeded, the output of ``mark`` is where it belongs.
    """
    at, seconds = end.moment.isoformat(timespec="seconds"), round(end.seconds, 3)
    if end.reason is None:
        return TargetState(
            settings=state.settings, mark=mark, published=at, moment=at, seconds=seconds
        )
    return replace(
        state,
        begun=False,
        moment=at,
        seconds=seconds,
        failures=state.failures + 1,
        failing_since=state.failing_since or at,
        reason=end.reason,
        output=end.output,
    )
