"""Topics that were removed from the configuration, with the content of their notices."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from digest.model.topics import RemovedTopic, Successor
from digest.storage.ledger.encoding import decode
from digest.storage.ledger.queries import Queries, insert_new


class RemovedTopics(Queries):
    """Topics that were removed from the configuration."""

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
