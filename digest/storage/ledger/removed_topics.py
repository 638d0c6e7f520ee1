"""Topics that were taken out of the configuration, each with its notice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec

from digest.model.topics import RemovedTopic, Successor

Database = sqlite3.Connection


def listed(database: Database) -> list[RemovedTopic]:
    """All of them, by topic."""
    rows = database.execute("SELECT topic, name, moment, papers, heirs FROM retired ORDER BY topic")
    return [
        RemovedTopic(
            topic, name, moment, papers, msgspec.json.decode(heirs, type=tuple[Successor, ...])
        )
        for topic, name, moment, papers, heirs in rows
    ]


def retire(database: Database, topics: Iterable[RemovedTopic]) -> None:
    """Notices of topics that are gone; one that stands already keeps its words."""
    rows = [
        (one.topic, one.name, one.moment, one.papers, msgspec.json.encode(one.heirs).decode())
        for one in topics
    ]
    database.executemany("INSERT OR IGNORE INTO retired VALUES (?, ?, ?, ?, ?)", rows)


def revive(database: Database, topics: Iterable[str]) -> None:
    """Topics that are there again have no notice."""
    database.executemany("DELETE FROM retired WHERE topic = ?", [(topic,) for topic in topics])
