"""No query that is made for each mail, and none for each mailing, reads a whole table of people."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digest.model.people import MailContent, SendOutcome
from digest.storage.people import People, database
from digest.storage.people.departure_log import DepartureLog
from tests.support.people import LATER, NOW, add_mailing, add_people

# Those that grow with people or mails; of mailings there are hundreds at most.
_LARGE = re.compile(
    r"SCAN (attempt|consent|content|delivery|hub_subscription|mailed_paper|report|subscriber"
    r"|suppression)\b"
)
_SENT = SendOutcome("sent", "250 ok", 250)
_QUERIES: dict[str, Callable[[People], object]] = {
    "find": lambda people: people.deliveries.find(1),
    "due": lambda people: people.deliveries.list_due(LATER, 100),
    "of a mailing": lambda people: list(people.deliveries.list_of(1, "sent")),
    "mark": lambda people: people.deliveries.mark_sending(1, LATER, 1),
    "attempt": lambda people: people.deliveries.add_attempt(1, LATER, _SENT),
    "settle": lambda people: people.deliveries.set_state(1, "sent", LATER),
    "postpone": lambda people: people.deliveries.postpone(1, "deferred", LATER, LATER, "busy"),
    "interrupted": lambda people: people.deliveries.list_interrupted(),
    "counts": lambda people: people.deliveries.counts(1),
    "posts": lambda people: people.deliveries.counts(1, chat=True),
    "unknown": lambda people: people.deliveries.count_unknown(),
    "change": lambda people: people.deliveries.last_change(1),
    "got": lambda people: people.deliveries.contents_of(1, 2),
    "open": lambda people: people.mailings.list_open(),
    "feed": lambda people: [people.hub_posts.order(1, 1, LATER) for _ in range(2)],
    "feeds due": lambda people: people.hub_posts.list_due(LATER, 100),
    "feeds of a mailing": lambda people: people.hub_posts.counts(1),
    "feeds interrupted": lambda people: people.hub_posts.list_interrupted(),
    "hub": lambda people: people.hub.list_of_version("feed.xml", "", LATER),
    "hub host": lambda people: people.hub.count("a.example"),
    "hub ended": lambda people: people.hub.forget_ended(LATER),
    "forget": lambda people: people.mailings.forget_deliveries(LATER),
    "content": lambda people: people.contents.find(1, "hash"),
    "shown": lambda people: people.contents.holding("daily", ["guid"], 2),
    "bodies": lambda people: people.contents.drop_bodies(LATER),
    "person": lambda people: people.subscribers.get(1),
    "address": lambda people: people.subscribers.find("ann@example.org"),
    "token": lambda people: people.subscribers.find_token("token"),
    "suppressed": lambda people: people.suppressions.find("ann@example.org"),
    "bounces": lambda people: people.reports.bounced_issues(1),
    "mails": lambda people: list(people.reports.mails(5, 1)),
    "record": lambda people: people.records.deliveries(1),
    "delete": lambda people: people.subscribers.delete(1),
}


class _Recorded(sqlite3.Connection):
    """Keeps the statements that were made, with what they were given."""

    made: list[tuple[str, Any]]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Execute a statement and keep it."""
        self.made.append((sql, parameters))
        return super().execute(sql, parameters)

    def plans(self) -> list[str]:
        """Return the steps of all statements that were made."""
        return [
            step
            for sql, parameters in list(self.made)
            for *_, step in super(_Recorded, self).execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        ]


@pytest.mark.parametrize("query", _QUERIES.values(), ids=_QUERIES)
def test_it_finds_its_rows_by_an_index(tmp_path: Path, query: Callable[[People], object]) -> None:
    """Nor do the checks of references that SQLite makes when rows are deleted."""
    with database.opened(tmp_path) as people, people.transaction():
        mailing, (person,) = add_mailing(people), add_people(people, [1])
        content = MailContent(subject="One", body=b"one", papers=("guid",))
        people.contents.add(mailing.id, "daily", "hash", content)
        people.deliveries.add(mailing.id, NOW, subscriber=person.id)
    path = tmp_path / database.FILE
    with closing(sqlite3.connect(path, isolation_level=None, factory=_Recorded)) as connection:
        connection.made = []
        connection.execute("PRAGMA foreign_keys = ON")
        connection.made.clear()
        query(People(connection, DepartureLog(tmp_path)))
        plans = connection.plans()
    assert plans
    assert [] == [step for step in plans if _LARGE.match(step)]
