"""Questions of a person about the ledger: one paper's story, the state of things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digest.model.papers import Paper
from digest.storage.ledger import papers
from digest.storage.ledger.queries import Queries


class Seen(NamedTuple):
    """One sighting of a paper."""

    moment: str
    dump: str
    page_date: str | None
    line: int
    standing: str
    because: str
    upvotes: int | None
    comments: int | None
    words: str | None


class Where(NamedTuple):
    """An issue that holds a paper."""

    edition: str
    date: str
    ordinal: int
    number: int


class ExplainQueries(Queries):
    """Questions about one paper, and over all papers."""

    def find(self, keys: Sequence[str], title: str) -> list[Paper]:
        """The papers that have one of these keys, else those whose title holds these words."""
        known = papers.Papers(self._connection).look_up(keys)
        if known.papers:
            return list(known.papers.values())
        pattern = "%" + title.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        sql = (
            r"SELECT id FROM paper WHERE title LIKE ? ESCAPE '\' AND alias_of IS NULL"
            " ORDER BY id DESC LIMIT 10"
        )
        numbers = [number for (number,) in self._execute(sql, (pattern,))]
        return list(papers.Papers(self._connection).by_number(numbers))

    def sightings(self, paper: int) -> list[Seen]:
        """Where a paper was seen, in the order it was taken in."""
        sql = """
            SELECT moment, dump.name, dump.page_date, line, standing, because, upvotes, comments,
                words
            FROM sighting JOIN dump ON dump.id = sighting.dump
            JOIN intake ON intake.number = dump.intake
            WHERE paper = :paper OR paper IN (SELECT id FROM paper WHERE alias_of = :paper)
            ORDER BY dump.id, line
        """
        return [Seen(*row) for row in self._execute(sql, {"paper": paper})]

    def issued_in(self, paper: int) -> list[Where]:
        """The issues that hold a paper, under any of its guids."""
        sql = """
            SELECT issue.edition, date, ordinal, issue.number
            FROM issued JOIN issue ON issue.id = issued.issue
            WHERE paper = :paper OR paper IN (SELECT id FROM paper WHERE alias_of = :paper)
            ORDER BY issue.id
        """
        return [Where(*row) for row in self._execute(sql, {"paper": paper})]

    def cursors(self) -> dict[str, tuple[int, int]]:
        """Per edition: the intake it starts after, and the last one it has judged."""
        rows = self._execute("SELECT name, since, cursor FROM edition ORDER BY name")
        return {name: (since, cursor) for name, since, cursor in rows}

    def is_history(self, intake: int) -> bool:
        """Whether an intake was a backfill."""
        sql = "SELECT kind FROM intake WHERE number = ?"
        return bool(self._execute(sql, (intake,)).fetchone() == ("history",))

    def withdrawal(self, paper: int) -> str | None:
        """The moment a paper was withdrawn, or None."""
        (moment,) = self._execute("SELECT withdrawn FROM paper WHERE id = ?", (paper,)).fetchone()
        return str(moment) if moment else None

    def every_paper(self) -> Iterator[Paper]:
        """All papers that are shown, oldest first, one at a time."""
        rows = self._execute(
            f"SELECT {papers.COLUMNS} FROM paper WHERE alias_of IS NULL AND withdrawn IS NULL"
            " ORDER BY id"
        )
        return map(papers.of_row, rows)
