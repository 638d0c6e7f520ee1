"""Backups of the people database, and what a restore puts right in one."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import PeopleError
from digest.storage.people import backups, database, departing
from digest.storage.people.departure_log import FILE
from tests.support.people import LATER, NOW, add_mailing, add_people, address, files_with, states

MOMENT = datetime.fromisoformat(NOW)
AFTER = datetime.fromisoformat(LATER)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Make a backup of five people, two of whom left; then three more depart."""
    with database.opened(tmp_path) as people:
        one, two, three, *_ = add_people(people, range(1, 7))
        departing.leave(people, one, "left", NOW)
        departing.suppress(people, address(2), "asked", NOW)
        path = backups.make(people, tmp_path, MOMENT)
        departing.leave(people, two, "complained", NOW)
        departing.leave(people, three, "bounced", NOW)
        departing.suppress(people, address(4), "asked", NOW)
    return path


def own(folder: Path) -> None:
    """Let the configuration name the fifth person."""
    with database.opened(folder) as people:
        people.connection.execute(
            "UPDATE subscriber SET origin = 'configuration' WHERE folded = ?", (address(5),)
        )


def mode(path: Path) -> int:
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_is_whole_and_private(tmp_path: Path, backup: Path) -> None:
    """In a folder that nobody else can enter; a copy for elsewhere is as private."""
    assert "people-20261120T070000Z.sqlite3" == backup.name
    assert [0o700, 0o600] == [mode(backup.parent), mode(backup)]
    database.check(backup)
    with database.opened(tmp_path) as people:
        backups.export(people, tmp_path, tmp_path / "export.sqlite3")
        backups.export(people, tmp_path, tmp_path / "again.sqlite3")
    assert 0o600 == mode(tmp_path / "export.sqlite3")
    assert (tmp_path / "export.sqlite3").read_bytes() == (tmp_path / "again.sqlite3").read_bytes()
    assert [backup] == [copy.path for copy in backups.list_backups(tmp_path)]


def test_a_restore_reapplies_who_departed_since(tmp_path: Path, backup: Path) -> None:
    """Those who left before are as they were; the former database becomes a backup."""
    with database.opened(tmp_path) as people:
        add_people(people, [9])
    result = backups.restore(tmp_path, backup, AFTER)
    assert (True, 0, 0) == (result.is_log_complete, result.unsure, result.unknown)
    with database.opened(tmp_path) as people:
        expected = ["left", "complained", "bounced", "active", "active", "active"]
        assert expected == [*states(people).values()]
        suppressed = [people.suppressions.find(address(number)) for number in range(1, 7)]
        assert [False, True, False, True, False, False] == [one is not None for one in suppressed]
        # In UTC, as all moments of deliveries.
        assert "2026-11-21T07:00:00+00:00" == people.mailings.restored()
    assert result.replaced
    backups.restore(tmp_path, result.replaced, AFTER)
    with database.opened(tmp_path) as people:
        assert 7 == len(states(people))


def test_without_its_log_nobody_is_mailed_who_does_not_confirm(
    tmp_path: Path, backup: Path
) -> None:
    """But for one's own address. A second restore of the same backup is as careful."""
    own(tmp_path)
    with database.opened(tmp_path) as people:
        backup = backups.make(people, tmp_path, AFTER)
    for _ in range(2):
        (tmp_path / FILE).unlink(missing_ok=True)
        result = backups.restore(tmp_path, backup, AFTER)
        assert (False, 2) == (result.is_log_complete, result.unsure)
        with database.opened(tmp_path) as people:
            expected = ["left", "complained", "bounced", "pending", "active", "pending"]
            assert expected == [*states(people).values()]
            assert people.suppressions.find(address(4))
    # The log that the restore began is not that of the other backup either.
    result = backups.restore(tmp_path, backup, AFTER)
    assert (False, 2) == (result.is_log_complete, result.unsure)


def test_a_log_older_than_the_backup_counts_as_missing(tmp_path: Path, backup: Path) -> None:
    """It cannot know who left after the backup."""
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"".join(lines[:2]))
    result = backups.restore(tmp_path, backup, AFTER)
    assert (False, 5) == (result.is_log_complete, result.unsure)


def test_the_log_of_another_folder_is_applied_and_not_trusted(tmp_path: Path, backup: Path) -> None:
    """Who left there does not come back here, by the salt of that log; others confirm again."""
    other = tmp_path / "other"
    with database.opened(other) as people:
        (four,) = add_people(people, [4])
        departing.leave(people, four, "left", NOW)
        departing.forget(people, address(5), NOW)
        departing.suppress(people, address(8), "asked", NOW)
    result = backups.restore(other, backup, AFTER)
    assert (False, 3) == (result.is_log_complete, result.unsure)
    with database.opened(other) as people:
        expected = {1: "left", 2: "pending", 3: "pending", 4: "left", 6: "pending"}
        assert expected == states(people)
        # Person 2 is suppressed by the salt of the backup, the others by that of the log.
        for number in (2, 5, 8):
            assert people.suppressions.find(address(number)), number
        assert departing.unsuppress(people, address(2), LATER)
        assert people.suppressions.find(address(2)) is None


def test_what_may_have_been_mailed_since_is_unknown(tmp_path: Path) -> None:
    """Of deliveries that were open in the backup nobody knows whether they were made."""
    with database.opened(tmp_path) as people:
        added, mailing = add_people(people, range(5)), add_mailing(people)
        for person in added:
            people.deliveries.add(mailing.id, NOW, subscriber=person.id)
        numbers = [delivery.id for delivery in people.deliveries.list_of(mailing.id)]
        for number, state in zip(
            numbers, ("pending", "sending", "deferred", "sent", "held"), strict=True
        ):
            people.connection.execute("UPDATE delivery SET state = ? WHERE id = ?", (state, number))
        backup = backups.make(people, tmp_path, MOMENT)
    assert 3 == backups.restore(tmp_path, backup, AFTER).unknown
    with database.opened(tmp_path) as people:
        found = [delivery.state for delivery in people.deliveries.list_of(mailing.id)]
        assert ["unknown", "unknown", "unknown", "sent", "held"] == found
        assert [] == people.deliveries.list_due(LATER, 10)


def test_a_damaged_database_is_moved_aside(tmp_path: Path, backup: Path) -> None:
    """With nothing of its write-ahead log left to be played into the restored one."""
    path = tmp_path / database.FILE
    path.write_bytes(b"no database" * 1000)
    path.with_name(f"{path.name}-wal").write_bytes(b"no log")
    result = backups.restore(tmp_path, backup, AFTER)
    assert result.replaced
    assert ("replaced", b"no database") == (
        result.replaced.parent.name, result.replaced.read_bytes()[:11]
    )  # fmt: skip
    with database.opened(tmp_path) as people:
        assert 6 == len(states(people))
    database.check(path)


def test_a_lost_database_is_restored(tmp_path: Path, backup: Path) -> None:
    """Nothing is replaced then."""
    for path in tmp_path.glob("people.*"):
        path.unlink()
    assert backups.restore(tmp_path, backup, AFTER).replaced is None
    with database.opened(tmp_path) as people:
        assert "complained" == states(people)[2]


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_an_unsound_backup_changes_nothing(tmp_path: Path, backup: Path, content: bytes) -> None:
    """The newest sound one is another."""
    bad = backup.with_name("people-20261125T070000Z.sqlite3")
    bad.write_bytes(content)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(PeopleError, match="people-20261125"):
        backups.restore(tmp_path, bad, AFTER)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert backup == backups.newest_sound(tmp_path)


def test_a_database_that_another_program_holds_is_not_replaced(
    tmp_path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is moved aside."""
    monkeypatch.setattr(database, "TIMEOUT", 0.1)
    with closing(sqlite3.connect(tmp_path / database.FILE, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(PeopleError, match="locked"):
            backups.restore(tmp_path, backup, AFTER)
    with database.opened(tmp_path) as people:
        assert "complained" == states(people)[2]
    assert not (tmp_path / "replaced").exists()


def test_a_reader_keeps_no_restore_waiting(tmp_path: Path, backup: Path) -> None:
    """It goes on reading what it read, and its next look shows the restored people."""
    count = "SELECT count(*) FROM subscriber"
    with database.opened(tmp_path) as people:
        add_people(people, [9])
        people.connection.execute("BEGIN")
        assert (7,) == people.connection.execute(count).fetchone()
        backups.restore(tmp_path, backup, AFTER)
        assert (7,) == people.connection.execute(count).fetchone()
        people.connection.execute("COMMIT")
        assert 6 == len(states(people))


def test_who_is_forgotten_is_in_no_backup(tmp_path: Path, backup: Path) -> None:
    """The others in it stay; what is damaged cannot be cleaned and is deleted."""
    damaged = backup.with_name("people-20261119T070000Z.sqlite3")
    damaged.write_bytes(b"no database, but " + address(6).encode())
    (tmp_path / "replaced").mkdir()
    replaced = tmp_path / "replaced" / damaged.name
    replaced.write_bytes(damaged.read_bytes())
    with database.opened(tmp_path) as people:
        departing.forget(people, address(6), LATER)
        assert [] == files_with(tmp_path, address(6))
    assert not damaged.exists()
    assert not replaced.exists()
    assert [backup] == list(backup.parent.iterdir())
    assert 0o600 == mode(backup)
    backups.restore(tmp_path, backup, AFTER)
    with database.opened(tmp_path) as people:
        assert [1, 2, 3, 4, 5] == [*states(people)]
        assert people.suppressions.find(address(6))
    assert [] == files_with(tmp_path, address(6))


def test_backups_are_kept_for_a_week(tmp_path: Path, backup: Path) -> None:
    """The newest goes too; other files stay, and so does what is newer than the clock."""
    replaced = tmp_path / "replaced" / backup.name
    replaced.parent.mkdir()
    replaced.touch()
    stranger = backup.with_name("notes.txt")
    stranger.touch()
    assert [] == backups.prune(tmp_path, MOMENT)
    assert [] == backups.prune(tmp_path, MOMENT + timedelta(days=backups.DAYS))
    later = MOMENT + timedelta(days=backups.DAYS, seconds=1)
    assert [backup, replaced] == backups.prune(tmp_path, later)
    backup.touch()
    assert [] == backups.prune(tmp_path, MOMENT - timedelta(days=99))
    backup.unlink()
    assert [stranger] == list(backup.parent.iterdir())


def test_a_copy_from_elsewhere_brings_no_forgotten_address_back(tmp_path: Path) -> None:
    """Not one byte of it into the state folder, though the copy still holds it."""
    state, copy = tmp_path / "state", tmp_path / "copy.sqlite3"
    with database.opened(state) as people:
        add_people(people, range(1, 60))
        backups.export(people, state, copy)
        departing.forget(people, address(30), LATER)
    assert files_with(tmp_path, address(30)) == [copy.name]
    backups.restore(state, copy, AFTER)
    assert [] == files_with(state, address(30))
    with database.opened(state) as people:
        assert 58 == len(states(people))
        assert [] == files_with(state, address(30))
