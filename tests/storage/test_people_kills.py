"""Whoever is out stays out, wherever a process is killed."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from digest.storage import staging
from digest.storage.people import backups, database, departing
from digest.storage.people.departure_log import FILE
from tests.support.people import LATER, NOW, add_people, address, files_with, states
from tests.support.people_kill_driver import OPERATIONS

ROOT = Path(__file__).parents[2]
EVERY = [pytest.param(name, 1, id=name, marks=pytest.mark.soak) for name in OPERATIONS]
SOME = [
    pytest.param(name, stride, id=f"some-{name}")
    for name, stride in {"forget": 5, "restore": 11}.items()
]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Make a state folder: six people, a backup, and since then one who left and one suppressed.

    Person 1 has left before the backup, 2 and 3 after it; person 4 is suppressed.
    """
    folder = tmp_path / "state"
    with database.opened(folder) as people:
        one, two, three, *_ = add_people(people, range(1, 7))
        departing.leave(people, one, "left", NOW)
        backups.make(people, folder, datetime.fromisoformat(NOW))
        departing.leave(people, two, "complained", NOW)
        departing.leave(people, three, "bounced", NOW)
        departing.suppress(people, address(4), "asked", NOW)
    return folder


def drive(folder: Path, scratch: Path, operation: str, stride: int) -> Iterator[Any]:
    """Yield what the driver prints, as it comes."""
    driver = [sys.executable, "-W", "error", "-m", "tests.support.people_kill_driver"]
    command = [*driver, str(folder), str(scratch), operation, "0", str(stride)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield from map(json.loads, process.stdout)
    assert 0 == process.returncode


def mailed(folder: Path) -> set[int]:
    """Return the numbers of the people who would be written to."""
    with database.opened(folder) as people:
        return {
            int(one.address[7:12])
            for one in people.subscribers.list_all("active")
            if people.suppressions.find(one.folded) is None
        }


def check_again(folder: Path, operation: str) -> None:
    """Do it once more after a kill: everything is as if there had been none, but for copies."""
    staging.remove_leftovers([folder], folder)  # as every run does
    OPERATIONS[operation](folder)
    with database.opened(folder) as people:
        expected = {1: "left", 2: "complained", 3: "bounced", 4: "active", 5: "active", 6: "active"}
        changes = {"leave": {5: "left"}, "complain": {5: "complained", 6: "pending"}}
        expected |= changes.get(operation, {})
        if operation == "forget":
            del expected[5]
        assert expected == states(people)
        is_out = people.suppressions.find(address(5)) is not None
        assert is_out is (operation in {"complain", "forget", "suppress"})
    if operation == "forget":
        assert [] == files_with(folder, address(5))
    assert [] == [*folder.rglob(f"{staging.PREFIX}*")]
    for copy in backups.list_backups(folder):
        database.check(copy.path)


@pytest.mark.parametrize(("operation", "stride"), [*SOME, *EVERY])
def test_a_kill_at_any_step_brings_back_nobody(
    tmp_path: Path, state: Path, operation: str, stride: int, figure: Callable[[str], None]
) -> None:
    """And doing it again ends where an unbroken one would have ended."""
    kills = 0
    for row in drive(state, tmp_path, operation, stride):
        assert row["status"] in (0, -signal.SIGKILL), row
        kills += row["status"] != 0
        folder = tmp_path / str(row["number"])
        reached = mailed(folder)
        assert reached <= {5, 6}, row
        assert 6 in reached or operation == "complain", row
        check_again(folder, operation)
        shutil.rmtree(folder)
    assert kills >= 2
    figure(f"{operation}: killed at {kills} steps; nobody who was out came back")


@pytest.mark.parametrize("stride", [17, pytest.param(1, marks=pytest.mark.soak)])
def test_a_kill_of_a_restore_without_its_log_mails_nobody_more(
    tmp_path: Path, state: Path, stride: int, figure: Callable[[str], None]
) -> None:
    """The database is the former one, with all who are out, or one that waits for answers."""
    (state / FILE).unlink()
    kills = 0
    for row in drive(state, tmp_path, "restore", stride):
        kills += row["status"] != 0
        folder = tmp_path / str(row["number"])
        assert mailed(folder) in ({5, 6}, set()), row
        staging.remove_leftovers([folder], folder)
        # Whether the log of a killed restore is used or none: it is not that of the backup.
        (backup,) = [copy.path for copy in backups.list_backups(folder)][-1:]
        backups.restore(folder, backup, datetime.fromisoformat(LATER))
        assert mailed(folder) <= {5, 6}, row
        shutil.rmtree(folder)
    figure(f"restore without a log: killed at {kills} steps; nobody who was out came back")
