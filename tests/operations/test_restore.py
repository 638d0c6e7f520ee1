"""Backups by command and after a run, and folders that go on from one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import feedparser
import pytest

from digest.storage import staging
from tests.support.folders import Folder, page, titles

MON, TUE, WED = "2026-11-16", "2026-11-17", "2026-11-18"
MONDAY = "ledger-20261116T090000Z.sqlite3"


def backups(folder: Folder) -> list[str]:
    """Return the names of the backups, oldest first."""
    return sorted(path.name for path in (folder.root / "state" / "backups").glob("*"))


def ledger(folder: Folder) -> Path:
    """Return the path of the ledger."""
    return folder.root / "state" / "ledger.sqlite3"


def run_on(folder: Folder, day: str, numbers: range) -> None:
    """Drop a page with these papers, and run at eight o'clock."""
    folder.drop(f"papers-{day}.txt", page(day, numbers))
    folder.run(f"{day}T08:00")


def dump(path: Path) -> list[str]:
    """Return the content of a database as SQL."""
    with closing(sqlite3.connect(path)) as opened:
        return list(opened.iterdump())


def guids(folder: Folder) -> dict[str, str]:
    """Return the guid of each title in the issues; check that no title is there twice."""
    pairs = [
        (paper["title"], paper["guid"])
        for issue in folder.data()
        for section in issue["sections"]
        for paper in section["papers"]
    ]
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def test_a_run_makes_a_backup_once_a_day(folder: Folder) -> None:
    """Not the first run, no second one of a day, and none if nothing came since the last."""
    run_on(folder, MON, range(3))
    assert [] == backups(folder)
    run_on(folder, TUE, range(2, 5))
    assert ["ledger-20261117T080000Z.sqlite3"] == backups(folder)
    folder.drop("later.txt", page(TUE, range(9)))
    folder.run(f"{TUE}T20:00")
    assert ["ledger-20261117T080000Z.sqlite3"] == backups(folder)
    for day in (WED, "2026-11-19", "2026-11-20"):
        folder.run(f"{day}T08:00")
    expected = ["ledger-20261117T080000Z.sqlite3", "ledger-20261118T080000Z.sqlite3"]
    assert expected == backups(folder)


@pytest.mark.parametrize(
    ("setting", "days", "kept"),
    [
        ("backups = 3", range(1, 9), ["06", "07", "08"]),
        ("backup_days = 2", range(1, 9), ["06", "07", "08"]),
        ("backups = 0", range(1, 5), []),
        ('backup_every = "3d"', range(1, 9), ["04", "07"]),
        ("backup_days = 0", [1, 20], ["20"]),
    ],
)
def test_backups_are_kept_by_count_and_age(
    folder: Folder, setting: str, days: list[int], kept: list[str]
) -> None:
    """The newest one is always kept, the others while both settings allow it."""
    folder.configure(f"[state]\n{setting}\n")
    for day in days:
        run_on(folder, f"2026-10-{day:02}", range(day, day + 2))
    assert [f"ledger-202610{day}T080000Z.sqlite3" for day in kept] == backups(folder)


def test_only_backups_are_deleted(folder: Folder) -> None:
    """Other files in the folder stay."""
    folder.configure("[state]\nbackups = 1\n")
    run_on(folder, MON, range(3))
    place = folder.root / "state" / "backups"
    place.mkdir()
    for name in ("ledger-before-the-move.sqlite3", "notes.txt", "ledger-20261117T080000Z.bak"):
        (place / name).write_text("mine")
    for day in (TUE, WED):
        run_on(folder, day, range(int(day[-2:]), 30, 5))
    assert 4 == len(backups(folder))
    assert "ledger-20261118T080000Z.sqlite3" in backups(folder)


def test_a_backup_from_the_future_is_not_the_newest(folder: Folder) -> None:
    """The clock was wrong then. Backups go on, and this one is deleted first."""
    folder.configure("[state]\nbackups = 2\n")
    run_on(folder, MON, range(3))
    folder.digest("backup", now="2031-01-01T08:00")
    run_on(folder, TUE, range(3, 5))
    run_on(folder, WED, range(5, 7))
    expected = ["ledger-20261117T080000Z.sqlite3", "ledger-20261118T080000Z.sqlite3"]
    assert expected == backups(folder)


def test_the_command_makes_as_many_backups_as_asked(folder: Folder) -> None:
    """Each is a whole ledger under its own name."""
    run_on(folder, MON, range(3))
    for _ in range(2):
        result = folder.digest("backup", now=f"{MON}T09:00")
        assert 0 == result.status
    assert ["ledger-20261116T090000Z-2.sqlite3", "ledger-20261116T090000Z.sqlite3"] == backups(
        folder
    )
    for name in backups(folder):
        assert dump(ledger(folder)) == dump(folder.root / "state" / "backups" / name)
    assert "sound" in folder.digest("restore", "--list").out


def test_without_a_ledger_there_is_nothing_to_back_up(folder: Folder) -> None:
    """And nothing to restore."""
    result = folder.digest("backup")
    assert (1, True) == (result.status, "does not exist yet" in result.err)
    result = folder.digest("restore", "--yes")
    assert (1, True) == (result.status, "no sound backup" in result.err)
    assert "" == folder.digest("restore", "--list").out


def test_a_restore_without_terminal_needs_yes(folder: Folder) -> None:
    """The name of a file that does not exist is wrong usage."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(3, 6))
    before = ledger(folder).read_bytes()
    assert 2 == folder.digest("restore").status
    assert 2 == folder.digest("restore", "--yes", "ledger-nowhere.sqlite3").status
    assert before == ledger(folder).read_bytes()


@pytest.mark.parametrize("done", ["keep", "move"])
def test_after_a_restore_the_next_run_has_every_paper_once(folder: Folder, done: str) -> None:
    """With the guids they had, and without pages of issues that the backup does not have."""
    folder.configure(f'[inbox]\ndone = "{done}"\n')
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(2, 6))
    before = guids(folder)
    result = folder.digest("restore", "--yes", MONDAY, now=f"{WED}T07:00")
    assert 0 == result.status, result
    assert (done == "move") == (f"papers-{TUE}.txt: moved back to the inbox" in result.out)
    report = folder.run(f"{WED}T08:00")
    assert 3 == report["accounting"]["new"]
    assert [titles(range(3)), titles(range(3, 6))] == folder.titles()
    assert [MON, WED] == [issue["date"] for issue in folder.data()]
    assert before == guids(folder)
    assert [] == [name for name in folder.tree() if TUE in name]
    feed = feedparser.parse(folder.tree()["feed.xml"])
    assert sorted(before.values()) == sorted(entry.id for entry in feed.entries)


def test_papers_since_the_backup_are_new_again(folder: Folder, tmp_path: Path) -> None:
    """The output has the same bytes as if they had come only now."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    never = folder.copy(tmp_path / "never")
    run_on(folder, TUE, range(2, 6))
    folder.digest("restore", "--yes", MONDAY, now=f"{WED}T07:00")
    never.drop(f"papers-{TUE}.txt", page(TUE, range(2, 6)))
    for restored in (folder, never):
        restored.run(f"{WED}T08:00")
    assert never.tree() == folder.tree()


def test_a_restore_can_be_undone(folder: Folder) -> None:
    """A sound ledger becomes a backup when it is replaced."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(2, 6))
    output, before = folder.tree(), guids(folder)
    folder.digest("restore", "--yes", MONDAY, now=f"{WED}T07:00")
    assert "ledger-20261118T070000Z.sqlite3" in backups(folder)
    folder.digest("restore", "--yes", "ledger-20261118T070000Z.sqlite3", now=f"{WED}T07:01")
    assert 0 == folder.digest("rebuild", now=f"{WED}T08:00").status
    assert (output, before) == (folder.tree(), guids(folder))


def test_the_newest_sound_backup_is_restored(folder: Folder) -> None:
    """A damaged one is marked in the list, and refused if it is named."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    folder.digest("backup", now=f"{MON}T10:00")
    newest = folder.root / "state" / "backups" / "ledger-20261116T100000Z.sqlite3"
    newest.write_bytes(newest.read_bytes()[:20480])
    before = ledger(folder).read_bytes()
    listed = folder.digest("restore", "--list").out.splitlines()
    assert [True, False] == ["cannot be used" in line for line in listed]
    assert 1 == folder.digest("restore", "--yes", newest.name).status
    assert before == ledger(folder).read_bytes()
    result = folder.digest("restore", "--yes", now=f"{MON}T11:00")
    assert "ledger-20261116T090000Z.sqlite3" in result.out


def test_a_dry_run_makes_no_backup(folder: Folder) -> None:
    """It would be thrown away again."""
    run_on(folder, MON, range(3))
    folder.drop("more.txt", page(WED, range(5)))
    folder.run(f"{WED}T08:00", "--dry-run")
    assert not (folder.root / "state" / "backups").exists()


def test_a_backup_that_cannot_be_written_does_not_fail_the_run(folder: Folder) -> None:
    """Standard error says why there is none."""
    run_on(folder, MON, range(3))
    (folder.root / "state" / "backups").write_text("no folder: nothing can be put here")
    folder.drop("more.txt", page(TUE, range(5)))
    result = folder.digest("run", now=f"{TUE}T08:00")
    assert 0 == result.status
    assert result.err.startswith("digest: backup: no backup was made: ")
    assert 2 == len(folder.titles())


def test_an_unfinished_backup_is_not_listed_and_goes_with_the_next(folder: Folder) -> None:
    """A killed process left it behind. A folder that only looks like it stays."""
    run_on(folder, MON, range(3))
    place = folder.root / "state" / "backups"
    key = (folder.root / "state" / staging.KEY).read_text("utf-8")
    names = [f"{staging.PREFIX}{key}-1", f"{staging.PREFIX}{'0' * 32}-1"]
    for name in names:
        (place / name).mkdir(parents=True)
        (place / name / "1").write_bytes(b"half")
    assert "" == folder.digest("restore", "--list").out
    folder.digest("backup", now=f"{MON}T09:00")
    assert [names[1], "ledger-20261116T090000Z.sqlite3"] == backups(folder)
    assert b"half" == (place / names[1] / "1").read_bytes()


def test_a_journal_of_the_replaced_ledger_is_not_played_into_the_restored_one(
    folder: Folder,
) -> None:
    """The replaced ledger is damaged, and its journal was left by a power cut."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    backup = dump(folder.root / "state" / "backups" / backups(folder)[0])
    hot = ledger(folder).with_name("ledger.sqlite3-journal")
    with closing(sqlite3.connect(ledger(folder), isolation_level=None)) as opened:
        opened.execute("PRAGMA cache_size = 1")
        opened.execute("BEGIN IMMEDIATE")
        opened.execute("UPDATE paper SET title = title || 'lost', abstract = NULL")
        image, journal = ledger(folder).read_bytes(), hot.read_bytes()
        opened.execute("ROLLBACK")
    assert len(journal) > 4096
    ledger(folder).write_bytes(image[:-8192])
    hot.write_bytes(journal)
    result = folder.digest("restore", "--yes", now=f"{MON}T10:00")
    assert 0 == result.status, result
    assert not hot.exists()
    assert facts(backup) == facts(dump(ledger(folder)))
    assert (folder.root / "state" / "replaced" / "ledger-20261116T100000Z.sqlite3").exists() or (
        "ledger-20261116T100000Z.sqlite3" in backups(folder)
    )


def facts(statements: list[str]) -> list[str]:
    """Return the statements about papers and issues."""
    return [
        statement
        for statement in statements
        if statement.startswith(('INSERT INTO "paper"', 'INSERT INTO "is'))
    ]


def test_a_backup_beside_runs_is_readable(folder: Folder) -> None:
    """It is made between two runs, so it fits the published output."""
    run_on(folder, MON, range(3))
    result = folder.process("backup", now=f"{MON}T09:00")
    assert 0 == result.status
    assert json.loads(folder.digest("status", "--json", now=f"{MON}T10:00").out)["counts"]


@pytest.fixture(scope="module", params=["sound", "damaged"])
def lost(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a folder to be restored to Monday, its ledger sound or damaged; tests copy it."""
    folder = Folder(tmp_path_factory.mktemp("lost"))
    folder.configure('[inbox]\ndone = "move"\n[state]\nbackups = 0\n')
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(2, 6))
    if request.param == "damaged":
        ledger(folder).write_bytes(bytes(100) + ledger(folder).read_bytes()[100:])
    return folder


@pytest.mark.parametrize(
    ("kind", "stride"), [("kill", 3), ("full", 13), pytest.param("kill", 1, marks=pytest.mark.soak)]
)
def test_an_interrupted_restore_can_be_repeated(
    lost: Folder, tmp_path: Path, kind: str, stride: int
) -> None:
    """It is killed before each of its steps (every third by `make test`), or the disk is full."""
    arguments = (lost.root, tmp_path, kind, 0, stride, "--now", f"{WED}T07:00", "restore", "--yes")
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.fault_driver", *map(str, arguments), MONDAY],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) > 3
    for outcome in outcomes:
        assert 0 == outcome["again"], outcome
        folder = Folder(tmp_path / str(outcome["number"]))
        folder.run(f"{WED}T08:00")
        assert [titles(range(3)), titles(range(3, 6))] == folder.titles(), outcome
        assert guids(folder)
        leftovers = [path.name for path in folder.root.glob("state/**/.*")]
        assert [] == leftovers, outcome


def test_a_backup_is_made_also_if_old_ones_cannot_be_deleted(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning names it, and does not say that there is none."""
    run_on(folder, MON, range(3))
    folder.configure("[state]\nbackups = 1\n")
    folder.digest("backup", now=f"{MON}T07:00")

    def fail(path: Path, **_: object) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "unlink", fail)
    folder.drop("more.txt", page(TUE, range(3, 6)))
    result = folder.digest("run", now=f"{TUE}T08:00")
    assert 0 == result.status
    made = "ledger-20261117T080000Z.sqlite3"
    assert f"backup: {made} was made, but old backups were not deleted: " in result.err
    assert made in backups(folder)
