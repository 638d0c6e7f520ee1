"""Reading takes linear time: four times a repeated text takes four times as long."""

from __future__ import annotations

import pytest

from tests.support import traps


def slow_units(task: traps.Task, units: list[str], size: int) -> list[traps.SlowUnit]:
    """Return the units that take more than linear time in a task."""
    results = (traps.check_unit(task, unit, size) for unit in units)
    return [slow_unit for slow_unit in results if slow_unit]


@pytest.mark.parametrize("task", traps.TASKS, ids=lambda task: task.format_name)
def test_a_repeated_character_or_pair_takes_linear_time(task: traps.Task) -> None:
    """In every format: each character, and each pair of those that patterns look for."""
    assert [] == slow_units(task, list(traps.units(traps.PAIRED_CHARACTERS)), 1000)


def test_quadratic_time_is_detected() -> None:
    """The measure finds a reader that goes through all characters for each one."""

    def quadratic(data: str) -> None:
        sum(range(len(data) ** 2))

    assert ["a"] == [
        slow_unit.unit for slow_unit in slow_units(traps.Task("", quadratic), ["a"], 100)
    ]


@pytest.mark.soak
@pytest.mark.long
def test_every_pair_takes_linear_time_up_to_12_mb(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All pairs in all formats; then 12 MB of the slowest unit of each format."""
    count, slowest_units = 0, []
    for task in traps.TASKS:
        units = list(traps.units())
        count += len(units)
        assert [] == slow_units(task, units, 8000)
        slowest = max(units, key=lambda unit: traps.cost(task, unit, 8000))
        small, large = (traps.cost(task, slowest, size << 20) for size in (3, 12))
        slowest_units.append(traps.SlowUnit(task.format_name, slowest, large / small, large))
    with capsys.disabled():
        worst = max(slowest_units, key=lambda slow_unit: slow_unit.ratio)
        print(f"\n{count:,} repeated texts; the worst of 12 MB over 3 MB: {worst}")  # noqa: T201
    assert [] == [unit for unit in slowest_units if unit.ratio >= traps.MAX_RATIO]
