"""Queries about published issues, for requests: each reads as much as it returns, by an index."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import NamedTuple

from digest.model.issue_links import PublishedIssue
from digest.model.issues import Issue
from digest.storage.ledger.encoding import decode
from digest.storage.ledger.queries import Queries

# Columns that stand before the issue's text: to pass over that takes long.
_COLUMNS = "edition, date, ordinal, number, moment, kind, verdict, papers"
_PUBLISHED = "id NOT IN (SELECT id FROM issue WHERE published = 0)"
LAST = ("9999-12-31", 1 << 31)

Position = tuple[str, int]  # date and ordinal of an issue


class IssueSpan(NamedTuple):
    """The issues to list: those before a position, with dates from ``since`` to ``until``."""

    before: Position = LAST
    since: str = ""
    until: str = LAST[0]


EVERY = IssueSpan()


class PublishedIssues(Queries):
    """Issues whose pages are published."""

    def list_newest(
        self, edition: str, limit: int, span: IssueSpan = EVERY, *, live: bool = False
    ) -> list[PublishedIssue]:
        """Return the newest issues of an edition, newest first; with ``live`` none backfilled."""
        sql = f"""
            SELECT {_COLUMNS} FROM issue
            WHERE edition = ? AND (date, ordinal) < (?, ?) AND date BETWEEN ? AND ?
              AND {_PUBLISHED} {"AND kind = 'live'" if live else ""}
            ORDER BY date DESC, ordinal DESC LIMIT ?
        """
        values = (edition, *span.before, span.since, span.until, limit)
        return [PublishedIssue(*row) for row in self._execute(sql, values)]

    def list_newest_of_all(
        self, limit: int, before: tuple[str, str, int] | None = None, since: str = ""
    ) -> list[PublishedIssue]:
        """Return the newest issues of all editions: by date, of one date by edition, newest first.

        ``before`` is the date, edition and ordinal of the issue that they come after.
        """
        found = []
        for edition in self.editions():
            span = IssueSpan(_before(edition, before), since)
            found.append(self.list_newest(edition, limit, span))
        return heapq.nsmallest(limit, heapq.merge(*found, key=_order), key=_order)

    def editions(self) -> list[str]:
        """Return the editions that were ever configured, sorted by name."""
        return [name for (name,) in self._execute("SELECT name FROM edition ORDER BY name")]

    def list_topic_days(
        self, edition: str, topic: str, limit: int, since: str, until: str
    ) -> list[str]:
        """Return the last days on which an edition has papers under a topic, the last one first."""
        sql = """
            SELECT span FROM topic_count
            WHERE edition = ? AND unit = 'day' AND topic = ? AND papers > 0
              AND span BETWEEN ? AND ?
            ORDER BY span DESC LIMIT ?
        """
        return [day for (day,) in self._execute(sql, (edition, topic, since, until, limit))]

    def find(self, edition: str, date: str, ordinal: int) -> PublishedIssue | None:
        """Return a published issue; None if there is no such."""
        sql = f"""
            SELECT {_COLUMNS} FROM issue
            WHERE edition = ? AND date = ? AND ordinal = ? AND {_PUBLISHED}
        """
        row = self._execute(sql, (edition, date, ordinal)).fetchone()
        return row and PublishedIssue(*row)

    def load(self, issue: PublishedIssue) -> Issue | None:
        """Return what an issue holds; None if it was taken back meanwhile."""
        sql = "SELECT body FROM issue WHERE edition = ? AND date = ? AND ordinal = ? AND moment = ?"
        place = (issue.edition, issue.date, issue.ordinal, issue.moment)
        row = self._execute(sql, place).fetchone()
        return row and decode(row[0], Issue)

    def list_holding(self, papers: Sequence[int]) -> list[PublishedIssue]:
        """Return the issues that hold one of these papers, in the order of recording from the last.

        ``papers`` are numbers of the ledger: a paper and its aliases.
        """
        marks = ",".join("?" * len(papers))
        # CROSS JOIN: by edition and paper, which is the key. There is none by paper alone.
        sql = f"""
            SELECT {", ".join(f"issue.{name}" for name in _COLUMNS.split(", "))}
            FROM edition CROSS JOIN issued ON issued.edition = edition.name AND paper IN ({marks})
            CROSS JOIN issue ON issue.id = issued.issue
            WHERE issue.{_PUBLISHED}
            ORDER BY issue.id DESC
        """
        rows = self._execute(sql, papers)
        return list(dict.fromkeys(PublishedIssue(*row) for row in rows))

    def list_family(self, paper: int) -> list[tuple[int, str]]:
        """Return number and guid of a paper and of those merged into it; none if withdrawn."""
        sql = """
            SELECT id, guid FROM paper WHERE id = :paper AND withdrawn IS NULL
            UNION ALL SELECT id, guid FROM paper WHERE alias_of = :paper AND withdrawn IS NULL
        """
        return self._execute(sql, {"paper": paper}).fetchall()


def _order(issue: PublishedIssue) -> tuple[int, str, int]:
    # Dates as numbers, because texts cannot be turned round.
    return -int(issue.date.replace("-", "")), issue.edition, -issue.ordinal


def _before(edition: str, position: tuple[str, str, int] | None) -> Position:
    """Return the position before which an edition's issues follow one of any edition."""
    if position is None:
        return LAST
    date, name, ordinal = position
    if edition == name:
        return date, ordinal
    # Of one date, the editions come in the order of their names.
    return (date, LAST[1]) if edition > name else (date, 0)
