"""Queries about single papers: their keys and titles, sightings and issues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digest.model.papers import Paper
from digest.storage.ledger.papers import COLUMNS, Papers, paper_from_row
from digest.storage.ledger.queries import Queries

LISTED = 10  # papers that a part of a title finds
_HAS_TITLE = r"title LIKE ? ESCAPE '\' AND alias_of IS NULL"


class SightingRow(NamedTuple):
    """One sighting of a paper, with the moment of its run and the dump that showed it.

    ``standing`` is its fate (new, changed, known or repeated), ``because`` the reason why it is
    of this paper, and ``words`` its title and abstract as JSON if the paper has others.
    """

    moment: str
    dump: str
    page_date: str | None
    line: int
    standing: str
    because: str
    upvotes: int | None
    comments: int | None
    words: str | None


class IssuePlace(NamedTuple):
    """An issue that holds a paper."""

    edition: str
    date: str
    ordinal: int
    number: int


class ExplainQueries(Queries):
    """Queries about one paper, and over all papers."""

    def find_papers(self, keys: Sequence[str], title: str) -> list[Paper]:
        """Return the papers that have one of these keys, else those whose title has ``title``.

        By title at most `LISTED` are returned, the newest first. The case of ASCII letters does not
        matter.
        """
        papers = Papers(self._connection)
        matches = papers.look_up(keys).papers
        if matches:
            return list(matches.values())
        sql = f"SELECT id FROM paper WHERE {_HAS_TITLE} ORDER BY id DESC LIMIT ?"
        rows = self._execute(sql, (_title_pattern(title), LISTED))
        return list(papers.by_number([number for (number,) in rows]))

    def count_papers(self, keys: Sequence[str], title: str) -> int:
        """Return how many papers have one of these keys, else how many have the title."""
        if matches := Papers(self._connection).look_up(keys).papers:
            return len(matches)
        sql = f"SELECT count(*) FROM paper WHERE {_HAS_TITLE}"
        (number,) = self._execute(sql, (_title_pattern(title),)).fetchone()
        return int(number)

    def sightings(self, paper: int) -> list[SightingRow]:
        """Return the sightings of a paper and its aliases, in the order they were taken in."""
        # A merge does not move sightings: they keep the number of the alias.
        sql = """
            SELECT moment, dump.name, dump.page_date, line, standing, because, upvotes, comments,
                words
            FROM sighting JOIN dump ON dump.id = sighting.dump
            JOIN intake ON intake.number = dump.intake
            WHERE paper = :paper OR paper IN (SELECT id FROM paper WHERE alias_of = :paper)
            ORDER BY dump.id, line
        """
        return [SightingRow(*row) for row in self._execute(sql, {"paper": paper})]

    def issued_in(self, paper: int) -> list[IssuePlace]:
        """Return the issues that hold a paper or one of its aliases, in the order of recording."""
        sql = """
            SELECT issue.edition, date, ordinal, issue.number
            FROM issued JOIN issue ON issue.id = issued.issue
            WHERE paper = :paper OR paper IN (SELECT id FROM paper WHERE alias_of = :paper)
            ORDER BY issue.id
        """
        return [IssuePlace(*row) for row in self._execute(sql, {"paper": paper})]

    def cursors(self) -> dict[str, tuple[int, int]]:
        """Return for each edition the intake it begins after, and the last one it has judged."""
        rows = self._execute("SELECT name, since, cursor FROM edition ORDER BY name")
        return {name: (since, cursor) for name, since, cursor in rows}

    def waits_in(self, paper: int) -> frozenset[str]:
        """Return the editions that have to judge a paper although their cursor has passed it."""
        rows = self._execute("SELECT edition FROM waiting WHERE paper = ?", (paper,))
        return frozenset(name for (name,) in rows)

    def is_history(self, intake: int) -> bool:
        """Return whether an intake was a backfill."""
        sql = "SELECT kind FROM intake WHERE number = ?"
        return bool(self._execute(sql, (intake,)).fetchone() == ("history",))

    def withdrawal(self, paper: int) -> str | None:
        """Return the moment a paper was withdrawn, or None."""
        (moment,) = self._execute("SELECT withdrawn FROM paper WHERE id = ?", (paper,)).fetchone()
        return str(moment) if moment else None

    def every_paper(self) -> Iterator[Paper]:
        """Return an iterator over all papers but aliases and withdrawn ones, oldest first."""
        rows = self._execute(
            f"SELECT {COLUMNS} FROM paper WHERE alias_of IS NULL AND withdrawn IS NULL ORDER BY id"
        )
        return map(paper_from_row, rows)


def _title_pattern(title: str) -> str:
    # Escaped, because % and _ in a title are no wildcards.
    return "%" + title.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
