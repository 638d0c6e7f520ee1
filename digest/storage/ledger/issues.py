"""Editions with their cursors, the issues they made, and what waits for the next one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from digest.model.issues import Issue, IssueLink, Item
from digest.model.papers import Paper
from digest.storage.ledger.encoding import decoded
from digest.storage.ledger.papers import Papers
from digest.storage.ledger.queries import Queries, insert
from digest.storage.ledger.topic_counts import TopicCounts

_ISSUE = "edition, date, ordinal, number, moment, kind, verdict, papers, body, span"
_ISSUED = "edition, paper, issue, upvotes, comments, stars"
_DUMPS = """(
    SELECT count(DISTINCT dump) FROM sighting WHERE sighting.paper = paper.id
    OR sighting.paper IN (SELECT id FROM paper AS other WHERE other.alias_of = paper.id)
)"""


class _Words(msgspec.Struct):
    title: str
    abstract: str | None = None


class _Headed(msgspec.Struct):
    papers: tuple[_Words, ...]


class _Worded(msgspec.Struct):
    """What an issue says in words, without everything else it stores."""

    sections: tuple[_Headed, ...]


class Issues(Queries):
    """Issues as they were recorded, and the papers the next one may take."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._papers = Papers(connection)
        self._topic_counts = TopicCounts(connection)

    def candidates(self, edition: str, after: int) -> list[tuple[Paper, int]]:
        """Papers behind the cursor, oldest first, with the number of dumps that showed each.

        Of live intakes, not withdrawn, no aliases, and not issued by this edition under any of
        their guids.
        """
        sql = f"""
            SELECT paper.id, {_DUMPS}
            -- CROSS JOIN: SQLite then looks at the new intakes first, not at all papers.
            FROM intake CROSS JOIN paper ON paper.intake = intake.number
            WHERE number > :after AND kind = 'live' AND alias_of IS NULL AND withdrawn IS NULL
              AND NOT EXISTS (
                  SELECT 1 FROM issued WHERE edition = :edition AND issued.paper IN (
                      SELECT paper.id UNION ALL SELECT id FROM paper AS other
                      WHERE other.alias_of = paper.id))
            ORDER BY paper.id
        """
        counts = dict(self._execute(sql, {"after": after, "edition": edition}).fetchall())
        return [(paper, counts[paper.id]) for paper in self._papers.by_number(list(counts))]

    def of_intake(self, edition: str, intake: int) -> list[tuple[Paper, int]]:
        """Papers first seen in this intake, as `candidates` gives them; for history."""
        sql = f"""
            SELECT id, {_DUMPS}
            FROM paper
            WHERE intake = :intake AND alias_of IS NULL AND withdrawn IS NULL
              AND NOT EXISTS (SELECT 1 FROM issued WHERE edition = :edition AND paper = paper.id)
            ORDER BY id
        """
        counts = dict(self._execute(sql, {"intake": intake, "edition": edition}).fetchall())
        return [(paper, counts[paper.id]) for paper in self._papers.by_number(list(counts))]

    def record(
        self,
        issue: Issue,
        kind: str,
        upto: int | None,
        papers_issued: Sequence[tuple[int, Item]],
    ) -> int:
        """Stores an issue whole, marks its papers issued and moves the edition's cursor.

        ``upto`` None leaves the cursor where it is: history is never behind one.
        """
        row = (
            issue.edition, issue.date, issue.ordinal, issue.number, issue.moment, kind,
            issue.verdict, len(papers_issued), msgspec.json.encode(issue),
            f"{issue.span.first}/{issue.span.last}" if issue.span else None,
        )  # fmt: skip
        ((number,),) = self._execute(f"{insert('issue', _ISSUE)} RETURNING id", row).fetchall()
        issued = [
            (issue.edition, paper, number, item.upvotes, item.comments, item.stars)
            for paper, item in papers_issued
        ]
        self._executemany(insert("issued", _ISSUED), issued)
        self._topic_counts.add(issue)
        sql = "UPDATE edition SET number = ? WHERE name = ?"
        self._execute(sql, (issue.number, issue.edition))
        if upto is not None:
            sql = (
                "UPDATE edition SET cursor = ?, summed = ?, filtered = 0, muted = 0 WHERE name = ?"
            )
            self._execute(sql, (upto, upto, issue.edition))
        return int(number)

    def next_ordinal(self, edition: str, date: str) -> int:
        """1 for the first issue of a date."""
        sql = "SELECT coalesce(max(ordinal), 0) + 1 FROM issue WHERE edition = ? AND date = ?"
        (ordinal,) = self._execute(sql, (edition, date)).fetchone()
        return int(ordinal)

    def chart(self, edition: str, before: str, length: int) -> tuple[tuple[str, int], ...]:
        """Date and number of papers of an edition's last issues before this date, oldest first."""
        sql = (
            "SELECT date, papers FROM issue WHERE edition = ? AND date < ?"
            " ORDER BY date DESC, ordinal DESC LIMIT ?"
        )
        return tuple(reversed(self._execute(sql, (edition, before, length)).fetchall()))

    def words_before(
        self, edition: str, upto: str, issues: int, papers: int
    ) -> list[tuple[str, str | None]]:
        """Title and abstract of an edition's papers up to this date, of the newest issues first.

        Of so many issues, and no further issue once there are so many papers.
        """
        sql = (
            "SELECT body FROM issue WHERE edition = ? AND date <= ?"
            " ORDER BY date DESC, ordinal DESC LIMIT ?"
        )
        found: list[tuple[str, str | None]] = []
        for (body,) in self._execute(sql, (edition, upto, issues)):
            if len(found) >= papers:
                break
            sections = decoded(body, _Worded).sections
            found += [(one.title, one.abstract) for section in sections for one in section.papers]
        return found[:papers]

    def links(self) -> list[IssueLink]:
        """What lists and neighbours need of every issue, by edition, then date."""
        sql = (
            "SELECT edition, date, ordinal, number, papers, verdict, kind, span FROM issue"
            " ORDER BY edition, date, ordinal"
        )
        return [
            IssueLink(
                edition=edition,
                date=date,
                key=date if ordinal == 1 else f"{date}-{ordinal}",
                number=number,
                papers=count,
                verdict=verdict,
                is_history=kind == "history",
                span=span,
            )
            for edition, date, ordinal, number, count, verdict, kind, span in self._execute(sql)
        ]

    def stored(self, edition: str, number: int) -> Issue:
        """One issue by its number."""
        sql = "SELECT body FROM issue WHERE edition = ? AND number = ?"
        (body,) = self._execute(sql, (edition, number)).fetchone()
        return decoded(body, Issue)

    def last_moment(self, edition: str) -> str | None:
        """When an edition's last live issue was made; None before the first."""
        sql = """
            SELECT moment FROM issue WHERE edition = ? AND kind = 'live'
            ORDER BY number DESC LIMIT 1
        """
        row = self._execute(sql, (edition,)).fetchone()
        return row[0] if row else None

    def unpublished(self) -> list[tuple[str, int]]:
        """Edition and number of the issues recorded but not yet published, oldest first."""
        sql = "SELECT edition, number FROM issue WHERE published = 0 ORDER BY id"
        return self._execute(sql).fetchall()

    def mark_published(self) -> None:
        """Everything recorded so far stands in the output."""
        self._execute("UPDATE issue SET published = 1 WHERE published = 0")

    def withdrawn(self) -> frozenset[str]:
        """The guids that projections leave out."""
        rows = self._execute("SELECT guid FROM paper WHERE withdrawn IS NOT NULL")
        return frozenset(guid for (guid,) in rows)
