"""No text keeps a reader busy: four times the text costs four times the time, whatever repeats."""

from __future__ import annotations

import pytest

from tests.support import traps


def found(task: traps.Task, units: list[str], size: int) -> list[traps.Slow]:
    """The units that are slow in this task."""
    looked = (traps.suspicious(task, unit, size) for unit in units)
    return [slow for slow in looked if slow]


@pytest.mark.parametrize("task", traps.TASKS, ids=lambda task: task.form)
def test_a_repeated_character_or_pair_costs_linear_time(task: traps.Task) -> None:
    """Every character, and the pairs of those that patterns are made of, in every form."""
    assert [] == found(task, list(traps.units(traps.FEW)), 2000)


def test_a_trap_would_be_found() -> None:
    """The measure itself: a reader that looks at everything before each character."""

    def quadratic(data: str) -> None:
        for place in range(len(data)):
            max(data[: place + 1])

    (slow,) = found(traps.Task("quadratic", quadratic), ["a"], 400)
    assert slow.ratio > 10  # 16 but for the cost of a call


@pytest.mark.soak
def test_every_pair_and_twelve_megabytes(capsys: pytest.CaptureFixture[str]) -> None:
    """All pairs in all forms; then 12 MB of what cost most in each."""
    tried, worst = 0, []
    for task in traps.TASKS:
        units = list(traps.units())
        tried += len(units)
        assert [] == found(task, units, 8000)
        slowest = max(units, key=lambda unit: traps.cost(task, unit, 8000))
        small, large = (traps.cost(task, slowest, size << 20) for size in (3, 12))
        worst.append(traps.Slow(task.form, slowest, large / small, large))
    with capsys.disabled():
        most = max(worst, key=lambda one: one.ratio)
        print(f"\n{tried:,} repeated texts; the worst of 12 MB over 3 MB: {most}")  # noqa: T201
    assert [] == [one for one in worst if one.ratio >= traps.FOUR_TIMES]
