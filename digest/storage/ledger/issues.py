"""Editions with their cursors, the issues they made, and what waits for the next one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from digest.model.issues import Issue, IssueLink, Item
from digest.model.papers import Paper
from digest.storage.ledger import papers, topic_counts
from digest.storage.ledger.encoding import decoded

Database = sqlite3.Connection

_DUMPS = """(
    SELECT count(DISTINCT dump) FROM sighting WHERE sighting.paper = paper.id
    OR sighting.paper IN (SELECT id FROM paper AS other WHERE other.alias_of = paper.id)
)"""


class Cursor(NamedTuple):
    """How far an edition has judged.

    Also up to which intake its issues' feet have summed, and what its filters left out since.
    """

    cursor: int
    summed: int
    number: int
    filtered: int
    muted: int


class _Words(msgspec.Struct):
    title: str
    abstract: str | None = None


class _Headed(msgspec.Struct):
    papers: tuple[_Words, ...]


class _Worded(msgspec.Struct):
    """What an issue says in words, without everything else it stores."""

    sections: tuple[_Headed, ...]


def cursor(database: Database, edition: str) -> Cursor:
    """Where an edition stands; one that is new starts after what was taken in before it."""
    sql = "SELECT cursor, summed, number, filtered, muted FROM edition WHERE name = ?"
    row = database.execute(sql, (edition,)).fetchone()
    last = _last_intake(database)
    return Cursor(*row) if row else Cursor(last, last, 0, 0, 0)


def unconfigured(database: Database, editions: Sequence[str]) -> bool:
    """Whether one of these editions is not known yet."""
    known = {name for (name,) in database.execute("SELECT name FROM edition")}
    return not known.issuperset(editions)


def configure(database: Database, editions: Sequence[str]) -> None:
    """Makes a row for each edition that has none."""
    last = _last_intake(database)
    rows = [(name, last, last, last) for name in editions]
    database.executemany("INSERT OR IGNORE INTO edition VALUES (?, ?, ?, ?, 0, 0, 0)", rows)


def candidates(database: Database, edition: str, after: int) -> list[tuple[Paper, int]]:
    """Papers behind the cursor, oldest first, with the number of dumps that showed each.

    Of live intakes, not withdrawn, no aliases, and not issued by this edition under any of
    their guids.
    """
    sql = f"""
        SELECT paper.id, {_DUMPS}
        FROM intake CROSS JOIN paper ON paper.intake = intake.number -- the new ones first, not all
        WHERE number > :after AND kind = 'live' AND alias_of IS NULL AND withdrawn IS NULL
          AND NOT EXISTS (
              SELECT 1 FROM issued WHERE edition = :edition AND issued.paper IN (
                  SELECT paper.id UNION ALL SELECT id FROM paper AS other
                  WHERE other.alias_of = paper.id))
        ORDER BY paper.id
    """
    counts = dict(database.execute(sql, {"after": after, "edition": edition}).fetchall())
    return [(paper, counts[paper.id]) for paper in papers.by_number(database, list(counts))]


def of_intake(database: Database, edition: str, intake: int) -> list[tuple[Paper, int]]:
    """Papers first seen in this intake, as `candidates` gives them; for history."""
    sql = f"""
        SELECT id, {_DUMPS}
        FROM paper
        WHERE intake = :intake AND alias_of IS NULL AND withdrawn IS NULL
          AND NOT EXISTS (SELECT 1 FROM issued WHERE edition = :edition AND paper = paper.id)
        ORDER BY id
    """
    counts = dict(database.execute(sql, {"intake": intake, "edition": edition}).fetchall())
    return [(paper, counts[paper.id]) for paper in papers.by_number(database, list(counts))]


def judge(database: Database, edition: str, upto: int, filtered: int, muted: int = 0) -> None:
    """Moves the cursor over papers that were all left out, keeping their number."""
    sql = "UPDATE edition SET cursor = ?, filtered = filtered + ?, muted = muted + ? WHERE name = ?"
    database.execute(sql, (upto, filtered, muted, edition))


def record(
    database: Database,
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
    sql = "INSERT INTO issue VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)"
    number = int(database.execute(sql, row).lastrowid or 0)
    issued = [
        (issue.edition, paper, number, item.upvotes, item.comments, item.stars)
        for paper, item in papers_issued
    ]
    database.executemany("INSERT INTO issued VALUES (?, ?, ?, ?, ?, ?)", issued)
    topic_counts.add(database, issue)
    sql = "UPDATE edition SET number = ? WHERE name = ?"
    database.execute(sql, (issue.number, issue.edition))
    if upto is not None:
        sql = "UPDATE edition SET cursor = ?, summed = ?, filtered = 0, muted = 0 WHERE name = ?"
        database.execute(sql, (upto, upto, issue.edition))
    return number


def next_ordinal(database: Database, edition: str, date: str) -> int:
    """1 for the first issue of a date."""
    sql = "SELECT coalesce(max(ordinal), 0) + 1 FROM issue WHERE edition = ? AND date = ?"
    (ordinal,) = database.execute(sql, (edition, date)).fetchone()
    return int(ordinal)


def chart(
    database: Database, edition: str, before: str, length: int
) -> tuple[tuple[str, int], ...]:
    """Date and number of papers of an edition's last issues before this date, oldest first."""
    sql = (
        "SELECT date, papers FROM issue WHERE edition = ? AND date < ?"
        " ORDER BY date DESC, ordinal DESC LIMIT ?"
    )
    return tuple(reversed(database.execute(sql, (edition, before, length)).fetchall()))


def words_before(
    database: Database, edition: str, upto: str, issues: int, papers: int
) -> list[tuple[str, str | None]]:
    """Title and abstract of an edition's papers up to this date, of the newest issues first.

    Of so many issues, and no further issue once there are so many papers.
    """
    sql = (
        "SELECT body FROM issue WHERE edition = ? AND date <= ?"
        " ORDER BY date DESC, ordinal DESC LIMIT ?"
    )
    found: list[tuple[str, str | None]] = []
    for (body,) in database.execute(sql, (edition, upto, issues)):
        if len(found) >= papers:
            break
        sections = decoded(body, _Worded).sections
        found += [(one.title, one.abstract) for section in sections for one in section.papers]
    return found[:papers]


def links(database: Database) -> list[IssueLink]:
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
        for edition, date, ordinal, number, count, verdict, kind, span in database.execute(sql)
    ]


def stored(database: Database, edition: str, number: int) -> Issue:
    """One issue by its number."""
    sql = "SELECT body FROM issue WHERE edition = ? AND number = ?"
    (body,) = database.execute(sql, (edition, number)).fetchone()
    return decoded(body, Issue)


def last_moment(database: Database, edition: str) -> str | None:
    """When an edition's last live issue was made; None before the first."""
    sql = (
        "SELECT moment FROM issue WHERE edition = ? AND kind = 'live' ORDER BY number DESC LIMIT 1"
    )
    row = database.execute(sql, (edition,)).fetchone()
    return row[0] if row else None


def unpublished(database: Database) -> list[tuple[str, int]]:
    """Edition and number of the issues recorded but not yet published, oldest first."""
    sql = "SELECT edition, number FROM issue WHERE published = 0 ORDER BY id"
    return database.execute(sql).fetchall()


def mark_published(database: Database) -> None:
    """Everything recorded so far stands in the output."""
    database.execute("UPDATE issue SET published = 1 WHERE published = 0")


def withdrawn(database: Database) -> frozenset[str]:
    """The guids that projections leave out."""
    rows = database.execute("SELECT guid FROM paper WHERE withdrawn IS NOT NULL")
    return frozenset(guid for (guid,) in rows)


def _last_intake(database: Database) -> int:
    (number,) = database.execute("SELECT coalesce(max(number), 0) FROM intake").fetchone()
    return int(number)
