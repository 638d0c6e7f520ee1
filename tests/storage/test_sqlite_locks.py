"""No thread frees the locks that another one has on a database.

The system frees all locks of a process on a file when any thread closes the file. Another process
could then write at the same time, and the file would be damaged.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.storage.ledger import database as ledger_database
from digest.storage.ledger.full_text.issued_file import ledger_mark
from digest.storage.people import database as people_database

WRITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0.2, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def other_process(file: Path) -> str:
    """Try to write to a database in another process, and return what it says."""
    command = [sys.executable, "-c", WRITE, str(file)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return done.stdout.decode().strip()


def in_thread(work: Callable[[], object]) -> None:
    """Do something in another thread of this process."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def open_people(folder: Path) -> None:
    """Open the people database, and close it."""
    with people_database.opened(folder):
        pass


def open_ledger(folder: Path) -> None:
    """Open the ledger to read it, and close it."""
    with ledger_database.opened_to_read(folder):
        pass


def test_the_people_database_stays_locked(tmp_path: Path) -> None:
    """While a thread writes, others open and close it."""
    with people_database.opened(tmp_path) as people, people.transaction():
        assert "database is locked" == other_process(tmp_path / people_database.FILE)
        in_thread(lambda: open_people(tmp_path))
        assert "database is locked" == other_process(tmp_path / people_database.FILE)
    assert "" == other_process(tmp_path / people_database.FILE)


def test_the_people_database_is_known_to_be_in_use(tmp_path: Path) -> None:
    """Else another process that closes it takes itself for the last one, and deletes its log."""
    with people_database.opened(tmp_path) as people:
        with people.transaction():
            people.web_facts.count_request()
        in_thread(lambda: open_people(tmp_path))
        assert "" == other_process(tmp_path / people_database.FILE)
        assert (tmp_path / f"{people_database.FILE}-wal").exists()


@pytest.mark.parametrize("look", [ledger_mark, open_ledger])
def test_the_ledger_stays_locked(tmp_path: Path, look: Callable[[Path], object]) -> None:
    """While a run writes in a thread, requests look at it in others."""
    with ledger_database.opened(tmp_path) as ledger, ledger.transaction():
        in_thread(lambda: look(tmp_path))
        assert "database is locked" == other_process(tmp_path / ledger_database.FILE)
    assert "" == other_process(tmp_path / ledger_database.FILE)


def test_a_mark_follows_the_ledger(tmp_path: Path) -> None:
    """It changes with each commit, and with a ledger that is put in its place."""
    assert ledger_mark(tmp_path) is None
    marks = set()
    for number in range(3):
        with ledger_database.opened(tmp_path) as ledger, ledger.transaction():
            ledger.connection.execute(
                "INSERT INTO fact (name, value) VALUES (?, ?)", (f"{number}", "x")
            )
        marks.add(ledger_mark(tmp_path))
    other = tmp_path / "other"
    ledger_database.copy(tmp_path, other)
    (other / ledger_database.FILE).replace(tmp_path / ledger_database.FILE)
    marks.add(ledger_mark(tmp_path))
    assert 4 == len(marks)
