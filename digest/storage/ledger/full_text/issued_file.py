"""The index of papers in published issues: its file, its tables, and how it is opened.

It holds all that a result shows, so a search reads nothing of the ledger: a run cannot keep it
waiting, and it cannot keep a run waiting. Its journal is a write-ahead log, so that searches go on
while it is brought up to date.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from digest.storage.ledger import locations
from digest.storage.ledger.full_text import expressions
from digest.storage.ledger.queries import transaction

FILE = "issued.sqlite3"
COLUMNS = "title abstract names aliases"  # of `word`, those that hold words; `topic` is no word
_VERSION = 1  # an index of another version is made anew
_TIMEOUT = 30.0  # seconds to wait for another process that brings it up to date
_JOURNALS = ("", "-wal", "-shm", "-journal")
_COUNTER = slice(24, 28)  # of a file of SQLite: the number of its last commit
_descriptors: dict[tuple[int, int], int] = {}
_opening = threading.Lock()

# `upto` is one row: how far the index goes. Papers are numbered as in the ledger; a `place` has
# the number under which an issue took a paper, which may be an alias by now. The `id` of a found
# paper sorts it by the date of its first issue.
_TABLES = (
    """CREATE TABLE upto (
        mark TEXT, intake INTEGER, moment TEXT, paper INTEGER, guid TEXT,
        is_complete INTEGER NOT NULL) STRICT""",
    "INSERT INTO upto (is_complete) VALUES (0)",
    """CREATE TABLE issue (
        id INTEGER PRIMARY KEY, edition TEXT NOT NULL, date TEXT NOT NULL,
        ordinal INTEGER NOT NULL, moment TEXT NOT NULL) STRICT""",
    """CREATE TABLE place (
        paper INTEGER NOT NULL, issue INTEGER NOT NULL, guid TEXT NOT NULL, topic TEXT,
        heading TEXT, PRIMARY KEY (paper, issue)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX place_issue ON place (issue)",
    "CREATE TABLE alias (paper INTEGER PRIMARY KEY, main INTEGER NOT NULL) STRICT",
    "CREATE INDEX alias_main ON alias (main)",
    "CREATE TABLE withdrawn (paper INTEGER PRIMARY KEY) STRICT",
    """CREATE TABLE moved (
        paper INTEGER PRIMARY KEY, topic TEXT NOT NULL, name TEXT NOT NULL) STRICT""",
    """CREATE TABLE found (
        id INTEGER PRIMARY KEY, paper INTEGER NOT NULL UNIQUE, edition TEXT NOT NULL,
        date TEXT NOT NULL, ordinal INTEGER NOT NULL, guid TEXT NOT NULL, topic TEXT, heading TEXT,
        facts BLOB NOT NULL) STRICT""",
    f"""CREATE VIRTUAL TABLE word USING fts5 (
        title, abstract, names, aliases, topic, {expressions.TOKENIZER})""",
    # A table of its own, because to look for frequent words in one column of many takes long.
    f"CREATE VIRTUAL TABLE title_word USING fts5 (title, topic, {expressions.TOKENIZER})",
    f"PRAGMA user_version = {_VERSION}",
)
_NAMES = "upto issue place alias withdrawn moved found word title_word".split()


def ledger_mark(folder: Path) -> str | None:
    """Return a text that changes with every commit to the ledger; None if there is no ledger.

    Read from the file without a lock. So it may be that of a commit just being written: whoever
    needs the mark of what was read reads it under a lock.
    """
    try:
        descriptor = _opened(folder / locations.FILE)
    except FileNotFoundError:
        return None
    counter = os.pread(descriptor, 100, 0)[_COUNTER]
    status = os.fstat(descriptor)
    return f"{counter.hex()} {status.st_size} {status.st_mtime_ns} {status.st_ino}"


def _opened(file: Path) -> int:
    """Return a descriptor of a file, which stays open until the process ends.

    To close it would free the locks that SQLite has on the file in other threads
    (https://www.sqlite.org/howtocorrupt.html, section 2.2), so there is one for each ledger: a
    restored one is another file.
    """
    status = file.stat()
    place = (status.st_dev, status.st_ino)
    with _opening:
        if place not in _descriptors:
            _descriptors[place] = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        return _descriptors[place]


def open_to_read(folder: Path) -> sqlite3.Connection | None:
    """Open the index to search it; None if there is none of this version yet."""
    file = folder / FILE
    if not file.exists():
        return None
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    with ExitStack() as on_error:
        on_error.callback(connection.close)
        if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            return None  # which closes it
        on_error.pop_all()
    return connection


def open_to_write(folder: Path) -> sqlite3.Connection:
    """Open the index to bring it up to date; it is made if there is none of this version."""
    connection = sqlite3.connect(folder / FILE, timeout=_TIMEOUT, isolation_level=None)
    with ExitStack() as on_error:
        on_error.callback(connection.close)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # a power cut costs an index, no paper
        if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            clear(connection)
        on_error.pop_all()
    return connection


def clear(connection: sqlite3.Connection) -> None:
    """Make all tables anew, without a paper."""
    with transaction(connection):
        for name in _NAMES:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _TABLES:
            connection.execute(statement)


def delete(folder: Path) -> None:
    """Delete a damaged index, so that the next search makes a new one."""
    for suffix in _JOURNALS:
        with suppress(OSError):
            (folder / f"{FILE}{suffix}").unlink(missing_ok=True)
