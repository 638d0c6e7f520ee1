"""How many papers stand under each topic, per day and per month of an edition's issues.

Sums of what the issues say, kept so that nobody has to read them all again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from digest.model.issues import Issue
from digest.model.topics import TopicCount, Unit
from digest.storage.ledger.queries import Queries, insert

_LENGTHS: dict[Unit, int] = {"day": len("2026-11-22"), "month": len("2026-11")}


def counted(issues: Iterable[Issue]) -> list[TopicCount]:
    """The counts of these issues, given oldest first; ordered as `listed` gives them."""
    sums: dict[tuple[Unit, str, str], TopicCount] = {}
    for issue in issues:
        for topic, name, papers, also in _of(issue):
            for unit, length in _LENGTHS.items():
                key = unit, issue.date[:length], topic
                before = sums.get(key) or TopicCount(*key, name, 0, 0)
                sums[key] = TopicCount(*key, name, before.papers + papers, before.also + also)
    return [sums[key] for key in sorted(sums)]


class TopicCounts(Queries):
    """Papers per topic, day and month of an edition."""

    def add(self, issue: Issue) -> None:
        """Adds an issue's papers, within the transaction that records it."""
        sql = """
            INSERT INTO topic_count (edition, unit, span, topic, name, papers, also)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (edition, unit, span, topic) DO UPDATE SET
                name = excluded.name, papers = papers + excluded.papers, also = also + excluded.also
        """
        self._executemany(sql, [(issue.edition, *count) for count in counted([issue])])

    def replace(self, edition: str, counts: Sequence[TopicCount]) -> None:
        """Puts these counts in the place of all that an edition has."""
        self._execute("DELETE FROM topic_count WHERE edition = ?", (edition,))
        rows = [(edition, *count) for count in counts]
        self._executemany(
            insert("topic_count", "edition, unit, span, topic, name, papers, also"), rows
        )

    def held(self, edition: str) -> list[TopicCount]:
        """All counts of an edition, by unit, span and topic."""
        return self._rows("edition = ?", edition)

    def listed(self, edition: str, unit: Unit, since: str = "") -> list[TopicCount]:
        """The counts of this span and later ones, by span, then topic."""
        return self._rows("edition = ? AND unit = ? AND span >= ?", edition, unit, since)

    def _rows(self, condition: str, *values: str) -> list[TopicCount]:
        sql = (
            "SELECT unit, span, topic, name, papers, also FROM topic_count"
            f" WHERE {condition} ORDER BY unit, span, topic"
        )
        return [TopicCount(*row) for row in self._execute(sql, values)]


def _of(issue: Issue) -> list[tuple[str, str, int, int]]:
    names = issue.topics | {section.topic: section.name for section in issue.sections}
    papers = {section.topic: len(section.papers) for section in issue.sections}
    also = Counter(topic for item in issue.papers for topic in item.also)
    return [
        (topic, name, papers.get(topic, 0), also[topic])
        for topic, name in names.items()
        if topic in papers or topic in also
    ]
