"""Topics that were removed from the configuration, and papers that were moved to another topic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from digest.model.topics import Correction, RemovedTopic, Successor
from digest.storage.ledger.encoding import decode
from digest.storage.ledger.queries import Queries, insert, insert_new


class RemovedTopics(Queries):
    """Topics that were removed from the configuration, with the content of their notices."""

    def list_removed_topics(self) -> list[RemovedTopic]:
        """Return all removed topics, sorted by id."""
        rows = self._execute(
            "SELECT topic, name, moment, papers, heirs FROM retired ORDER BY topic"
        )
        return [
            RemovedTopic(topic, name, moment, papers, decode(heirs, tuple[Successor, ...]))
            for topic, name, moment, papers, heirs in rows
        ]

    def record_removed_topics(self, topics: Iterable[RemovedTopic]) -> None:
        """Record topics that were removed; one that is recorded already stays as it is."""
        rows = [
            (
                topic.topic,
                topic.name,
                topic.moment,
                topic.papers,
                msgspec.json.encode(topic.heirs).decode(),
            )
            for topic in topics
        ]
        # The first notice stays: feed readers have it already.
        self._executemany(insert_new("retired", "topic, name, moment, papers, heirs"), rows)

    def delete_removed_topics(self, topics: Iterable[str]) -> None:
        """Delete the records of topics that are configured again."""
        self._executemany("DELETE FROM retired WHERE topic = ?", [(topic,) for topic in topics])


class MovedPapers(Queries):
    """Papers that an operator put under another topic.

    A correction follows its paper: that of an alias is one of the paper it was merged into. Of
    two papers that became one, the later correction holds.
    """

    def move(self, paper: int, correction: Correction) -> None:
        """Record the correction of a paper in place of any other of it and its aliases."""
        self.take_back(paper)
        row = (paper, correction.topic, correction.name, correction.moment)
        self._execute(insert("moved", "paper, topic, name, moment"), row)

    def take_back(self, paper: int) -> bool:
        """Delete the correction of a paper and its aliases; return whether there was one."""
        sql = """
            DELETE FROM moved
            WHERE paper IN (SELECT id FROM paper WHERE id = :paper OR alias_of = :paper)
        """
        return self._execute(sql, {"paper": paper}).rowcount > 0

    def by_paper(self) -> dict[int, Correction]:
        """Return the correction of each paper by its number, the oldest correction first."""
        # Sorted by moved.paper, which is the id: sorted by the id itself, all papers are read.
        sql = """
            SELECT coalesce(alias_of, id), topic, name, moment
            FROM moved JOIN paper ON id = moved.paper ORDER BY moved.paper
        """
        rows = [(paper, Correction(*row)) for paper, *row in self._execute(sql)]
        # Compared as moments: the time zone may have changed. The sort is stable.
        rows.sort(key=lambda row: datetime.fromisoformat(row[1].moment))
        corrections: dict[int, Correction] = {}
        for paper, correction in rows:
            corrections.pop(paper, None)
            corrections[paper] = correction
        return corrections

    def by_guid(self) -> dict[str, Correction]:
        """Return the correction of each paper by its guid and by those of its aliases."""
        # An issue may hold the paper under any of them.
        sql = """
            WITH main (number) AS (
                SELECT coalesce(alias_of, id) FROM moved JOIN paper ON id = moved.paper)
            SELECT guid, coalesce(alias_of, id) FROM paper
            WHERE id IN (SELECT number FROM main) OR alias_of IN (SELECT number FROM main)
            ORDER BY id
        """
        by_paper = self.by_paper()
        return {guid: by_paper[paper] for guid, paper in self._execute(sql).fetchall()}
