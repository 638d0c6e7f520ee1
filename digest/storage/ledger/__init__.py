"""The ledger: the database of a working folder, and the only place with SQL.

`Ledger` is one open ledger, with its queries by subject. `database` opens it, `schema` and
`migrations` define its tables, `integrity` and `backups` protect it. Where it costs nothing,
statements use only SQL that SQLite and PostgreSQL share. PostgreSQL does not have these:

- pragmas, ``sqlite_schema`` and ``BEGIN IMMEDIATE`` (`database`, `integrity`, `backups`,
  `migrations`, `queries`), and the table options and types of `schema`;
- ``CROSS JOIN ... ON``, which fixes the order of the tables (`issues`, `lookups.published_issues`);
- ``json_extract`` (`followups`, `full_text`);
- ``UPDATE OR IGNORE`` (`papers`);
- ``rowid`` (`lookups.status_queries`);
- ``LIKE`` that ignores the case of letters (`lookups.explain_queries`);
- the full-text index and its ``INSERT OR REPLACE`` (`full_text`).
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from digest.storage.ledger.due_dates import DueDates
from digest.storage.ledger.editions import Editions
from digest.storage.ledger.followups import Followups
from digest.storage.ledger.intakes import Intakes
from digest.storage.ledger.issues import Issues
from digest.storage.ledger.lookups.explain_queries import ExplainQueries
from digest.storage.ledger.lookups.status_queries import StatusQueries
from digest.storage.ledger.papers import Papers
from digest.storage.ledger.published_files import PublishedFiles
from digest.storage.ledger.quarantine import Quarantine
from digest.storage.ledger.queries import transaction
from digest.storage.ledger.seen_files import SeenFiles
from digest.storage.ledger.similarity_blocks import SimilarityBlocks
from digest.storage.ledger.summaries import Summaries
from digest.storage.ledger.title_phrases import TitlePhrases
from digest.storage.ledger.topic_changes import MovedPapers, RemovedTopics
from digest.storage.ledger.topic_counts import TopicCounts

if TYPE_CHECKING:
    from digest.storage.ledger.lookups.published_issues import PublishedIssues


class Ledger:
    """One open ledger: its transactions, and its queries by subject.

    All queries use one connection, so they see the rows that an open transaction has written.
    The caller that opened the ledger closes it. ``connection`` is for this package, and for
    tests that need SQL of their own.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.due_dates = DueDates(connection)
        self.editions = Editions(connection)
        self.explain = ExplainQueries(connection)
        self.followups = Followups(connection)
        self.intakes = Intakes(connection)
        self.issues = Issues(connection)
        self.moved_papers = MovedPapers(connection)
        self.papers = Papers(connection)
        self.published_files = PublishedFiles(connection)
        self.quarantine = Quarantine(connection)
        self.removed_topics = RemovedTopics(connection)
        self.seen_files = SeenFiles(connection)
        self.similarity_blocks = SimilarityBlocks(connection)
        self.status = StatusQueries(connection)
        self.summaries = Summaries(connection)
        self.title_phrases = TitlePhrases(connection)
        self.topic_counts = TopicCounts(connection)

    @property
    def published_issues(self) -> PublishedIssues:
        """The queries about published issues."""
        from digest.storage.ledger.lookups.published_issues import PublishedIssues  # no run asks

        return PublishedIssues(self.connection)

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self.connection.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Commit everything written in the block, or nothing of it."""
        return transaction(self.connection)
