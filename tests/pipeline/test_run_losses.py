"""What must not get lost or count twice: sums that do not add up, files that vanish meanwhile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from digest.matching import comparison
from digest.model.changes import SightingResult
from tests.support.folders import Folder, page, titles

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
LATER = f"{DAY}T09:00"
COMMITTED = ("intake", "dump", "paper", "paper_key", "sighting", "issue", "file", "quarantine")
SAID = (
    "digest: 3 entries were read but 2 are accounted for, so nothing was changed"
    " (this is a bug; please report it)\n"
)


def rows(folder: Folder) -> dict[str, int]:
    """How many rows a run has left in each table of the ledger."""
    with sqlite3.connect(folder.root / "state" / "ledger.sqlite3") as ledger:
        counts = {
            name: int(ledger.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
            for name in COMMITTED
        }
    ledger.close()
    return counts


def forget_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has each batch of sightings counted as if its last one had never been there."""
    tally = comparison.count_statuses

    def short(fates: Sequence[SightingResult]) -> Mapping[str, int]:
        return tally(fates[:-1])

    monkeypatch.setattr(comparison, "count_statuses", short)


def test_sums_that_do_not_add_up_commit_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 1 and the two numbers; the next run takes in all of it as if it came anew."""
    folder.drop("a.txt", page(DAY, [1, 2, 3]))
    folder.drop("b.txt", b"no paper in it")
    with monkeypatch.context() as counting:
        forget_one(counting)
        assert (1, "", SAID) == folder.digest("run", now=NOW)
    assert dict.fromkeys(COMMITTED, 0) == rows(folder)
    assert {} == folder.tree()
    report = folder.run(LATER, status=3)
    assert (3, 1) == (report["accounting"]["new"], len(report["quarantined"]))
    assert [titles([1, 2, 3])] == folder.titles()


def test_history_that_does_not_add_up_commits_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a run: the same backfill once more makes the issue."""
    old = str(folder.drop("a.txt", page(DAY, [1, 2, 3])))
    with monkeypatch.context() as counting:
        forget_one(counting)
        assert (1, "", SAID) == folder.digest("backfill", old, now=NOW)
    assert dict.fromkeys(COMMITTED, 0) == rows(folder)
    assert 0 == folder.digest("backfill", old, now=LATER).status
    assert [titles([1, 2, 3])] == folder.titles()


def opening(
    monkeypatch: pytest.MonkeyPatch, file: Path, happens: Callable[[Callable[[], int]], int]
) -> None:
    """Has this happen when the product opens the file; ``happens`` is given the opening."""
    real = os.open

    def opened(path: str | Path, *rest: int, **named: int) -> int:
        if str(path) == str(file):
            return happens(lambda: real(path, *rest, **named))
        return real(path, *rest, **named)

    monkeypatch.setattr(os, "open", opened)


def before(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """The file is taken away between the look into the inbox and its opening."""

    def happens(open_now: Callable[[], int]) -> int:
        file.unlink()
        return open_now()

    opening(monkeypatch, file, happens)


def meanwhile(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """It is open, but what it lay on is gone: the kernel gives none of its bytes."""
    broken = os.open

    def happens(_: Callable[[], int]) -> int:
        file.unlink()
        return broken("/proc/self/mem", os.O_RDONLY)  # a regular file; nothing is mapped at 0

    opening(monkeypatch, file, happens)


def after(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """The file is taken away as soon as it is open: whoever holds it reads on."""

    def happens(open_now: Callable[[], int]) -> int:
        descriptor = open_now()
        file.unlink()
        return descriptor

    opening(monkeypatch, file, happens)


@pytest.mark.parametrize("vanishes", [before, meanwhile])
@pytest.mark.parametrize("body", [page(DAY, [2]), b"no paper in it"], ids=["page", "unreadable"])
def test_a_file_that_vanishes_before_it_is_read_keeps_nobody_waiting(
    folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
    vanishes: Callable[[pytest.MonkeyPatch, Path], None],
    body: bytes,
) -> None:
    """It is named, neither quarantined nor remembered: dropped again, it is read."""
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
    """Its bytes are there as long as it is held open: they are taken in, once."""
    file = folder.drop("a.txt", page(DAY, [1, 2]))
    with monkeypatch.context() as losing:
        after(losing, file)
        assert 2 == folder.run(NOW)["accounting"]["new"]
    assert [titles([1, 2])] == folder.titles()
    folder.drop("again.txt", page(DAY, [1, 2]))
    assert 0 == folder.run(LATER, status=4)["accounting"]["entries"]


def test_a_file_that_somebody_else_puts_away_is_no_failure(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is gone just before it would be moved to `done/`: the others are moved all the same."""
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
    """There is no copy to keep of it: it counts as gone, and is told of when it comes again."""
    file = folder.drop("a.txt", b"no paper in it")
    folder.drop("b.txt", page(DAY, [1]))
    with monkeypatch.context() as losing:
        after(losing, file)
        answered = folder.digest("run", now=NOW)
    assert (0, True) == (answered.status, answered.err.startswith("a.txt: cannot be read: "))
    assert (1, 0) == (rows(folder)["file"], rows(folder)["quarantine"])
    folder.drop("a.txt", b"no paper in it")
    assert 3 == folder.digest("run", now=LATER).status
    assert 1 == rows(folder)["quarantine"]
