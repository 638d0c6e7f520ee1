"""Bring the index of papers in published issues up to date with the ledger.

Compares what the index holds with what the ledger holds: published issues, aliases, withdrawn and
moved papers, and papers that were revised. Each portion is a transaction of its own, so that what
is done stays done when the process is killed, and searches find the newest issues first.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from digest.storage.ledger import Ledger, database
from digest.storage.ledger.full_text import issued_file
from digest.storage.ledger.full_text.issued_rows import IssuedRows
from digest.storage.ledger.full_text.issued_source import (
    IssuedSource,
    IssueIdentity,
    LedgerState,
    PlaceRow,
)
from digest.storage.ledger.queries import insert, transaction

_WAIT = 5.0  # seconds to wait for a run that is writing; the next search tries again
_PORTION = 1000  # papers of one transaction, or a few more

T = TypeVar("T")


def update(folder: Path) -> None:
    """Bring the index in this folder up to date; makes it if there is none, but never a ledger.

    A damaged index is deleted. Raises `LedgerError` if the ledger cannot be read, and
    `sqlite3.Error` if the index cannot be written.
    """
    ledger = database.open_to_read(folder, timeout=_WAIT)
    if ledger is None:
        return
    with closing(ledger):
        try:
            with closing(issued_file.open_to_write(folder)) as index:
                _Update(folder, ledger, index).run()
        except sqlite3.OperationalError:  # read-only, a full disk, or another one is at it
            raise
        except sqlite3.DatabaseError:
            issued_file.delete(folder)
            raise


class _Update:
    def __init__(self, folder: Path, ledger: Ledger, index: sqlite3.Connection) -> None:
        self._folder, self._ledger, self._index = folder, ledger, index
        self._source = IssuedSource(ledger.connection)
        self._rows = IssuedRows(index)

    def run(self) -> None:
        # Both first: what is committed to the ledger from now on is for the next update.
        mark, state = self._read(self._present)
        before = self._upto()
        if before.paper is not None and not self._read(lambda: self._source.holds(before)):
            issued_file.clear(self._index)
            before = self._upto()
        self._apply_changes(before)
        self._add_issues()
        with transaction(self._index):
            sql = """
                UPDATE upto SET mark = ?, intake = ?, moment = ?, paper = ?, guid = ?,
                    is_complete = 1
            """
            self._index.execute(sql, (mark, *state))

    def _present(self) -> tuple[str | None, LedgerState]:
        """Return mark and state of the ledger, both of the same commit."""
        connection = self._ledger.connection
        connection.execute("BEGIN")
        try:
            state = self._source.state()  # takes the lock of a reader
            return issued_file.ledger_mark(self._folder), state
        finally:
            connection.execute("COMMIT")

    def _upto(self) -> LedgerState:
        sql = "SELECT intake, moment, paper, guid FROM upto"
        return LedgerState(*self._index.execute(sql).fetchone())

    def _read(self, question: Callable[[], T]) -> T:
        """Return the answer of the ledger, its errors as `LedgerError`."""
        with database.translate_errors(self._folder / database.FILE, _WAIT):
            return question()

    def _apply_changes(self, before: LedgerState) -> None:
        """Write again the papers that are in the index, and differ in the ledger."""
        revised = set[int]()
        if before.intake is not None and before.paper is not None:
            after, upto = before.intake, before.paper
            revised = self._read(lambda: self._source.revised(after, upto))
        aliases, withdrawn = self._read(self._source.aliases), self._read(self._source.withdrawn)
        moved, issues = self._read(self._source.moved), self._read(self._source.issues)
        with transaction(self._index):
            changed = revised | self._drop_issues(issues)
            changed |= self._replace("alias", "paper, main", aliases)
            changed |= self._replace("withdrawn", "paper", withdrawn)
            changed |= self._replace("moved", "paper, topic, name", moved)
            self._write(changed)

    def _drop_issues(self, present: set[IssueIdentity]) -> set[int]:
        """Drop the issues that were taken back, and return their papers."""
        papers = set[int]()
        for issue in self._issues() - present:
            rows = self._index.execute("SELECT paper FROM place WHERE issue = ?", (issue.id,))
            papers.update(paper for (paper,) in rows.fetchall())
            self._index.execute("DELETE FROM place WHERE issue = ?", (issue.id,))
            self._index.execute("DELETE FROM issue WHERE id = ?", (issue.id,))
        return papers

    def _replace(
        self, table: str, columns: str, present: AbstractSet[tuple[object, ...]]
    ) -> set[int]:
        """Give a table these rows, and return all numbers of papers in rows that changed."""
        known = set(self._index.execute(f"SELECT {columns} FROM {table}"))
        gone, new = known - present, present - known
        old = [row[:1] for row in gone]
        self._index.executemany(f"DELETE FROM {table} WHERE paper = ?", old)
        self._index.executemany(insert(table, columns), new)
        return {value for row in gone | new for value in row if isinstance(value, int)}

    def _add_issues(self) -> None:
        """Add the issues that the index lacks, the newest first."""
        missing = self._read(self._source.issues) - self._issues()
        portion: list[IssueIdentity] = []
        places: list[PlaceRow] = []
        for issue in sorted(missing, key=lambda issue: (issue.date, issue.id), reverse=True):
            portion.append(issue)
            places += self._read(functools.partial(self._source.places, issue.id))
            if len(places) >= _PORTION:
                self._add(portion, places)
                portion, places = [], []
        self._add(portion, places)

    def _add(
        self,
        issues: list[IssueIdentity],
        places: list[PlaceRow],
    ) -> None:
        with transaction(self._index):
            self._index.executemany(insert("issue", ", ".join(IssueIdentity._fields)), issues)
            columns = "paper, issue, guid, topic, heading"
            self._index.executemany(insert("place", columns), places)
            self._write({paper for paper, *_ in places})

    def _issues(self) -> set[IssueIdentity]:
        sql = f"SELECT {', '.join(IssueIdentity._fields)} FROM issue"
        return set(map(IssueIdentity._make, self._index.execute(sql)))

    def _write(self, papers: Iterable[int]) -> None:
        """Write the rows of these papers again, and of those they were merged into."""
        families = self._rows.families(papers)
        wanted = {number for family in families.values() for number in family}
        self._rows.write(families, self._read(lambda: self._source.papers(wanted)))
