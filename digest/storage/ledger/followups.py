"""Follow-ups: changed texts and counts of papers that an edition has issued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from digest.model.issues import issue_key
from digest.storage.ledger.queries import Queries, upsert

_CHUNK = 500  # bound parameters a statement


class PaperChange(NamedTuple):
    """A change of an issued paper's text; ``issue`` is the key of the issue that holds it."""

    paper: int
    issue: str
    kind: str
    before: str
    after: str


class DatedCounts(NamedTuple):
    """An issued paper's upvotes, comments and stars when it was issued, and now.

    ``issue`` is the key of its issue and ``issued`` its date. ``shown`` is the attention it had
    when an issue last showed it as rising, or None if none did.
    """

    paper: int
    issue: str
    issued: str
    then: tuple[int | None, int | None, int | None]
    now: tuple[int | None, int | None, int | None]
    shown: int | None


class FirstCount(NamedTuple):
    """The first known value of a count; ``moment`` is that of the run that took it in."""

    paper: int
    kind: str  # "upvotes", "comments" or "stars"
    value: int
    moment: str


class IssueOfPaper(NamedTuple):
    """The key of the issue that holds a paper, and the guid it has there."""

    paper: int
    issue: str
    guid: str


class Followups(Queries):
    """Changes and counts of issued papers."""

    def list_changes(self, edition: str, after: int, upto: int) -> list[PaperChange]:
        """Return the changes of the edition's issued papers by intakes after one up to another.

        They come in the order in which they were made. Left out are withdrawn papers, and changes
        that the issue with the paper shows already, as it was made after them.
        """
        # A weekly issue holds the papers of an ended week with their texts of now.
        sql = """
            SELECT change.paper, date, ordinal, change.kind, before, after
            FROM change JOIN issued ON issued.paper = change.paper AND issued.edition = :edition
            JOIN issue ON issue.id = issued.issue JOIN paper ON paper.id = change.paper
            JOIN intake ON intake.number = change.intake
            WHERE change.intake > :after AND change.intake <= :upto AND withdrawn IS NULL
                AND CAST(strftime('%s', intake.moment) AS INTEGER)
                    > CAST(strftime('%s', issue.moment) AS INTEGER)
            ORDER BY change.id
        """
        rows = self._execute(sql, {"edition": edition, "after": after, "upto": upto})
        return [
            PaperChange(paper, issue_key(date, ordinal), *change)
            for paper, date, ordinal, *change in rows
        ]

    def list_grown_counts(self, edition: str, since: str) -> list[DatedCounts]:
        """Return the counts of papers in the edition's issues since this date, oldest first.

        They are those of which a count has grown since they were issued, without withdrawn ones.
        """
        # Both tables are restricted to the edition, so that SQLite can use the index of either.
        # LEFT JOIN: most papers were never shown as rising.
        sql = """
            SELECT issued.paper, date, ordinal, issued.upvotes, issued.comments, issued.stars,
                json_extract(facts, '$.upvotes') AS upvotes_now,
                json_extract(facts, '$.comments') AS comments_now,
                json_extract(facts, '$.stars') AS stars_now, attention
            FROM issue JOIN issued ON issued.issue = issue.id
            JOIN paper ON paper.id = issued.paper
            LEFT JOIN risen ON risen.edition = issued.edition AND risen.paper = issued.paper
            WHERE issue.edition = :edition AND issued.edition = :edition AND date >= :since
                AND withdrawn IS NULL
                AND (upvotes_now > coalesce(issued.upvotes, 0)
                    OR comments_now > coalesce(issued.comments, 0)
                    OR stars_now > coalesce(issued.stars, 0))
            ORDER BY issued.paper
        """
        rows = self._execute(sql, {"edition": edition, "since": since})
        return [
            DatedCounts(row[0], issue_key(row[1], row[2]), row[1], row[3:6], row[6:9], row[9])
            for row in rows
        ]

    def record_risen(self, edition: str, attention: Iterable[tuple[int, int]]) -> None:
        """Record the papers that an issue shows as rising, each with its attention."""
        rows = [(edition, paper, value) for paper, value in attention]
        self._executemany(upsert("risen", "edition, paper", "attention"), rows)

    def delete_risen(self, edition: str, guids: Sequence[str]) -> None:
        """Forget that an issue, which is taken back, has shown papers as rising."""
        sql = """
            DELETE FROM risen
            WHERE edition = ? AND paper IN (SELECT id FROM paper WHERE guid = ?)
        """
        self._executemany(sql, [(edition, guid) for guid in guids])

    def first_counts(self, numbers: Sequence[int]) -> Iterator[FirstCount]:
        """Yield, of each of these papers, the first upvotes, comments and stars it was seen with.

        Sightings of its aliases count too. A kind that no sighting shows is left out.
        """
        sql = """
            SELECT coalesce(alias_of, paper.id), moment, upvotes, comments, stars
            FROM paper JOIN sighting ON sighting.paper = paper.id
            JOIN dump ON dump.id = sighting.dump JOIN intake ON intake.number = dump.intake
            WHERE paper.id IN ({0}) OR alias_of IN ({0}) ORDER BY dump.id, line
        """
        yielded: set[tuple[int, str]] = set()
        for paper, moment, *counts in self._in_chunks(sql, numbers):
            for kind, count in zip(("upvotes", "comments", "stars"), counts, strict=True):
                if count is not None and (paper, kind) not in yielded:
                    yielded.add((paper, kind))
                    yield FirstCount(paper, kind, count, moment)

    def list_issues_with(self, edition: str, numbers: Sequence[int]) -> Iterator[IssueOfPaper]:
        """Yield the edition's issues that hold these papers or one of their aliases."""
        sql = """
            SELECT coalesce(alias_of, paper.id), date, ordinal, guid
            FROM paper JOIN issued ON issued.paper = paper.id AND issued.edition = :edition
            JOIN issue ON issue.id = issued.issue
            WHERE paper.id IN ({0}) OR alias_of IN ({0})
        """
        for paper, date, ordinal, guid in self._in_chunks(sql, numbers, edition=edition):
            yield IssueOfPaper(paper, issue_key(date, ordinal), guid)

    def _in_chunks(
        self, sql: str, numbers: Sequence[int], **named: str
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows for these papers. In ``sql``, ``{0}`` stands for the list of numbers."""
        for start in range(0, len(numbers), _CHUNK):
            # Named, because a statement may hold the list of numbers more than once.
            chunk = {f"n{n}": number for n, number in enumerate(numbers[start : start + _CHUNK])}
            places = ",".join(f":{name}" for name in chunk)
            # A list: a cursor would be closed with this generator, which may outlive the ledger.
            yield from self._execute(sql.format(places), chunk | named).fetchall()
