"""Nothing is lost or counted twice when counts do not add up or files vanish during a run."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from digest.matching import comparison
from digest.model.changes import Outcome
from tests.support.folders import Folder, page, titles

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
LATER = f"{DAY}T09:00"
COMMITTED = ("intake", "dump", "paper", "paper_key", "sighting", "issue", "file", "quarantine")
MESSAGE = (
    "digest: entries read: 3; accounted for: 2; so nothing was changed"
    " (this is a bug; please report it)\n"
)


def rows(folder: Folder) -> dict[str, int]:
    """Return the number of rows in each table that a run writes."""
    with sqlite3.connect(folder.root / "state" / "ledger.sqlite3") as ledger:
        counts = {
            name: int(ledger.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
            for name in COMMITTED
        }
    ledger.close()
    return counts


def lose_last_sighting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count every batch of sightings without its last one."""
    count = comparison.count_statuses

    def short(outcome: Outcome) -> Mapping[str, int]:
        return count(msgspec.structs.replace(outcome, fates=outcome.fates[:-1]))

    monkeypatch.setattr(comparison, "count_statuses", short)


def test_an_intake_whose_counts_do_not_add_up_commits_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 1 and a message with both counts. The next run takes in everything."""
    folder.drop("a.txt", page(DAY, [1, 2, 3]))
    folder.drop("b.txt", b"no paper in it")
    with monkeypatch.context() as counting:
        lose_last_sighting(counting)
        assert (1, "", MESSAGE) == folder.digest("run", now=NOW)
    assert dict.fromkeys(COMMITTED, 0) == rows(folder)
    assert {} == folder.tree()
    report = folder.run(LATER, status=3)
    assert (3, 1) == (report["accounting"]["new"], len(report["quarantined"]))
    assert [titles([1, 2, 3])] == folder.titles()


def test_a_backfill_whose_counts_do_not_add_up_commits_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same backfill succeeds later."""
    old = str(folder.drop("a.txt", page(DAY, [1, 2, 3])))
    with monkeypatch.context() as counting:
        lose_last_sighting(counting)
        assert (1, "", MESSAGE) == folder.digest("backfill", old, now=NOW)
    assert dict.fromkeys(COMMITTED, 0) == rows(folder)
    assert 0 == folder.digest("backfill", old, now=LATER).status
    assert [titles([1, 2, 3])] == folder.titles()


def on_opening(
    monkeypatch: pytest.MonkeyPatch, file: Path, happens: Callable[[Callable[[], int]], int]
) -> None:
    """Call ``happens`` instead of opening the file; it is given the function that opens it."""
    real = os.open

    def opened(path: str | Path, *rest: int, **named: int) -> int:
        if str(path) == str(file):
            return happens(lambda: real(path, *rest, **named))
        return real(path, *rest, **named)

    monkeypatch.setattr(os, "open", opened)


def removed_before_opening(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Remove the file between the scan of the inbox and its opening."""

    def happens(open_now: Callable[[], int]) -> int:
        file.unlink()
        return open_now()

    on_opening(monkeypatch, file, happens)


def unreadable_once_open(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Let every read of the opened file fail, as on a disk that was unplugged."""
    broken = os.open

    def happens(_: Callable[[], int]) -> int:
        file.unlink()
        return broken("/proc/self/mem", os.O_RDONLY)  # a regular file; nothing is mapped at 0

    on_opening(monkeypatch, file, happens)


def removed_once_open(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Remove the file when it is open; an open file can still be read."""

    def happens(open_now: Callable[[], int]) -> int:
        descriptor = open_now()
        file.unlink()
        return descriptor

    on_opening(monkeypatch, file, happens)


@pytest.mark.parametrize("vanishes", [removed_before_opening, unreadable_once_open])
@pytest.mark.parametrize("body", [page(DAY, [2]), b"no paper in it"], ids=["page", "unreadable"])
def test_a_file_that_vanishes_before_it_is_read_is_skipped(
    folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
    vanishes: Callable[[pytest.MonkeyPatch, Path], None],
    body: bytes,
) -> None:
    """The others are read. It is reported, and read when it is dropped again."""
    folder.drop("a.txt", page(DAY, [1]))
    folder.drop("c.txt", page(DAY, [3]))
    with monkeypatch.context() as losing:
        vanishes(losing, folder.drop("b.txt", body))
        answered = folder.digest("run", now=NOW)
    assert (0, True) == (answered.status, answered.err.startswith("b.txt: cannot be read: "))
    assert 1 == answered.err.count("\n")
    assert [titles([1, 3])] == folder.titles()
    assert (2, 0) == (rows(folder)["file"], rows(folder)["quarantine"])
    assert not (folder.root / "state" / "quarantine").exists()
    folder.drop("b.txt", body)
    again = folder.digest("run", now=LATER)
    if body == b"no paper in it":
        assert (3, 1) == (again.status, rows(folder)["quarantine"])
    else:
        assert [titles([1, 3]), titles([2])] == folder.titles()


def test_a_file_that_vanishes_once_it_is_open_is_read(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open file keeps its bytes. They are taken in once."""
    file = folder.drop("a.txt", page(DAY, [1, 2]))
    with monkeypatch.context() as losing:
        removed_once_open(losing, file)
        assert 2 == folder.run(NOW)["accounting"]["new"]
    assert [titles([1, 2])] == folder.titles()
    folder.drop("again.txt", page(DAY, [1, 2]))
    assert 0 == folder.run(LATER, status=4)["accounting"]["entries"]


def test_a_file_that_vanishes_before_it_is_moved_to_done_is_no_failure(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are moved."""
    folder.configure('[inbox]\ndone = "move"\n')
    lost = folder.drop("a.txt", page(DAY, [1]))
    folder.drop("b.txt", page(DAY, [2]))
    real = os.rename

    def renamed(source: str, target: Path) -> None:
        lost.unlink(missing_ok=True)
        real(source, target)

    with monkeypatch.context() as losing:
        losing.setattr(os, "rename", renamed)
        assert 2 == folder.run(NOW)["accounting"]["new"]
    assert ["b.txt"] == [file.name for file in (folder.inbox / "done").iterdir()]
    assert [titles([1, 2])] == folder.titles()


def test_an_unreadable_file_that_vanishes_once_it_is_open_is_not_quarantined(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be copied, so it is skipped, and quarantined when it is dropped again."""
    file = folder.drop("a.txt", b"no paper in it")
    folder.drop("b.txt", page(DAY, [1]))
    with monkeypatch.context() as losing:
        removed_once_open(losing, file)
        answered = folder.digest("run", now=NOW)
    assert (0, True) == (answered.status, answered.err.startswith("a.txt: cannot be read: "))
    assert (1, 0) == (rows(folder)["file"], rows(folder)["quarantine"])
    folder.drop("a.txt", b"no paper in it")
    assert 3 == folder.digest("run", now=LATER).status
    assert 1 == rows(folder)["quarantine"]
