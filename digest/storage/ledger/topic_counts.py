"""The number of papers of each topic, per day and per month of an edition's issues.

The counts can be derived from the stored issues. They are stored so that a run does not have
to read all issues again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from digest.model.issues import Issue
from digest.model.topics import TopicCount, Unit
from digest.storage.ledger.queries import Queries, insert

_LENGTHS: dict[Unit, int] = {"day": len("2026-11-22"), "month": len("2026-11")}


def count_topics(issues: Iterable[Issue]) -> list[TopicCount]:
    """Count the papers of each topic in these issues, by day and by month.

    Issues must come oldest first: a topic has the name that the newest one gives it. The counts
    are sorted as `list_all_counts` returns them.
    """
    counts: dict[tuple[Unit, str, str], TopicCount] = {}
    for issue in issues:
        for topic, name, papers, also in _topics_of(issue):
            for unit, length in _LENGTHS.items():
                key = unit, issue.date[:length], topic
                before = counts.get(key) or TopicCount(*key, name, 0, 0)
                counts[key] = TopicCount(*key, name, before.papers + papers, before.also + also)
    return [counts[key] for key in sorted(counts)]


def sum_by_topic(counts: Iterable[TopicCount], span: str) -> dict[str, TopicCount]:
    """Return the sum of the counts of each topic under the name ``span``, sorted by topic.

    The counts must come oldest first: a topic has the name of its newest one.
    """
    sums: dict[str, TopicCount] = {}
    for unit, _, topic, name, papers, also in counts:
        before = sums.get(topic) or TopicCount(unit, span, topic, name, 0, 0)
        sums[topic] = TopicCount(
            unit, span, topic, name, before.papers + papers, before.also + also
        )
    return {topic: sums[topic] for topic in sorted(sums)}


class TopicCounts(Queries):
    """Papers per topic, day and month of an edition."""

    def add_issue(self, issue: Issue) -> None:
        """Add the papers of an issue to the counts of its day and month.

        Called in the transaction that records the issue.
        """
        # A topic may have been renamed since the last issue: its newest name stands.
        sql = """
            INSERT INTO topic_count (edition, unit, span, topic, name, papers, also)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (edition, unit, span, topic) DO UPDATE SET
                name = excluded.name, papers = topic_count.papers + excluded.papers,
                also = topic_count.also + excluded.also
        """
        self._executemany(sql, [(issue.edition, *count) for count in count_topics([issue])])

    def replace_counts(self, edition: str, counts: Sequence[TopicCount]) -> None:
        """Replace all counts of an edition by these."""
        self._execute("DELETE FROM topic_count WHERE edition = ?", (edition,))
        self._insert(edition, counts)

    def _insert(self, edition: str, counts: Sequence[TopicCount]) -> None:
        rows = [(edition, *count) for count in counts]
        self._executemany(
            insert("topic_count", "edition, unit, span, topic, name, papers, also"), rows
        )

    def replace_month(self, edition: str, month: str, counts: Sequence[TopicCount]) -> None:
        """Replace the counts of an edition of this month and its days by these."""
        sql = "DELETE FROM topic_count WHERE edition = ? AND substr(span, 1, ?) = ?"
        self._execute(sql, (edition, len(month), month))
        self._insert(edition, counts)

    def list_all_counts(self, edition: str) -> list[TopicCount]:
        """Return all counts of an edition, by unit, span and topic."""
        return self._rows("edition = ?", edition)

    def list_counts(
        self, edition: str, unit: Unit, since: str = "", until: str = "9999"
    ) -> list[TopicCount]:
        """Return an edition's counts by day or by month, sorted by span and topic.

        ``since`` and ``until`` are the first and the last day or month to be returned, such as
        "2026-11-22" or "2026-11".
        """
        condition = "edition = ? AND unit = ? AND span BETWEEN ? AND ?"
        return self._rows(condition, edition, unit, since, until)

    def _rows(self, condition: str, *values: str) -> list[TopicCount]:
        sql = (
            "SELECT unit, span, topic, name, papers, also FROM topic_count"
            f" WHERE {condition} ORDER BY unit, span, topic"
        )
        return [TopicCount(*row) for row in self._execute(sql, values)]


def _topics_of(issue: Issue) -> list[tuple[str, str, int, int]]:
    """Return each topic of an issue: its id, its name and two numbers of papers.

    The first counts the papers under its heading, the second those that stand under another
    heading and also belong to it.
    """
    names = issue.topics | {section.topic: section.name for section in issue.sections}
    papers = {section.topic: len(section.papers) for section in issue.sections}
    also = Counter(topic for item in issue.papers for topic in item.also)
    return [
        (topic, name, papers.get(topic, 0), also[topic])
        for topic, name in names.items()
        if topic in papers or topic in also
    ]
