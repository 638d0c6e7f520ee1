"""What moved among the papers an edition has issued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from digest.storage.ledger.queries import Queries, upsert

_CHUNK = 500  # bound parameters a statement


class Changed(NamedTuple):
    """A change of an issued paper's words since some intake."""

    paper: int
    issue: str
    kind: str
    before: str
    after: str


class DatedCounts(NamedTuple):
    """An issued paper's counts when it was issued, now, and when last shown as rising."""

    paper: int
    issue: str
    issued: str
    then: tuple[int | None, int | None, int | None]
    now: tuple[int | None, int | None, int | None]
    shown: int | None


class FirstCount(NamedTuple):
    """What the sightings first said of a count, and the day of that one's page (or run)."""

    paper: int
    kind: str  # "upvotes", "comments" or "stars"
    value: int
    day: str


class Held(NamedTuple):
    """The issue that holds a paper, and the guid it has there."""

    paper: int
    issue: str
    guid: str


_KEY = "CASE ordinal WHEN 1 THEN date ELSE date || '-' || ordinal END"


class Followups(Queries):
    """Changes and counts of issued papers."""

    def changes(self, edition: str, after: int) -> list[Changed]:
        """Changes that intakes after this one brought, of papers issued before, in their order."""
        sql = f"""
            SELECT change.paper, {_KEY}, change.kind, before, after
            FROM change JOIN issued ON issued.paper = change.paper AND issued.edition = :edition
            JOIN issue ON issue.id = issued.issue JOIN paper ON paper.id = change.paper
            WHERE change.intake > :after AND withdrawn IS NULL ORDER BY change.id
        """
        rows = self._execute(sql, {"edition": edition, "after": after})
        return [Changed(*row) for row in rows]

    def counts(self, edition: str, since: str) -> list[DatedCounts]:
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
        rows = self._execute(sql, {"edition": edition, "since": since})
        return [
            DatedCounts(row[0], row[1], row[2], then=row[3:6], now=row[6:9], shown=row[9])
            for row in rows
        ]

    def record_risen(self, edition: str, shown: Iterable[tuple[int, int]]) -> None:
        """Papers shown as rising, with their attention."""
        rows = [(edition, paper, attention) for paper, attention in shown]
        self._executemany(upsert("risen", "edition, paper", "attention"), rows)

    def first_counts(self, numbers: Sequence[int]) -> Iterator[FirstCount]:
        """Yield the first count of each kind that the sightings of these papers show."""
        sql = """
            SELECT coalesce(alias_of, paper.id), coalesce(dump.page_date, substr(moment, 1, 10)),
                upvotes, comments, stars
            FROM paper JOIN sighting ON sighting.paper = paper.id
            JOIN dump ON dump.id = sighting.dump JOIN intake ON intake.number = dump.intake
            WHERE paper.id IN ({0}) OR alias_of IN ({0}) ORDER BY dump.id, line
        """
        shown: set[tuple[int, str]] = set()
        for paper, day, *counts in self._in_chunks(sql, numbers):
            for kind, count in zip(("upvotes", "comments", "stars"), counts, strict=True):
                if count is not None and (paper, kind) not in shown:
                    shown.add((paper, kind))
                    yield FirstCount(paper, kind, count, day)

    def held(self, edition: str, numbers: Sequence[int]) -> Iterator[Held]:
        """The issues of an edition that hold these papers, under whichever guid."""
        sql = f"""
            SELECT coalesce(alias_of, paper.id), {_KEY}, guid
            FROM paper JOIN issued ON issued.paper = paper.id AND issued.edition = :edition
            JOIN issue ON issue.id = issued.issue
            WHERE paper.id IN ({{0}}) OR alias_of IN ({{0}})
        """
        return map(Held._make, self._in_chunks(sql, numbers, edition=edition))

    def _in_chunks(
        self, sql: str, numbers: Sequence[int], **named: str
    ) -> Iterator[tuple[Any, ...]]:
        """Rows for these papers' numbers, which the statement may ask for more than once."""
        for start in range(0, len(numbers), _CHUNK):
            chunk = {f"n{n}": number for n, number in enumerate(numbers[start : start + _CHUNK])}
            places = ",".join(f":{name}" for name in chunk)
            yield from self._execute(sql.format(places), chunk | named)
