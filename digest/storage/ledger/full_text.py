"""Full text over all papers: titles, abstracts and names.

The index (SQLite's FTS5) is a file of its own beside the ledger, made and brought up to date
when somebody searches, so that runs do not pay for it. It holds nothing that the ledger does
not: delete it, and the next search makes it again. Papers that turned out to be another one
are found as that one.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from digest.model.papers import Paper
from digest.storage.ledger import database
from digest.storage.ledger.papers import Papers
from digest.storage.ledger.queries import transaction

Database = sqlite3.Connection

FILE = "search.sqlite3"
_FORM = 1  # of the index; another one is made anew
_BUSY_SECONDS = 30.0
_TITLE, _ABSTRACT, _NAMES = 8.0, 1.0, 4.0  # what a word counts where it is found

_MAKE = (
    "CREATE TABLE upto (paper INTEGER, guid TEXT, intake INTEGER) STRICT",
    "INSERT INTO upto (paper, guid, intake) VALUES (0, NULL, 0)",
    """CREATE VIRTUAL TABLE paper_word USING fts5 (
        title, abstract, names, tokenize = 'porter unicode61 remove_diacritics 2')""",
    f"PRAGMA main.user_version = {_FORM}",
)
_ADD = """
    INSERT OR REPLACE INTO paper_word (rowid, title, abstract, names)
    SELECT id, title, abstract, json_extract(facts, '$.authors') FROM ledger.paper
"""
_UPTO = """
    UPDATE upto SET intake = (SELECT max(number) FROM ledger.intake),
        (paper, guid) = (SELECT id, guid FROM ledger.paper ORDER BY id DESC LIMIT 1)
"""


class IndexPlace(NamedTuple):
    """Where a paper stands: an issue, and the guid it has there."""

    edition: str
    date: str
    ordinal: int
    guid: str


class SearchResult(NamedTuple):
    """A paper, and the newest issue it stands in, if any."""

    paper: Paper
    issue: IndexPlace | None


@contextmanager
def opened(folder: Path) -> Iterator[Database | None]:
    """The index of the ledger in this folder, up to date; None where there is no ledger yet.

    Where the folder cannot be written to, the index is made in memory for this once.
    """
    ledger = database.open_to_read(folder)
    if ledger is None:
        yield None
        return
    ledger.close()  # it is there, ours and of our form
    with database.translate_errors(folder / database.FILE), closing(_current(folder)) as index:
        yield index


def _current(folder: Path) -> Database:
    file = folder / FILE
    with suppress(sqlite3.OperationalError, OSError):  # read-only, or a full disk
        if not _is_usable(file, folder):
            file.unlink(missing_ok=True)
        return _brought_up(str(file), folder)
    return _brought_up(":memory:", folder)


def _is_usable(file: Path, folder: Path) -> bool:
    """Whether the index is sound, of this form, and not of a ledger that was replaced since."""
    try:
        with closing(_attached(str(file), folder)) as index:
            if index.execute("PRAGMA main.user_version").fetchone() != (_FORM,):
                return False
            ((last, guid),) = index.execute("SELECT paper, guid FROM upto")
            held = index.execute("SELECT guid FROM ledger.paper WHERE id = ?", (last,)).fetchone()
            return bool(held == (guid and (guid,)))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False


def _brought_up(place: str, folder: Path) -> Database:
    """The index with the papers that came or got other words since it was last in use."""
    index = _attached(place, folder)
    try:
        with transaction(index):
            if index.execute("PRAGMA main.user_version").fetchone() != (_FORM,):
                for statement in _MAKE:
                    index.execute(statement)
            last, intake = index.execute("SELECT paper, intake FROM upto").fetchone()
            index.execute(f"{_ADD} WHERE id > ?", (last,))
            index.execute(f"{_ADD} WHERE revised > ? AND id <= ?", (intake, last))
            index.execute(_UPTO)
    except BaseException:
        index.close()
        raise
    return index


def _attached(place: str, folder: Path) -> Database:
    index = sqlite3.connect(place, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
    try:
        ledger = (folder / database.FILE).absolute().as_uri()
        index.execute("ATTACH ? AS ledger", (f"{ledger}?mode=ro",))
        index.execute("PRAGMA main.synchronous = OFF")  # a power cut costs an index, no paper
    except BaseException:
        index.close()
        raise
    return index


def search(index: Database, phrases: Sequence[str], limit: int) -> list[SearchResult]:
    """The papers that hold all these words, or phrases of several words, the best first.

    Of equals the newest is first. Nothing in a phrase is an operator.
    """
    wanted = " ".join('"{}"'.format(phrase.replace('"', '""')) for phrase in phrases)
    sql = """
        SELECT coalesce(alias_of, paper.id)
        FROM paper_word JOIN paper ON paper.id = paper_word.rowid
        WHERE paper_word MATCH ? AND withdrawn IS NULL
        ORDER BY bm25(paper_word, ?, ?, ?), paper.id DESC
    """
    rows = index.execute(sql, (wanted, _TITLE, _ABSTRACT, _NAMES))
    numbers = list(itertools.islice(dict.fromkeys(number for (number,) in rows), limit))
    held = {paper.id: paper for paper in Papers(index).by_number(numbers)}
    return [SearchResult(held[number], _issue(index, number)) for number in numbers]


def _issue(database: Database, paper: int) -> IndexPlace | None:
    sql = """
        SELECT issue.edition, date, ordinal, guid
        FROM issued JOIN issue ON issue.id = issued.issue JOIN paper ON paper.id = issued.paper
        WHERE paper.id = :paper OR alias_of = :paper ORDER BY issue.id DESC LIMIT 1
    """
    row = database.execute(sql, {"paper": paper}).fetchone()
    return IndexPlace(*row) if row else None
