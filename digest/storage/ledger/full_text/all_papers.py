"""Search all papers of the ledger, also those in no issue, as the command line does.

The index (SQLite's FTS5) is a file of its own beside the ledger. A search creates it or brings
it up to date, so that runs do not pay for it. Everything in it comes from the ledger, so it can
be deleted, and the next search makes it again. The words of an alias find the paper that it was
merged into.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from digest.storage.ledger import database
from digest.storage.ledger.encoding import decode
from digest.storage.ledger.full_text import expressions
from digest.storage.ledger.full_text.results import IndexPlace, IssueHeadings, SearchResult
from digest.storage.ledger.papers import Papers
from digest.storage.ledger.queries import Queries, transaction

FILE = "search.sqlite3"
_SCHEMA_VERSION = 1  # an index of another version is made anew
_TIMEOUT = 30.0  # seconds to wait for another search
_TITLE, _ABSTRACT, _NAMES = 8.0, 1.0, 4.0  # weights of a word by where it stands

# `upto` is one row: the last paper, its guid and the last intake that the index covers.
_CREATE = (
    "DROP TABLE IF EXISTS main.upto",
    "DROP TABLE IF EXISTS main.paper_word",
    "CREATE TABLE upto (paper INTEGER, guid TEXT, intake INTEGER) STRICT",
    "INSERT INTO upto (paper, guid, intake) VALUES (0, NULL, 0)",
    """CREATE VIRTUAL TABLE paper_word USING fts5 (
        title, abstract, names, tokenize = 'porter unicode61 remove_diacritics 2')""",
    f"PRAGMA main.user_version = {_SCHEMA_VERSION}",
)
_ADD = """
    INSERT OR REPLACE INTO paper_word (rowid, title, abstract, names)
    SELECT id, title, abstract, json_extract(facts, '$.authors') FROM ledger.paper
"""
_UPTO = """
    UPDATE upto SET intake = (SELECT max(number) FROM ledger.intake),
        (paper, guid) = (SELECT id, guid FROM ledger.paper ORDER BY id DESC LIMIT 1)
"""


T = TypeVar("T")


class SearchIndex(Queries):
    """An open index with its ledger attached."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        # By the number of an issue's row: several results may stand in one issue.
        self._headings: dict[int, dict[str, tuple[str, str]]] = {}

    def count(self, phrases: Sequence[str]) -> int:
        """Return how many papers contain every phrase."""
        sql = """
            SELECT count(DISTINCT coalesce(alias_of, paper.id))
            FROM paper_word JOIN paper ON paper.id = paper_word.rowid
            WHERE paper_word MATCH ? AND withdrawn IS NULL
        """
        (number,) = self._execute(sql, (expressions.all_of(phrases),)).fetchone()
        return int(number)

    def search(self, phrases: Sequence[str], limit: int) -> list[SearchResult]:
        """Return the papers that contain every phrase, the best first, at most ``limit``.

        A phrase is one word, or several that must stand side by side. Signs that FTS5 takes for
        operators are searched as text. Of equally good papers the newest comes first.
        """
        sql = """
            SELECT coalesce(alias_of, paper.id)
            FROM paper_word JOIN paper ON paper.id = paper_word.rowid
            WHERE paper_word MATCH ? AND withdrawn IS NULL
            ORDER BY bm25(paper_word, ?, ?, ?), paper.id DESC
        """
        rows = self._execute(sql, (expressions.all_of(phrases), _TITLE, _ABSTRACT, _NAMES))
        # A paper and its alias may both match: it counts once, where it stands first.
        numbers = list(itertools.islice(dict.fromkeys(number for (number,) in rows), limit))
        papers = {paper.id: paper for paper in Papers(self._connection).by_number(numbers)}
        return [SearchResult(papers[number], self._newest_issue(number)) for number in numbers]

    def _newest_issue(self, paper: int) -> IndexPlace | None:
        sql = """
            SELECT issue.id, issue.edition, date, ordinal, guid
            FROM issued JOIN issue ON issue.id = issued.issue JOIN paper ON paper.id = issued.paper
            WHERE paper.id = :paper OR alias_of = :paper ORDER BY issue.id DESC LIMIT 1
        """
        row = self._execute(sql, {"paper": paper}).fetchone()
        if row is None:
            return None
        issue, edition, date, ordinal, guid = row
        return IndexPlace(edition, date, ordinal, guid, *self._heading(issue, guid))

    def _heading(self, issue: int, guid: str) -> tuple[str, str] | tuple[None, None]:
        """Return topic and name of the heading under which an issue holds a paper."""
        if issue not in self._headings:
            (body,) = self._execute("SELECT body FROM issue WHERE id = ?", (issue,)).fetchone()
            self._headings[issue] = decode(body, IssueHeadings).by_guid()
        return self._headings[issue].get(guid, (None, None))


def search(folder: Path, phrases: Sequence[str], limit: int) -> list[SearchResult]:
    """Return the papers of the ledger in this folder that contain every phrase, the best first.

    At most ``limit`` are returned, and none when there is no ledger. The index is brought up to
    date first. If it cannot be written to, or is damaged, one is made in memory for this search.
    A damaged one is deleted, so that the next search makes it anew.

    Raises `LedgerError` when the ledger cannot be read.
    """
    return _ask(folder, lambda index: index.search(phrases, limit), [])


def count(folder: Path, phrases: Sequence[str]) -> int:
    """Return how many papers of the ledger in this folder contain every phrase.

    The index is used as by `search`. Raises `LedgerError` when the ledger cannot be read.
    """
    return _ask(folder, lambda index: index.count(phrases), 0)


def _ask(folder: Path, question: Callable[[SearchIndex], T], without_ledger: T) -> T:
    """Return the answer of an index that is up to date."""
    ledger = database.open_to_read(folder)
    if ledger is None:
        return without_ledger
    ledger.close()  # opened only to check that it exists, is ours and has the present schema
    file = folder / FILE
    with database.translate_errors(folder / database.FILE):
        try:
            return _ask_index(str(file), folder, question)
        except sqlite3.OperationalError:  # read-only, or a full disk
            pass
        except sqlite3.DatabaseError:
            with suppress(OSError):
                file.unlink(missing_ok=True)
        return _ask_index(":memory:", folder, question)


def _ask_index(place: str, folder: Path, question: Callable[[SearchIndex], T]) -> T:
    with closing(_attach(place, folder)) as index:
        _update(index)
        return question(SearchIndex(index))


def _attach(place: str, folder: Path) -> sqlite3.Connection:
    index = sqlite3.connect(place, timeout=_TIMEOUT, isolation_level=None, uri=True)
    try:
        ledger = (folder / database.FILE).absolute().as_uri()
        index.execute("ATTACH ? AS ledger", (f"{ledger}?mode=ro",))
        index.execute("PRAGMA main.synchronous = OFF")  # a power cut costs an index, no paper
    except BaseException:
        index.close()
        raise
    return index


def _update(index: sqlite3.Connection) -> None:
    """Add the papers that are new or changed since the index was last used."""
    # In one transaction, also where the index is made: other searches may begin meanwhile.
    with transaction(index):
        if not _is_current(index):
            for statement in _CREATE:
                index.execute(statement)
        last, intake = index.execute("SELECT paper, intake FROM upto").fetchone()
        index.execute(f"{_ADD} WHERE id > ?", (last,))
        # A changed paper keeps its number, so its new words replace the old ones.
        index.execute(f"{_ADD} WHERE revised > ? AND id <= ?", (intake, last))
        index.execute(_UPTO)


def _is_current(index: sqlite3.Connection) -> bool:
    """Return whether the index has the present version and was made from the present ledger."""
    if index.execute("PRAGMA main.user_version").fetchone() != (_SCHEMA_VERSION,):
        return False
    ((last, guid),) = index.execute("SELECT paper, guid FROM upto")
    # After a restore the ledger may have another paper under this number.
    present = index.execute("SELECT guid FROM ledger.paper WHERE id = ?", (last,))
    return bool(present.fetchone() == (guid and (guid,)))
