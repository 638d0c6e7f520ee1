"""When a command of ``[[publish]]`` runs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.editorial import publish_times
from digest.editorial.publish_times import CommandEnd
from digest.model.publishing import TargetState

NOW = datetime.fromisoformat("2026-11-20T08:00:00+01:00")
NEW = TargetState(settings="of the command")


def ended(state: TargetState, minutes: float, reason: str | None = None) -> TargetState:
    """Return what is remembered after an end so many minutes after ``NOW``."""
    end = CommandEnd(NOW + timedelta(minutes=minutes), 1.23456, reason, "printed")
    return publish_times.after_end(state, "mark", end)


def due(state: TargetState, minutes: float, mark: str = "mark") -> bool:
    """Return whether it is due so many minutes after ``NOW``."""
    return publish_times.is_due(state, mark, NOW + timedelta(minutes=minutes))


def test_a_new_command_is_due() -> None:
    """It has had no output."""
    assert due(NEW, 0)


def test_after_a_success_only_another_output_is_due() -> None:
    """However long it takes."""
    done = ended(NEW, 0)
    assert not due(done, 10_000)
    assert due(done, 0, "another mark")
    at = "2026-11-20T08:00:00+01:00"
    expected = replace(NEW, mark="mark", published=at, moment=at, seconds=1.235)
    assert expected == done


def test_a_command_that_was_killed_is_due() -> None:
    """Also if it had this output before: half of another may have gone out."""
    assert due(replace(ended(NEW, 0), begun=True), 0)


def test_failures_are_repeated_at_once_and_then_ever_more_seldom() -> None:
    """After ten minutes, twenty, forty, and then each hour."""
    state, minute, pauses = NEW, 0, []
    for _ in range(7):
        state = ended(state, minute, "exit status 1")
        pause = next(pause for pause in range(120) if due(state, minute + pause))
        pauses.append(pause)
        minute += pause
    assert [0, 10, 20, 40, 60, 60, 60] == pauses
    assert ("exit status 1", "printed", 7) == (state.reason, state.output, state.failures)
    assert "2026-11-20T08:00:00+01:00" == state.failing_since


def test_another_output_does_not_end_the_pause() -> None:
    """A target that is down stays down, however often something is published."""
    state = ended(ended(NEW, 0, "exit status 1"), 1, "exit status 1")
    assert not due(state, 2, "another mark")


def test_a_success_ends_an_outage() -> None:
    """Nothing of it is left, and the next failure begins another."""
    state = ended(ended(ended(NEW, 0, "a"), 1, "b"), 20)
    assert (0, None, None, "") == (
        state.failures, state.failing_since, state.reason, state.output,
    )  # fmt: skip
    assert "2026-11-20T08:30:00+01:00" == ended(state, 30, "c").failing_since


def test_after_a_failure_the_last_success_is_still_known() -> None:
    """Its moment, and what it had."""
    state = ended(ended(NEW, 0), 5, "a")
    assert ("2026-11-20T08:00:00+01:00", "mark") == (state.published, state.mark)
    assert due(state, 6)  # although the mark is the same: it may have done half of its work


@given(st.integers(2, 100_000), st.integers(-100_000, 100_000))
def test_no_outage_and_no_clock_keeps_a_command_for_longer_than_an_hour(
    failures: int, minutes: int
) -> None:
    """Also if the clock was ahead when it failed last."""
    state = replace(ended(NEW, minutes, "a"), failures=failures)
    assert due(state, minutes + 60)
    assert due(state, minutes - 1)


@pytest.mark.parametrize("moment", ["", "soon", "2026-11-20T08:00:00"])
def test_a_moment_that_is_none_is_no_reason_to_wait(moment: str) -> None:
    """Somebody has edited it."""
    state = TargetState(settings="a", failures=5, moment=moment)
    assert publish_times.is_due(state, "m", NOW)
