"""Processes that are killed at any moment, and many that start at the same one."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support import crowd_driver
from tests.support.folders import SHORE, Folder, tree
from tests.support.scenes import SCENES, Scene, check
from tests.support.schedules import rows

CROWD = 8


def drive(name: str, *given: object) -> Iterator[Any]:
    """Run a driver of tests/support; yield the JSON lines it prints, as they come."""
    command = [sys.executable, "-W", "error", "-m", f"tests.support.{name}", *map(str, given)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as driver:
        assert driver.stdout
        yield from map(json.loads, driver.stdout)
    assert 0 == driver.returncode


def kill(scene: Scene, scratch: Path, rounds: int) -> tuple[int, int]:
    """Kill many runs; return how many were killed, and how many of them had changed the output."""
    kills = begun = 0
    before = scene.before.tree()
    for outcome in drive("kill_driver", scene.before.root, scratch, rounds, *scene.words):
        assert outcome["first"] in (0, 3, -signal.SIGKILL), outcome
        broken = scratch / f"{outcome['number']}.broken"
        if outcome["first"] == -signal.SIGKILL:
            kills += 1
            begun += tree(broken) != before
        check(scene, scratch, outcome)
        shutil.rmtree(broken)
        shutil.rmtree(scratch / str(outcome["number"]))
    return kills, begun


def kill_all(
    scenes: dict[str, Scene], scratch: Path, rounds: int, figure: Callable[[str], None]
) -> None:
    """Divide this many rounds among the scenes."""
    kills = begun = 0
    for name in SCENES:
        (scratch / name).mkdir()
        some, of_these = kill(scenes[name], scratch / name, rounds // len(SCENES))
        kills, begun = kills + some, begun + of_these
    assert kills > rounds // 5
    figure(f"{rounds} rounds, {kills} killed, {begun} of them while pages were written: all mended")


@pytest.mark.faults
def test_a_killed_run_is_finished_by_the_next(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """SIGKILL at fifty random moments; the output is then that of an undisturbed run."""
    kill_all(scenes, tmp_path, 50, figure)


@pytest.mark.soak
@pytest.mark.long
def test_a_killed_run_is_finished_by_the_next_a_thousand_times(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The same at many more moments."""
    kill_all(scenes, tmp_path, 1000, figure)


def number_of(title: str) -> int:
    """Return the number of an invented paper from its title, which may have been mended."""
    return int("".join(re.findall(r"^\D+(\d+):", title)))


def crowded(folder: Folder, rounds: int) -> None:
    """Start many runs at once on so many days; check that each paper is in one issue only."""
    folder.sort_by(SHORE)
    for answers in drive("crowd_driver", folder.root, CROWD, rounds):
        assert [0] * CROWD == [status for status, _ in answers], answers
        assert 1 == sum("Issue " in said for _, said in answers), answers
    new = crowd_driver.NEW
    expected = [list(range(number * new, (number + 1) * new)) for number in range(rounds)]
    assert expected == [sorted(map(number_of, titles)) for titles in folder.titles()]
    days = [crowd_driver.FIRST + timedelta(days=number) for number in range(rounds)]
    assert dict.fromkeys(map(str, days), "issued") == rows(folder)
    marks = folder.marks()
    assert 0 == folder.digest("rebuild").status
    assert marks == folder.marks()


def test_many_runs_at_once_issue_every_paper_once(
    folder: Folder, figure: Callable[[str], None]
) -> None:
    """Eight runs at once, on two days."""
    crowded(folder, 2)
    figure(f"2 rounds of {CROWD} runs at once: nothing twice, nothing lost")


@pytest.mark.soak
@pytest.mark.long
def test_many_runs_at_once_issue_every_paper_once_on_a_thousand_days(
    folder: Folder, figure: Callable[[str], None]
) -> None:
    """The same on many days."""
    crowded(folder, 1000)
    figure(f"1,000 rounds of {CROWD} runs at once: nothing twice, nothing lost")
