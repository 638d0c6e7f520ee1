"""`digest backup --people` and `digest restore --people`."""

from __future__ import annotations

import stat

import pytest

from digest.storage import lock
from digest.storage.people import database, departing
from digest.storage.people.departure_log import FILE
from tests.support.folders import Folder, tree
from tests.support.people import LATER, NOW, add_mailing, add_people, address, states

NAME = "people-20261120T080000Z.sqlite3"
TIME, NEXT = "2026-11-20T08:00Z", "2026-11-21T08:00Z"


@pytest.fixture
def crowd(folder: Folder) -> Folder:
    """Give a folder with three subscribers, one of them with an open delivery."""
    folder.configure('[site]\ntimezone = "UTC"')
    with database.opened(folder.root / "state") as people:
        one, *_ = add_people(people, range(1, 4))
        people.deliveries.add(add_mailing(people).id, NOW, subscriber=one.id)
    return folder


def test_a_backup_is_made_listed_and_restored(crowd: Folder) -> None:
    """What came since is put right, and said in numbers, without an address."""
    state = crowd.root / "state"
    made = crowd.digest("backup", "--people", now=TIME)
    assert (0, f"{state}/people-backups/{NAME} (0.2 MiB)\n") == (made.status, made.out)
    listed = crowd.digest("restore", "--people", "--list", now=TIME)
    assert listed.out.endswith(f"0.2 MiB  {state}/people-backups/{NAME}  sound\n")
    with database.opened(state) as people:
        two = people.subscribers.find(address(2))
        assert two
        departing.leave(people, two, "left", LATER)
        departing.forget(people, address(3), LATER)
    restored = crowd.digest("restore", "--people", "--yes", now=NEXT)
    assert [
        f"Restored {state}/people-backups/{NAME}",
        f"The replaced database is kept as {state}/people-backups/people-20261121T080000Z.sqlite3",
        "Mails that may have gone out since the backup: 1",
        "See digest mail status; digest mail resend --unknown sends them",
    ] == restored.out.splitlines()
    with database.opened(state) as people:
        assert {1: "active", 2: "left"} == states(people)


def test_without_the_departure_log_it_says_who_is_asked_again(crowd: Folder) -> None:
    """By their number."""
    crowd.digest("backup", "--people", now=TIME)
    (crowd.root / "state" / FILE).unlink()
    restored = crowd.digest("restore", "--people", "--yes", NAME, now=NEXT)
    assert "Until they confirm again, 3 get no mails\n" in restored.out
    with database.opened(crowd.root / "state") as people:
        assert {1: "pending", 2: "pending", 3: "pending"} == states(people)


def test_the_ledger_and_the_people_are_backed_up_apart(crowd: Folder) -> None:
    """A backup of the ledger holds no address, and each command lists its own."""
    crowd.run(TIME)
    crowd.digest("backup", now=TIME)
    crowd.digest("backup", "--people", now=TIME)
    assert NAME not in crowd.digest("restore", "--list", now=TIME).out
    assert "ledger-" not in crowd.digest("restore", "--people", "--list", now=TIME).out
    for path in (crowd.root / "state" / "backups").iterdir():
        assert b"example.org" not in path.read_bytes()


def test_a_copy_for_elsewhere_can_be_read_by_its_owner_alone(crowd: Folder) -> None:
    """And is restored by its path."""
    target = crowd.root / "copy.sqlite3"
    made = crowd.digest("backup", "--people", "--into", str(target))
    assert 0 == made.status
    assert 0o600 == stat.S_IMODE(target.stat().st_mode)
    assert not (crowd.root / "state" / "people-backups").exists()
    assert 0 == crowd.digest("restore", "--people", "--yes", str(target), now=NEXT).status


def test_old_backups_are_deleted_with_the_next_one(crowd: Folder) -> None:
    """After a week."""
    crowd.digest("backup", "--people", now=TIME)
    crowd.digest("backup", "--people", now="2026-11-27T08:00:01Z")
    expected = ["people-20261127T080001Z.sqlite3"]
    assert expected == [path.name for path in (crowd.root / "state" / "people-backups").iterdir()]


def test_without_people_there_is_nothing_to_back_up(folder: Folder) -> None:
    """And no database is made."""
    for words in (["backup", "--people"], ["restore", "--people", "--yes"]):
        answered = folder.digest(*words)
        assert 1 == answered.status
        assert "does not exist yet" in answered.err or "no sound backup" in answered.err
    assert not database.exists(folder.root / "state")


def test_a_restore_waits_for_the_sender(crowd: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is sending holds deliveries of the database that would be replaced."""
    crowd.digest("backup", "--people", now=TIME)
    before = tree(crowd.root / "state" / "people-backups")
    monkeypatch.setattr(lock, "TIMEOUT", 0.1)
    with lock.hold_file(crowd.root / "state" / "mail.lock", 1):
        answered = crowd.digest("restore", "--people", "--yes", now=NEXT)
    assert 1 == answered.status
    assert "mail.lock" in answered.err
    assert before == tree(crowd.root / "state" / "people-backups")


def test_it_asks_before_it_replaces_anything(crowd: Folder) -> None:
    """Elsewhere than on a terminal nobody can answer; a missing file is named."""
    crowd.digest("backup", "--people", now=TIME)
    asked = crowd.digest("restore", "--people")
    assert (2, True) == (asked.status, "Replacing the people database needs --yes" in asked.err)
    missing = crowd.digest("restore", "--people", "--yes", "none.sqlite3")
    assert (2, True) == (missing.status, "`digest restore --people --list`" in missing.err)


@pytest.mark.parametrize("option", ["--actions", "--gitlab"])
def test_a_folder_with_subscribers_is_not_run_in_public(crowd: Folder, option: str) -> None:
    """Nothing is made, and the message says why."""
    before = tree(crowd.root)
    answered = crowd.digest("init", option, str(crowd.root))
    assert 2 == answered.status
    assert "a branch that others may read is no place for them" in answered.err
    assert before.keys() == tree(crowd.root).keys()
    assert 0 == crowd.digest("init", "--deploy", str(crowd.root)).status


def test_ones_own_address_does_not_count(folder: Folder) -> None:
    """It is no address of others, and stands in a secret of the runner."""
    with database.opened(folder.root / "state") as people:
        people.subscribers.add("me@example.org", "me@example.org", "active", "configuration", NOW)
    assert 0 == folder.digest("init", "--actions", str(folder.root)).status


def test_a_state_folder_elsewhere_is_looked_at(folder: Folder) -> None:
    """As `[state] path` says."""
    folder.configure('[state]\npath = "elsewhere"')
    with database.opened(folder.root / "elsewhere") as people:
        add_people(people, [1])
    assert 2 == folder.digest("init", "--actions", str(folder.root)).status
