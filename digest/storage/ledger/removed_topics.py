"""Topics that were taken out of the configuration, each with its notice."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from digest.model.topics import RemovedTopic, Successor
from digest.storage.ledger.queries import Queries, insert_new


class RemovedTopics(Queries):
    """Topics that were removed from the configuration."""

    def listed(self) -> list[RemovedTopic]:
        """All of them, by topic."""
        rows = self._execute(
            "SELECT topic, name, moment, papers, heirs FROM retired ORDER BY topic"
        )
        return [
            RemovedTopic(
                topic, name, moment, papers, msgspec.json.decode(heirs, type=tuple[Successor, ...])
            )
            for topic, name, moment, papers, heirs in rows
        ]

    def retire(self, topics: Iterable[RemovedTopic]) -> None:
        """Notices of topics that are gone; one that stands already keeps its words."""
        rows = [
            (one.topic, one.name, one.moment, one.papers, msgspec.json.encode(one.heirs).decode())
            for one in topics
        ]
        self._executemany(insert_new("retired", "topic, name, moment, papers, heirs"), rows)

    def revive(self, topics: Iterable[str]) -> None:
        """Topics that are there again have no notice."""
        self._executemany("DELETE FROM retired WHERE topic = ?", [(topic,) for topic in topics])
