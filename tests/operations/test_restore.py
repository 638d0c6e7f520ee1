"""Backups by command and by themselves, and a folder that goes on from one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import feedparser
import pytest

from tests.support.folders import Folder, page, titles

MON, TUE, WED = "2026-11-16", "2026-11-17", "2026-11-18"
MONDAY = "ledger-20261116T090000Z.sqlite3"


def backups(folder: Folder) -> list[str]:
    """The names of the backups, oldest first."""
    return sorted(path.name for path in (folder.root / "state" / "backups").glob("*"))


def ledger(folder: Folder) -> Path:
    """The ledger's file."""
    return folder.root / "state" / "ledger.sqlite3"


def run_on(folder: Folder, day: str, numbers: range) -> None:
    """A page with these papers is dropped and a run at eight publishes it."""
    folder.drop(f"papers-{day}.txt", page(day, numbers))
    folder.run(f"{day}T08:00")


def dump(path: Path) -> list[str]:
    """Everything a database holds, as SQL."""
    with closing(sqlite3.connect(path)) as opened:
        return list(opened.iterdump())


def guids(folder: Folder) -> dict[str, str]:
    """The guid of each title that stands in an issue's data; each title once."""
    found = [
        (paper["title"], paper["guid"])
        for issue in folder.data()
        for section in issue["sections"]
        for paper in section["papers"]
    ]
    assert len(found) == len(dict(found))
    return dict(found)


def test_a_run_keeps_a_backup_once_a_day(folder: Folder) -> None:
    """Not the first one, no second one of the same day, none when nothing came since the last."""
    run_on(folder, MON, range(3))
    assert [] == backups(folder)
    run_on(folder, TUE, range(2, 5))
    assert ["ledger-20261117T080000Z.sqlite3"] == backups(folder)
    folder.drop("later.txt", page(TUE, range(9)))
    folder.run(f"{TUE}T20:00")
    assert ["ledger-20261117T080000Z.sqlite3"] == backups(folder)
    for day in (WED, "2026-11-19", "2026-11-20"):
        folder.run(f"{day}T08:00")
    kept = ["ledger-20261117T080000Z.sqlite3", "ledger-20261118T080000Z.sqlite3"]
    assert kept == backups(folder)


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
    """The newest one always, the others as long as both let them."""
    folder.configure(f"[state]\n{setting}\n")
    for day in days:
        run_on(folder, f"2026-10-{day:02}", range(day, day + 2))
    assert [f"ledger-202610{day}T080000Z.sqlite3" for day in kept] == backups(folder)


def test_only_backups_are_let_go(folder: Folder) -> None:
    """What somebody else put beside them stays."""
    folder.configure("[state]\nbackups = 1\n")
    run_on(folder, MON, range(3))
    kept = folder.root / "state" / "backups"
    kept.mkdir()
    for name in ("ledger-before-the-move.sqlite3", "notes.txt", "ledger-20261117T080000Z.bak"):
        (kept / name).write_text("mine")
    for day in (TUE, WED):
        run_on(folder, day, range(int(day[-2:]), 30, 5))
    assert 4 == len(backups(folder))
    assert "ledger-20261118T080000Z.sqlite3" in backups(folder)


def test_a_backup_of_a_clock_that_was_wrong_is_no_newest_one(folder: Folder) -> None:
    """Backups go on, and the one from the future is the first to go."""
    folder.configure("[state]\nbackups = 2\n")
    run_on(folder, MON, range(3))
    folder.digest("backup", now="2031-01-01T08:00")
    run_on(folder, TUE, range(3, 5))
    run_on(folder, WED, range(5, 7))
    kept = ["ledger-20261117T080000Z.sqlite3", "ledger-20261118T080000Z.sqlite3"]
    assert kept == backups(folder)


def test_a_backup_by_command(folder: Folder) -> None:
    """As often as asked, each a whole ledger under a name of its own."""
    run_on(folder, MON, range(3))
    for _ in range(2):
        answered = folder.digest("backup", now=f"{MON}T09:00")
        assert 0 == answered.status
    assert ["ledger-20261116T090000Z-2.sqlite3", "ledger-20261116T090000Z.sqlite3"] == backups(
        folder
    )
    for name in backups(folder):
        assert dump(ledger(folder)) == dump(folder.root / "state" / "backups" / name)
    assert "sound" in folder.digest("restore", "--list").out


def test_without_a_ledger_there_is_nothing_to_keep(folder: Folder) -> None:
    """And nothing to put back."""
    answered = folder.digest("backup")
    assert (1, True) == (answered.status, "not there yet" in answered.err)
    answered = folder.digest("restore", "--yes")
    assert (1, True) == (answered.status, "no sound backup" in answered.err)
    assert "" == folder.digest("restore", "--list").out


def test_restoring_is_a_choice(folder: Folder) -> None:
    """Without --yes nothing happens where nobody can be asked; a wrong name is wrong usage."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(3, 6))
    before = ledger(folder).read_bytes()
    assert 2 == folder.digest("restore").status
    assert 2 == folder.digest("restore", "--yes", "ledger-nowhere.sqlite3").status
    assert before == ledger(folder).read_bytes()


@pytest.mark.parametrize("done", ["keep", "move"])
def test_after_a_restore_a_run_ends_with_every_paper_once(folder: Folder, done: str) -> None:
    """With the guids they had, and no page of an issue that is no longer there."""
    folder.configure(f'[inbox]\ndone = "{done}"\n')
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(2, 6))
    before = guids(folder)
    answered = folder.digest("restore", "--yes", MONDAY, now=f"{WED}T07:00")
    assert 0 == answered.status, answered
    assert (done == "move") == (f"papers-{TUE}.txt: moved back to the inbox" in answered.out)
    report = folder.run(f"{WED}T08:00")
    assert 3 == report["accounting"]["new"]
    assert [titles(range(3)), titles(range(3, 6))] == folder.titles()
    assert [MON, WED] == [issue["date"] for issue in folder.data()]
    assert before == guids(folder)
    assert [] == [name for name in folder.tree() if TUE in name]
    feed = feedparser.parse(folder.tree()["feed.xml"])
    assert sorted(before.values()) == sorted(entry.id for entry in feed.entries)


def test_what_came_since_a_backup_is_as_if_it_had_come_today(
    folder: Folder, tmp_path: Path
) -> None:
    """The output has the same bytes as that of a folder in which nothing was lost."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    never = folder.copy(tmp_path / "never")
    run_on(folder, TUE, range(2, 6))
    folder.digest("restore", "--yes", MONDAY, now=f"{WED}T07:00")
    never.drop(f"papers-{TUE}.txt", page(TUE, range(2, 6)))
    for one in (folder, never):
        one.run(f"{WED}T08:00")
    assert never.tree() == folder.tree()


def test_the_ledger_that_was_there_can_be_put_back(folder: Folder) -> None:
    """A sound one becomes a backup like the others, so a restore can be undone."""
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(2, 6))
    output, held = folder.tree(), guids(folder)
    folder.digest("restore", "--yes", MONDAY, now=f"{WED}T07:00")
    assert "ledger-20261118T070000Z.sqlite3" in backups(folder)
    folder.digest("restore", "--yes", "ledger-20261118T070000Z.sqlite3", now=f"{WED}T07:01")
    assert 0 == folder.digest("rebuild", now=f"{WED}T08:00").status
    assert (output, held) == (folder.tree(), guids(folder))


def test_the_newest_sound_backup_is_taken(folder: Folder) -> None:
    """One that is damaged itself is passed over, named in the list, and refused by name."""
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
    answered = folder.digest("restore", "--yes", now=f"{MON}T11:00")
    assert "ledger-20261116T090000Z.sqlite3" in answered.out


def test_a_rehearsal_keeps_no_backup(folder: Folder) -> None:
    """It changes nothing, and copies nothing that is thrown away again."""
    run_on(folder, MON, range(3))
    folder.drop("more.txt", page(WED, range(5)))
    folder.run(f"{WED}T08:00", "--dry-run")
    assert not (folder.root / "state" / "backups").exists()


def test_a_full_disk_costs_the_backup_and_not_the_issue(folder: Folder) -> None:
    """The run ends well and says on standard error why there is none."""
    run_on(folder, MON, range(3))
    (folder.root / "state" / "backups").write_text("no folder: nothing can be put here")
    folder.drop("more.txt", page(TUE, range(5)))
    answered = folder.digest("run", now=f"{TUE}T08:00")
    assert 0 == answered.status
    assert answered.err.startswith("digest: backup: none could be made: ")
    assert 2 == len(folder.titles())


def test_nothing_half_made_is_left(folder: Folder) -> None:
    """What a killed backup left behind goes with the next one and is never listed."""
    run_on(folder, MON, range(3))
    kept = folder.root / "state" / "backups"
    kept.mkdir()
    (kept / ".ledger.sqlite3.digest-staged").write_bytes(b"half")
    assert "" == folder.digest("restore", "--list").out
    folder.digest("backup", now=f"{MON}T09:00")
    assert ["ledger-20261116T090000Z.sqlite3"] == backups(folder)


def test_a_journal_of_the_replaced_ledger_is_not_played_into_the_restored_one(
    folder: Folder,
) -> None:
    """A ledger as a power cut leaves it, and damaged on top: the backup comes back as it was."""
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
    answered = folder.digest("restore", "--yes", now=f"{MON}T10:00")
    assert 0 == answered.status, answered
    assert not hot.exists()
    assert facts(backup) == facts(dump(ledger(folder)))
    assert (folder.root / "state" / "replaced" / "ledger-20261116T100000Z.sqlite3").exists() or (
        "ledger-20261116T100000Z.sqlite3" in backups(folder)
    )


def facts(statements: list[str]) -> list[str]:
    """Those of a dump that are about papers and issues."""
    return [one for one in statements if one.startswith(('INSERT INTO "paper"', 'INSERT INTO "is'))]


def test_a_backup_waits_for_a_run(folder: Folder) -> None:
    """The copy is one of between two runs, so its output is the one that was published."""
    run_on(folder, MON, range(3))
    answered = folder.process("backup", now=f"{MON}T09:00")
    assert 0 == answered.status
    assert json.loads(folder.digest("status", "--json", now=f"{MON}T10:00").out)["counts"]


@pytest.fixture(scope="module", params=["sound", "damaged"])
def lost(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder that is to go on from Monday's backup, its ledger sound or not; tests copy it."""
    folder = Folder(tmp_path_factory.mktemp("lost"))
    folder.configure('[inbox]\ndone = "move"\n[state]\nbackups = 0\n')
    run_on(folder, MON, range(3))
    folder.digest("backup", now=f"{MON}T09:00")
    run_on(folder, TUE, range(2, 6))
    if request.param == "damaged":
        ledger(folder).write_bytes(bytes(100) + ledger(folder).read_bytes()[100:])
    return folder


@pytest.mark.parametrize(("kind", "stride"), [("kill", 1), ("full", 9)])
def test_a_restore_that_is_broken_off(lost: Folder, tmp_path: Path, kind: str, stride: int) -> None:
    """Killed before any of its steps, or out of room: said once more, it ends as it should."""
    given = (lost.root, tmp_path, kind, 0, stride, "--now", f"{WED}T07:00", "restore", "--yes")
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.fault_driver", *map(str, given), MONDAY],
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
        left = [path.name for path in folder.root.glob("state/**/.*")]
        assert [] == left, outcome
