"""Runs that are killed, that have no space on the disk, or that start beside others.

The next run always ends where an undisturbed one would have.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.folders import SHORE, Folder, page, titles, tree
from tests.support.processes import finish, start
from tests.support.scenes import (
    NOW,
    SCENES,
    Scene,
    check,
    check_broken,
    ledger_rows,
    written_files,
)

WITHDRAWN = titles([2])[0]
HOLD = """
import fcntl, sys
held = open(sys.argv[1], "ab")
fcntl.flock(held, fcntl.LOCK_EX)
print(flush=True)
sys.stdin.read()
"""


def faults(
    scene: Scene, scratch: Path, kind: str, first: int, stride: int, *then: str
) -> list[dict[str, Any]]:
    """Run the scene with each fault of a kind; return the outcomes (see `fault_driver`)."""
    next_words = ("--then", *then) if then else ()
    arguments = (scene.before.root, scratch, kind, first, stride, *scene.words, *next_words)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.support.fault_driver", *map(str, arguments)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# Every step of a later run by `make faults`, every thirteenth by `make test`.
KILLS = [
    ("first", 3, 13),
    ("later", 6, 13),
    pytest.param("later", 0, 2, marks=pytest.mark.faults),
    pytest.param("later", 1, 2, marks=pytest.mark.faults),
]


@pytest.mark.parametrize(("name", "first", "stride"), KILLS)
def test_a_run_killed_at_any_step_is_finished_by_the_next(
    scenes: dict[str, Scene], tmp_path: Path, name: str, first: int, stride: int
) -> None:
    """SIGKILL before each write, rename, removal and commit."""
    outcomes = faults(scenes[name], tmp_path, "kill", first, stride)
    assert len(outcomes) > 3
    assert [-signal.SIGKILL] * (len(outcomes) - 1) == [one["first"] for one in outcomes[:-1]]
    for outcome in outcomes:
        check(scenes[name], tmp_path, outcome)


@pytest.mark.parametrize(
    ("words", "stride"),
    [
        (("undo",), 21),
        (("withdraw", "--undo", WITHDRAWN), 21),
        pytest.param(("undo", "--drop"), 1, marks=pytest.mark.faults),
    ],
)
def test_a_correction_that_is_killed_was_made_or_not(
    tmp_path: Path, words: tuple[str, ...], stride: int
) -> None:
    """SIGKILL before each step: after the next publication nothing is between the two."""
    scene = correct(tmp_path / "scene", words)
    states = [(written_files(each), ledger_rows(each)) for each in (scene.before, scene.after)]
    outcomes = faults(scene, tmp_path, "kill", 0, stride, "--now", NOW, "rebuild")
    assert len(outcomes) > 3
    for outcome in outcomes:
        check_broken(scene, tmp_path / f"{outcome['number']}.broken", outcome)
        assert 0 == outcome["again"], outcome
        folder = Folder(tmp_path / str(outcome["number"]))
        assert (written_files(folder), ledger_rows(folder)) in states, outcome


def correct(place: Path, words: tuple[str, ...]) -> Scene:
    """Make a folder with two issues and a withdrawn paper; correct it by a command in a copy."""
    before = Folder(place / "before")
    before.sort_by(SHORE)
    for day in ("2026-11-17", "2026-11-18"):
        before.drop(f"{day}.txt", page(day, range(int(day[-2:]) - 17, int(day[-2:]) - 12)))
        before.run(f"{day}T08:00")
    assert 0 == before.digest("withdraw", WITHDRAWN, now=NOW).status
    after = before.copy(place / "after")
    for command in (words, ("rebuild",)):
        assert 0 == after.digest(*command, now=NOW).status
    return Scene(before, ("--now", NOW, *words), after)


@pytest.mark.parametrize("name", SCENES)
def test_a_run_killed_in_a_write_is_finished_by_the_next(
    scenes: dict[str, Scene], tmp_path: Path, name: str
) -> None:
    """The kernel kills the process when the ledger or a page exceeds a size."""
    outcomes = faults(scenes[name], tmp_path, "cut", 0, 17)
    assert len(outcomes) > 3
    assert [-signal.SIGXFSZ] * (len(outcomes) - 1) == [one["first"] for one in outcomes[:-1]]
    for outcome in outcomes:
        check(scenes[name], tmp_path, outcome)


@pytest.mark.parametrize("name", SCENES)
def test_a_run_whose_write_fails_is_finished_by_the_next(
    scenes: dict[str, Scene], tmp_path: Path, name: str
) -> None:
    """As on a full disk: status 1, one line that says so, and no traceback."""
    outcomes = faults(scenes[name], tmp_path, "full", 0, 17)
    assert len(outcomes) > 3
    for outcome in outcomes[:-1]:
        assert 1 == outcome["first"], outcome
        assert outcome["said"].startswith("digest: "), outcome
        assert 1 == outcome["said"].count("\n"), outcome
    for outcome in outcomes:
        check(scenes[name], tmp_path, outcome)


def test_the_status_after_a_killed_run_says_what_repairs_it(
    scenes: dict[str, Scene], tmp_path: Path
) -> None:
    """It changes nothing, and the next run repairs the half-written ledger."""
    folder = scenes["later"].before.copy(tmp_path / "copy")
    ledger = folder.root / "state" / "ledger.sqlite3"
    torn = "import os, signal, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None)"
    write = "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN IMMEDIATE')"
    rows = (
        "c.executemany('INSERT INTO fact VALUES (?, ?)', [(str(n), 'x' * 999) for n in range(99)])"
    )
    code = f"{torn}\n{write}\n{rows}\nos.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", code, str(ledger)], check=False)
    before = tree(folder.root)
    assert "state/ledger.sqlite3-journal" in before
    result = folder.digest("status", now=NOW)
    assert (1, "") == (result.status, result.out)
    assert "a run was interrupted while it wrote (the next digest run repairs it)" in result.err
    assert before == tree(folder.root)
    assert 3 == folder.digest("run", now=NOW).status
    assert ledger_rows(scenes["later"].after) == ledger_rows(folder)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize(("kind", "stride"), [("deep", 1), ("cut", 1), ("full", 1)])
def test_every_fault_leaves_no_trace(
    scenes: dict[str, Scene], tmp_path: Path, name: str, kind: str, stride: int
) -> None:
    """Before every single statement, and at every page of the database."""
    for outcome in faults(scenes[name], tmp_path, kind, 0, stride):
        check(scenes[name], tmp_path, outcome)


@pytest.mark.soak
@pytest.mark.long
def test_a_run_killed_again_and_again_leaves_no_trace(
    scenes: dict[str, Scene], tmp_path: Path
) -> None:
    """Processes are killed after random times, until one ends by itself."""
    dice = random.Random(7)
    for number in range(12):
        scene = scenes["later"]
        folder = scene.before.copy(tmp_path / str(number))
        for _ in range(20):
            with start(folder, *scene.words) as process:
                time.sleep(dice.uniform(0.1, 0.7))
                process.kill()
            if process.returncode != -signal.SIGKILL:
                break
        finish([start(folder, *scene.words)])
        assert written_files(scene.after) == written_files(folder), number
        assert ledger_rows(scene.after) == ledger_rows(folder), number


def test_of_several_runs_at_once_one_does_the_work(
    scenes: dict[str, Scene], tmp_path: Path
) -> None:
    """The others find nothing to do."""
    scene = scenes["later"]
    folder = scene.before.copy(tmp_path / "copy")
    statuses = finish([start(folder, *scene.words) for _ in range(4)])
    assert [0, 0, 0, 3] == sorted(statuses)
    assert written_files(scene.after) == written_files(folder)
    assert ledger_rows(scene.after) == ledger_rows(folder)


def test_of_several_due_runs_at_once_one_does_the_work(
    scenes: dict[str, Scene], tmp_path: Path
) -> None:
    """The others find the folder busy and end at once with 0."""
    words = ("--now", NOW, "run", "--due")
    alone = scenes["later"].before.copy(tmp_path / "alone")
    assert [3] == finish([start(alone, *words)])
    together = scenes["later"].before.copy(tmp_path / "together")
    statuses = finish([start(together, *words) for _ in range(3)])
    assert [0, 0, 3] == sorted(statuses)
    assert written_files(alone) == written_files(together)
    assert ledger_rows(alone) == ledger_rows(together)


def test_plain_and_due_runs_at_once_issue_each_paper_once(
    scenes: dict[str, Scene], tmp_path: Path
) -> None:
    """In each edition."""
    folder = scenes["later"].before.copy(tmp_path / "copy")
    due, plain = ("--now", NOW, "run", "--due"), ("--now", NOW, "run")
    finish([start(folder, *words) for words in (due, plain, due)])
    for edition in ("daily", "shore"):
        titles = [title for issue in folder.titles(edition) for title in issue]
        assert titles
        assert len(set(titles)) == len(titles)
    assert folder.titles() == scenes["later"].after.titles()


def test_an_unreadable_inbox_delays_no_issue(folder: Folder) -> None:
    """Papers that were taken in before are issued, and then the run fails."""
    folder.drop("a.txt", page("2026-11-18", [1]))
    assert [] == folder.run("2026-11-18T06:00", "--due")["issues"]
    folder.inbox.rename(folder.root / "away")
    folder.inbox.write_text("no folder")
    result = folder.digest("run", "--due", now="2026-11-18T07:00")
    assert (1, "") == (result.status, result.out)
    assert f"Not a directory: '{folder.inbox}'" in result.err
    assert [titles([1])] == folder.titles()


def test_a_due_run_in_a_busy_folder_does_nothing(folder: Folder) -> None:
    """It prints nothing and ends with 0 while another process holds the lock."""
    folder.drop("a.txt", page("2026-11-18", [1]))
    state = folder.root / "state"
    state.mkdir(exist_ok=True)
    command = [sys.executable, "-c", HOLD, str(state / "lock")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout
        assert holder.stdin
        holder.stdout.readline()
        result = folder.digest("run", "--due", now=NOW)
        holder.stdin.close()
    assert (0, "", "") == result
    assert {} == folder.tree()
