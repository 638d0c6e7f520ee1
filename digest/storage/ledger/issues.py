"""Issues: candidates for the next one, recording, and queries about recorded ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from digest.model.issue_links import IssueLink
from digest.model.issues import Issue, Item, issue_key
from digest.model.papers import Paper
from digest.storage.ledger.editions import Editions
from digest.storage.ledger.encoding import decode
from digest.storage.ledger.papers import Papers
from digest.storage.ledger.queries import Queries, insert
from digest.storage.ledger.topic_counts import TopicCounts

_ISSUE = "edition, date, ordinal, number, moment, kind, verdict, papers, body, span"
_ISSUED = "edition, paper, issue, upvotes, comments, stars"
# The number of dumps that showed a paper. Its aliases count too: a merge does not move sightings.
_DUMPS = """(
    SELECT count(DISTINCT dump) FROM sighting WHERE sighting.paper = paper.id
    OR sighting.paper IN (SELECT id FROM paper AS other WHERE other.alias_of = paper.id)
)"""


class _ItemWords(msgspec.Struct):
    title: str
    abstract: str | None = None


class _SectionWords(msgspec.Struct):
    papers: tuple[_ItemWords, ...]


class _IssueWords(msgspec.Struct):
    """The titles and abstracts of a stored issue, decoded without the rest to save time."""

    sections: tuple[_SectionWords, ...]


class Issues(Queries):
    """Recorded issues, and the papers that the next one may take."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._papers = Papers(connection)
        self._editions = Editions(connection)
        self._topic_counts = TopicCounts(connection)

    def candidates(self, edition: str, after: int, upto: int) -> list[tuple[Paper, int]]:
        """Return the papers of live intakes after ``after``, and those that wait; oldest first.

        Each comes with the number of dumps that showed it. Papers of intakes after ``upto``,
        withdrawn papers, aliases, and papers that the edition has issued under any of their
        guids are left out.
        """
        sql = f"""
            WITH candidate (number) AS (
                -- CROSS JOIN: SQLite then reads the new intakes first, not all papers.
                SELECT paper.id FROM intake CROSS JOIN paper ON paper.intake = intake.number
                WHERE number > :after AND kind = 'live'
                UNION SELECT paper FROM waiting WHERE edition = :edition
            )
            SELECT paper.id, {_DUMPS}
            FROM candidate CROSS JOIN paper ON paper.id = candidate.number
            WHERE paper.intake <= :upto AND alias_of IS NULL AND withdrawn IS NULL
              AND NOT EXISTS (
                  SELECT 1 FROM issued WHERE edition = :edition AND issued.paper IN (
                      SELECT paper.id UNION ALL SELECT id FROM paper AS other
                      WHERE other.alias_of = paper.id))
            ORDER BY paper.id
        """
        places = {"after": after, "upto": upto, "edition": edition}
        counts = dict(self._execute(sql, places).fetchall())
        return [(paper, counts[paper.id]) for paper in self._papers.by_number(list(counts))]

    def candidates_of_intake(self, edition: str, intake: int) -> list[tuple[Paper, int]]:
        """Return the papers that a backfill's intake saw first, each with its number of dumps.

        Withdrawn papers, aliases and papers that the edition has issued are left out.
        """
        sql = f"""
            SELECT id, {_DUMPS}
            FROM paper
            WHERE intake = :intake AND alias_of IS NULL AND withdrawn IS NULL
              AND NOT EXISTS (SELECT 1 FROM issued WHERE edition = :edition AND paper = paper.id)
            ORDER BY id
        """
        counts = dict(self._execute(sql, {"intake": intake, "edition": edition}).fetchall())
        return [(paper, counts[paper.id]) for paper in self._papers.by_number(list(counts))]

    def record_issue(
        self,
        issue: Issue,
        kind: str,
        upto: int | None,
        papers: Sequence[tuple[int, Item]],
    ) -> int:
        """Store an issue whole, mark its papers as issued, and return its row's number.

        The edition's cursor moves to the intake ``upto``. With None it stays: a backfilled
        issue covers no live intake.
        """
        row = (
            issue.edition, issue.date, issue.ordinal, issue.number, issue.moment, kind,
            issue.verdict, len(papers), msgspec.json.encode(issue),
            issue.span.interval if issue.span else None,
        )  # fmt: skip
        ((number,),) = self._execute(f"{insert('issue', _ISSUE)} RETURNING id", row).fetchall()
        issued = [
            (issue.edition, paper, number, item.upvotes, item.comments, item.stars)
            for paper, item in papers
        ]
        self._executemany(insert("issued", _ISSUED), issued)
        self._topic_counts.add_issue(issue)
        sql = "UPDATE edition SET number = ? WHERE name = ?"
        self._execute(sql, (issue.number, issue.edition))
        if upto is not None:
            self._editions.advance_past_issue(issue.edition, upto, number)
        return int(number)

    def next_ordinal(self, edition: str, date: str) -> int:
        """Return the ordinal of the next issue of a date; 1 for the first."""
        sql = "SELECT coalesce(max(ordinal), 0) + 1 FROM issue WHERE edition = ? AND date = ?"
        (ordinal,) = self._execute(sql, (edition, date)).fetchone()
        return int(ordinal)

    def chart(self, edition: str, before: str, length: int) -> tuple[tuple[str, int], ...]:
        """Return date and number of papers of the last ``length`` issues before a date.

        The oldest comes first. Issues of the date itself are left out.
        """
        sql = (
            "SELECT date, papers FROM issue WHERE edition = ? AND date < ?"
            " ORDER BY date DESC, ordinal DESC LIMIT ?"
        )
        return tuple(reversed(self._execute(sql, (edition, before, length)).fetchall()))

    def words_before(
        self, edition: str, upto: str, issues: int, papers: int
    ) -> list[tuple[str, str | None]]:
        """Return title and abstract of the papers of the edition's issues up to a date.

        Reads the last ``issues`` issues up to ``upto``, the newest first, and returns at most
        ``papers`` papers.
        """
        sql = (
            "SELECT body FROM issue WHERE edition = ? AND date <= ?"
            " ORDER BY date DESC, ordinal DESC LIMIT ?"
        )
        words: list[tuple[str, str | None]] = []
        for (body,) in self._execute(sql, (edition, upto, issues)):
            if len(words) >= papers:
                break
            sections = decode(body, _IssueWords).sections
            words += [
                (item.title, item.abstract) for section in sections for item in section.papers
            ]
        return words[:papers]

    def list_links(self) -> list[IssueLink]:
        """Return a link to every issue, as lists and neighbouring pages show it.

        Sorted by edition, date and ordinal. The stored issues are not decoded.
        """
        return self._links("ORDER BY edition, date, ordinal")

    def newest_published(self, edition: str) -> IssueLink | None:
        """Return a link to an edition's newest live issue whose pages are published."""
        links = self._links(
            "WHERE edition = ? AND kind = 'live' AND published = 1 ORDER BY number DESC LIMIT 1",
            edition,
        )
        return links[0] if links else None

    def find_issue(self, edition: str, number: int) -> Issue | None:
        """Return an issue by its number in the edition; None if it was taken back."""
        sql = "SELECT body FROM issue WHERE edition = ? AND number = ?"
        row = self._execute(sql, (edition, number)).fetchone()
        return row and decode(row[0], Issue)

    def _links(self, condition: str, *values: int | str) -> list[IssueLink]:
        sql = (
            "SELECT edition, date, ordinal, number, papers, verdict, kind, span, length(body)"
            " FROM issue"
        )
        rows = self._execute(f"{sql} {condition}", values)
        return [
            IssueLink(
                edition=edition,
                date=date,
                key=issue_key(date, ordinal),
                number=number,
                papers=count,
                verdict=verdict,
                is_history=kind == "history",
                span=span,
                size=size,
            )
            for edition, date, ordinal, number, count, verdict, kind, span, size in rows
        ]

    def load_issue(self, edition: str, number: int) -> Issue:
        """Return an issue by its number in the edition."""
        sql = "SELECT body FROM issue WHERE edition = ? AND number = ?"
        (body,) = self._execute(sql, (edition, number)).fetchone()
        return decode(body, Issue)

    def last_moment(self, edition: str) -> str | None:
        """Return when an edition's last live issue was made; None before the first."""
        sql = """
            SELECT moment FROM issue WHERE edition = ? AND kind = 'live'
            ORDER BY number DESC LIMIT 1
        """
        row = self._execute(sql, (edition,)).fetchone()
        return row[0] if row else None

    def list_links_after(self, row: int) -> list[IssueLink]:
        """Return a link to every issue recorded after the one in this row, in that order."""
        return self._links("WHERE id > ? ORDER BY id", row)

    def moment_before(self, edition: str, date: str) -> str | None:
        """Return the moment of an edition's last issue up to a date; None before the first."""
        sql = """
            SELECT moment FROM issue WHERE edition = ? AND date <= ?
            ORDER BY date DESC, ordinal DESC LIMIT 1
        """
        row = self._execute(sql, (edition, date)).fetchone()
        return row[0] if row else None

    def list_unpublished(self) -> list[tuple[str, int]]:
        """Return edition and number of the issues that are not published yet, oldest first."""
        sql = "SELECT edition, number FROM issue WHERE published = 0 ORDER BY id"
        return self._execute(sql).fetchall()

    def mark_published(self) -> None:
        """Mark all recorded issues as published."""
        # A publication writes every unpublished issue before it records this.
        self._execute("UPDATE issue SET published = 1 WHERE published = 0")

    def withdrawn_guids(self) -> frozenset[str]:
        """Return the guids of withdrawn papers, which pages and feeds leave out."""
        rows = self._execute("SELECT guid FROM paper WHERE withdrawn IS NOT NULL")
        return frozenset(guid for (guid,) in rows)
