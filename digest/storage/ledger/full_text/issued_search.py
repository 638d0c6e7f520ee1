"""Search the papers in published issues, quickly also for frequent words.

The order: papers that have all words in the title come first. Where at most `_RANKED` papers are
found, they are ordered by each of the words: one in the title counts most, then one in a name, then
one elsewhere. Of equals the newest comes first. BM25 was tried and rejected: it looks at every
paper that has any of the words, and takes a quarter of a second for frequent ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from digest.errors import LedgerError
from digest.storage.ledger.full_text import expressions, issued_file, issued_refresh
from digest.storage.ledger.full_text.issued_rows import numbers_of, paper_of, topic_word
from digest.storage.ledger.full_text.results import IndexPlace, IssuedResults, SearchResult
from digest.storage.ledger.queries import Queries

COUNTED = 10_000  # papers that are counted, and can be looked at; beyond, there are "more than"
EVER = range(date.min.toordinal(), date.max.toordinal() + 1)
_RANKED = 1000
_WEIGHTS = {"title": 2, "names": 1}  # more than elsewhere
_NOTHING = IssuedResults((), 0, is_complete=True)


class IssuedIndex(Queries):
    """An open index of papers in published issues."""

    def __init__(self, connection: sqlite3.Connection, days: range) -> None:
        super().__init__(connection)
        self._rows = numbers_of(days)

    def search(
        self, phrases: Sequence[str], limit: int, offset: int, topic: str | None
    ) -> IssuedResults:
        """Return ``limit`` results after the first ``offset``; for the rest see `search_issued`."""
        topic_expression = "" if topic is None else f' AND topic : "{topic_word(topic)}"'
        words = expressions.all_of(phrases)
        found = expressions.within(issued_file.COLUMNS, words) + topic_expression
        # Bounded: each of a hundred thousand papers may have a frequent word.
        newest = self._newest("word", found, COUNTED + 1)
        if len(newest) <= _RANKED:
            best = self._ranked(newest, found, phrases)
        else:
            title = expressions.within("title", words) + topic_expression
            first = self._newest("title_word", title, COUNTED)
            best = list(dict.fromkeys(first + newest))
        results = tuple(map(self._result, best[:COUNTED][offset:][:limit]))
        (is_complete,) = self._execute("SELECT is_complete FROM upto").fetchone()
        return IssuedResults(results, len(newest), bool(is_complete))

    def _newest(self, table: str, expression: str, limit: int) -> list[int]:
        sql = f"""
            SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid >= ? AND rowid < ?
            ORDER BY rowid DESC LIMIT ?
        """
        values = (expression, self._rows.start, self._rows.stop, limit)
        return [number for (number,) in self._execute(sql, values)]

    def _ranked(self, newest: Sequence[int], found: str, phrases: Sequence[str]) -> list[int]:
        """Return all that is found, the best first."""
        scores = dict.fromkeys(newest, 0)
        for phrase in phrases if len(scores) > 1 else ():
            for column, weight in _WEIGHTS.items():
                here = expressions.within(column, expressions.phrase(phrase))
                for number in self._newest("word", f"{found} AND {here}", _RANKED):
                    scores[number] += weight
        # The sort is stable, so that of equals the newest stay first.
        return sorted(scores, key=scores.__getitem__, reverse=True)

    def _result(self, number: int) -> SearchResult:
        sql = """
            SELECT facts, word.title, abstract, edition, date, ordinal, guid, found.topic, heading
            FROM found JOIN word ON word.rowid = found.id WHERE found.id = ?
        """
        facts, title, abstract, *place = self._execute(sql, (number,)).fetchone()
        return SearchResult(paper_of(facts, title, abstract), IndexPlace(*place))


def search_issued(
    folder: Path,
    phrases: Sequence[str],
    limit: int,
    offset: int = 0,
    topic: str | None = None,
    days: range = EVER,
) -> IssuedResults:
    """Return the papers in published issues that contain every phrase, the best first.

    Returns at most ``limit`` after the first ``offset``. With ``topic``, only papers under this
    heading are found; with ``days`` (as `date.toordinal` counts them) only papers whose first issue
    is of one of these. A phrase is one word, or several that must stand side by side; there must be
    one, with a letter or a digit. Signs that FTS5 takes for operators are searched as text.

    Withdrawn papers are left out, and papers of issues that are not published. There is nothing
    where there is no ledger, and none is made. If the ledger has changed, the index is brought up
    to date in the background; a search waits a moment for that, and else finds what was there
    before. It never waits for a run.

    Raises `LedgerError` if no index could be made.
    """
    if issued_file.ledger_mark(folder) is None:
        return _NOTHING
    failure = issued_refresh.refresh(folder)
    answer = _NOTHING._replace(is_complete=False)
    try:
        connection = issued_file.open_to_read(folder)
        if connection is not None:
            with closing(connection):
                answer = IssuedIndex(connection, days).search(phrases, limit, offset, topic)
            if answer.is_complete:
                return answer
    except sqlite3.OperationalError as error:
        raise _unusable(folder, error) from error
    except sqlite3.DatabaseError as error:
        issued_file.delete(folder)
        raise _unusable(folder, error) from error
    if failure is not None:
        raise _unusable(folder, failure) from failure
    return answer


def _unusable(folder: Path, error: Exception) -> LedgerError:
    if isinstance(error, LedgerError):
        return error
    hint = "delete it; the next search makes it again"
    return LedgerError(str(folder / issued_file.FILE), str(error), hint=hint)
