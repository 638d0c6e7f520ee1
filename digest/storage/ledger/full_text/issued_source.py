"""Read from the ledger what the index of issued papers needs. Writes nothing.

Each question is a statement of its own, so that no run waits longer than for one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from digest.model.papers import Paper
from digest.storage.ledger.encoding import decode
from digest.storage.ledger.full_text.results import IssueHeadings
from digest.storage.ledger.papers import Papers
from digest.storage.ledger.queries import Queries
from digest.storage.ledger.topic_changes import MovedPapers, RemovedTopics

# A paper, the issue that holds it, its guid there, id and name of its heading there.
PlaceRow = tuple[int, int, str, str | None, str | None]


class LedgerState(NamedTuple):
    """How far the ledger goes: its last intake with its moment, its last paper with its guid."""

    intake: int | None
    moment: str | None
    paper: int | None
    guid: str | None


class IssueIdentity(NamedTuple):
    """An issue. One that was taken back may leave its number in the ledger to another one."""

    id: int
    edition: str
    date: str
    ordinal: int
    moment: str


class IssuedSource(Queries):
    """Queries on the ledger about published issues and their papers."""

    def state(self) -> LedgerState:
        """Return how far the ledger goes."""
        sql = """
            SELECT intake.number, moment, paper.id, guid
            FROM (SELECT 1) LEFT JOIN intake ON number = (SELECT max(number) FROM intake)
            LEFT JOIN paper ON paper.id = (SELECT max(id) FROM paper)
        """
        return LedgerState(*self._execute(sql).fetchone())

    def holds(self, state: LedgerState) -> bool:
        """Return whether it is the ledger that once was in this state, not one in its place."""
        sql = """
            SELECT (SELECT moment FROM intake WHERE number = ?),
                   (SELECT guid FROM paper WHERE id = ?)
        """
        present = self._execute(sql, (state.intake, state.paper)).fetchone()
        return bool(present == (state.moment, state.guid))

    def issues(self) -> set[IssueIdentity]:
        """Return all published issues."""
        # Without `published = 1`: that column stands behind the issue's text, which to pass over
        # takes long. The index of those unpublished is small.
        sql = """
            SELECT id, edition, date, ordinal, moment FROM issue
            WHERE id NOT IN (SELECT id FROM issue WHERE published = 0)
        """
        return set(map(IssueIdentity._make, self._execute(sql)))

    def aliases(self) -> set[tuple[int, int]]:
        """Return each alias with the paper it was merged into."""
        sql = "SELECT id, alias_of FROM paper WHERE alias_of IS NOT NULL"
        return set(self._execute(sql))

    def withdrawn(self) -> set[tuple[int]]:
        """Return the withdrawn papers."""
        return set(self._execute("SELECT id FROM paper WHERE withdrawn IS NOT NULL"))

    def moved(self) -> set[tuple[int, str, str]]:
        """Return the papers that were moved by hand, each with id and name of its topic.

        Leaves out moves to topics that are no longer configured: pages do so too.
        """
        removed = {topic.topic for topic in RemovedTopics(self._connection).list_removed_topics()}
        return {
            (paper, correction.topic, correction.name)
            for paper, correction in MovedPapers(self._connection).by_paper().items()
            if correction.topic not in removed
        }

    def revised(self, after: int, upto: int) -> set[int]:
        """Return the papers up to number ``upto`` that changed in intakes after ``after``."""
        sql = "SELECT id FROM paper WHERE revised > ? AND id <= ?"
        return {number for (number,) in self._execute(sql, (after, upto))}

    def places(self, issue: int) -> list[PlaceRow]:
        """Return the rows of `place` of an issue; none if it was taken back meanwhile."""
        row = self._execute("SELECT body FROM issue WHERE id = ?", (issue,)).fetchone()
        if row is None:
            return []
        headings = decode(row[0], IssueHeadings).by_guid()
        sql = """
            SELECT paper.id, guid FROM issued JOIN paper ON paper.id = issued.paper
            WHERE issue = ? ORDER BY paper.id
        """
        return [
            (paper, issue, guid, *headings.get(guid, (None, None)))
            for paper, guid in self._execute(sql, (issue,)).fetchall()
        ]

    def papers(self, numbers: Iterable[int]) -> dict[int, Paper]:
        """Return the papers with these numbers."""
        ordered: Sequence[int] = sorted(numbers)
        return {paper.id: paper for paper in Papers(self._connection).by_number(ordered)}
