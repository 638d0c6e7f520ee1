"""What moved among the papers an edition has issued."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

Database = sqlite3.Connection


class Changed(NamedTuple):
    """A change of an issued paper's words since some intake."""

    paper: int
    issue: str
    kind: str
    before: str
    after: str


class Counted(NamedTuple):
    """An issued paper's counts when it was issued, now, and when last shown as rising."""

    paper: int
    issue: str
    issued: str
    then: tuple[int | None, int | None, int | None]
    now: tuple[int | None, int | None, int | None]
    shown: int | None


_KEY = "CASE ordinal WHEN 1 THEN date ELSE date || '-' || ordinal END"


def changes(database: Database, edition: str, after: int) -> list[Changed]:
    """Changes that intakes after this one brought, of papers issued before, in their order."""
    sql = f"""
        SELECT change.paper, {_KEY}, change.kind, before, after
        FROM change JOIN issued ON issued.paper = change.paper AND issued.edition = :edition
        JOIN issue ON issue.id = issued.issue JOIN paper ON paper.id = change.paper
        WHERE change.intake > :after AND withdrawn IS NULL ORDER BY change.id
    """
    rows = database.execute(sql, {"edition": edition, "after": after})
    return [Changed(*row) for row in rows]


def counts(database: Database, edition: str, since: str) -> list[Counted]:
    """The counts of all papers in issues of this date or later, oldest paper first."""
    sql = f"""
        SELECT issued.paper, {_KEY}, issue.date, issued.upvotes, issued.comments, issued.stars,
            json_extract(facts, '$.upvotes'), json_extract(facts, '$.comments'),
            json_extract(facts, '$.stars'), attention
        FROM issue JOIN issued ON issued.issue = issue.id
        JOIN paper ON paper.id = issued.paper
        LEFT JOIN risen ON risen.edition = issued.edition AND risen.paper = issued.paper
        WHERE issue.edition = :edition AND issued.edition = :edition AND date >= :since
            AND withdrawn IS NULL
        ORDER BY issued.paper
    """
    rows = database.execute(sql, {"edition": edition, "since": since})
    return [
        Counted(row[0], row[1], row[2], then=row[3:6], now=row[6:9], shown=row[9]) for row in rows
    ]


def record_risen(database: Database, edition: str, shown: Iterable[tuple[int, int]]) -> None:
    """Papers shown as rising, with their attention."""
    rows = [(edition, paper, attention) for paper, attention in shown]
    database.executemany("INSERT OR REPLACE INTO risen VALUES (?, ?, ?)", rows)
