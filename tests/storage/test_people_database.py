"""The people database: who may read it, what is refused, and what a kill leaves."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import PeopleError
from digest.model.people import MailContent, SendOutcome, Wish
from digest.storage.people import database, departing
from digest.storage.people.schema import MIGRATIONS
from tests.support.people import LATER, NOW, add_mailing, add_people, address, files_with, states


def mode(path: Path) -> int:
    """Return the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_can_read_any_of_its_files(tmp_path: Path) -> None:
    """Neither the database nor its write-ahead log, index and departure log, by any umask."""
    before = os.umask(0)
    try:
        with database.opened(tmp_path) as people:
            departing.leave(people, add_people(people, [1])[0], "left", NOW)
            names = {path.name for path in tmp_path.glob("people*")}
            assert {"people.sqlite3", "people.sqlite3-wal", "people.sqlite3-shm"} == names
            for path in (*tmp_path.glob("people*"), tmp_path / "departures.jsonl"):
                assert 0o600 == mode(path), path
    finally:
        os.umask(before)


def test_a_folder_without_people_has_no_database(tmp_path: Path) -> None:
    """Asking makes none; opening does, with the folder."""
    state = tmp_path / "state"
    assert not database.exists(state)
    assert not state.exists()
    with database.opened(state):
        pass
    assert database.exists(state)


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    """Byte for byte, and nothing is put beside it."""
    path = tmp_path / database.FILE
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (id INTEGER)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(PeopleError, match="another program"), database.opened(tmp_path):
        pass
    assert before == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_later_form_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """It may hold what this version would lose."""
    with database.opened(tmp_path) as people:
        people.connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    expected = r"later version \(update papers-digest\)"
    with pytest.raises(PeopleError, match=expected), database.opened(tmp_path):
        pass


@pytest.mark.parametrize("damage", ["cut", "garbled", "garbage"])
def test_a_damaged_file_is_an_error_and_stays(tmp_path: Path, damage: str) -> None:
    """`check` finds it, and nothing is made in its place."""
    with database.opened(tmp_path) as people, people.transaction():
        add_people(people, range(200))
    path = tmp_path / database.FILE
    whole = path.read_bytes()
    broken = {
        "cut": whole[: len(whole) // 2],
        "garbled": whole[:8192] + b"\xff" * 8192 + whole[16384:],
        "garbage": b"no database" * 1000,
    }[damage]
    path.write_bytes(broken)
    with pytest.raises(PeopleError):
        database.check(path)
    assert broken == path.read_bytes()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Its target stays empty."""
    target = tmp_path / "elsewhere"
    target.touch()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / database.FILE).symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"), database.opened(tmp_path / "state"):
        pass
    assert b"" == target.read_bytes()


def fill(folder: Path) -> None:
    """Add people until the database may not grow any more."""
    with database.opened(folder) as people:
        people.connection.execute("PRAGMA max_page_count = 30")
        with people.transaction():
            add_people(people, range(2, 2_000))


def test_a_failure_of_the_disk_inside_the_block_is_a_people_error(tmp_path: Path) -> None:
    """As of a full disk, played by a limit of pages; what was committed stays."""
    with database.opened(tmp_path) as people:
        add_people(people, [1])
    with pytest.raises(PeopleError, match="full"):
        fill(tmp_path)
    with database.opened(tmp_path) as people:
        assert {1: "active"} == states(people)


def test_several_processes_open_a_new_folder_at_once(tmp_path: Path) -> None:
    """One makes the database and the log; all write, and nobody is lost."""
    code = (
        "import sys, pathlib;from digest.storage.people import database, departing;"
        "from tests.support.people import *;n = int(sys.argv[2])\n"
        "with database.opened(pathlib.Path(sys.argv[1])) as people:\n"
        "    for person in add_people(people, range(n, n + 5)):\n"
        "        departing.leave(people, person, 'left', NOW)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    children = [subprocess.Popen([*command, str(number)]) for number in (10, 20, 30)]
    assert [0, 0, 0] == [child.wait(60) for child in children]
    with database.opened(tmp_path) as people:
        assert dict.fromkeys([*range(10, 15), *range(20, 25), *range(30, 35)], "left") == states(
            people
        )
    assert 16 == (tmp_path / "departures.jsonl").read_bytes().count(b"\n")


def test_threads_with_connections_of_their_own_lose_nothing(tmp_path: Path) -> None:
    """Each transaction takes the write lock first and waits for the others."""

    def work(number: int) -> None:
        with database.opened(tmp_path) as people:
            for person in range(number, number + 10):
                with people.transaction():
                    add_people(people, [person])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(0, 40, 10)))
    with database.opened(tmp_path) as people:
        assert dict.fromkeys(range(40), "active") == states(people)


def test_a_killed_writer_leaves_what_it_committed(tmp_path: Path) -> None:
    """And nothing of the transaction it was in."""
    code = (
        "import os, pathlib, signal, sys;from digest.storage.people import database\n"
        "from tests.support.people import *\n"
        "with database.opened(pathlib.Path(sys.argv[1])) as people:\n"
        "    with people.transaction(): add_people(people, [1, 2])\n"
        "    with people.transaction():\n"
        "        add_people(people, [3])\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert -signal.SIGKILL == done.returncode
    with database.opened(tmp_path) as people:
        assert {1: "active", 2: "active"} == states(people)


def test_of_a_forgotten_person_no_byte_stays(tmp_path: Path) -> None:
    """In no file of the state folder, also while the database is open; all others stay."""
    with database.opened(tmp_path) as people:
        with people.transaction():
            added = add_people(people, range(60))
        mailing = add_mailing(people)
        people.subscribers.set_wish(added[30].id, Wish(words=("harbour",)))
        people.deliveries.add(mailing.id, NOW, subscriber=added[30].id)
        (delivery,) = people.deliveries.list_of(mailing.id)
        reply = f"550 5.1.1 <{address(30)}>: no such user"
        people.deliveries.add_attempt(delivery.id, NOW, SendOutcome("failed", reply, 550))
        people.deliveries.set_state(delivery.id, "failed", NOW, reply)
        assert files_with(tmp_path, address(30))
        departing.suppress(people, address(30), "asked by telephone", NOW)
        assert departing.forget(people, address(30), LATER)
        assert [] == files_with(tmp_path, address(30))
        assert [] == list(people.deliveries.list_of(mailing.id))
        assert 59 == len(states(people))
        suppression = people.suppressions.find(address(30))
        assert suppression
        assert ("forgotten", LATER) == (suppression.reason, suppression.moment)
        assert not departing.forget(people, address(30), LATER)
    assert [] == files_with(tmp_path, address(30))
    assert files_with(tmp_path, address(31))


def test_a_paper_is_found_in_the_messages_that_show_it(tmp_path: Path) -> None:
    """By edition, in other mailings; the stored bytes come back until they are dropped."""
    content = MailContent(subject="Two papers", body=b"\r\n" * 500, papers=("a", "b"))
    with database.opened(tmp_path) as people:
        mailing = add_mailing(people)
        number = people.contents.add(mailing.id, "daily", "hash", content)
        assert number == people.contents.find(mailing.id, "hash")
        assert content == people.contents.load(number)
        assert {number: {"b"}} == people.contents.holding("daily", ["b", "c"], mailing.id + 1)
        assert {} == people.contents.holding("daily", ["b", "c"], mailing.id)
        assert {} == people.contents.holding("weekly", ["b", "c"], mailing.id + 1)
        people.contents.drop_bodies(NOW)
        assert content == people.contents.load(number)
        people.contents.drop_bodies(LATER)
        assert people.contents.load(number) is None
        assert {number: {"a"}} == people.contents.holding("daily", ["a"], mailing.id + 1)


def test_each_reference_between_tables_has_an_index(tmp_path: Path) -> None:
    """Without one, each row that is deleted is looked for in the whole other table."""
    with database.opened(tmp_path) as people:
        ask = people.connection.execute
        tables = [name for (name,) in ask("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        indexed = {
            (table, ask(f"PRAGMA index_info({index[1]})").fetchone()[2])
            for table in tables
            for index in ask(f"PRAGMA index_list({table})").fetchall()
        }
        columns = {
            (table, reference[3])
            for table in tables
            for reference in ask(f"PRAGMA foreign_key_list({table})").fetchall()
        }
    assert len(columns) > 5
    assert set() == columns - indexed
