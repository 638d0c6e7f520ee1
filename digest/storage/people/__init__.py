"""The people database: subscribers, their consents and wishes, and what was sent to whom.

`People` is one open database, with its queries by subject. Personal data stand nowhere else. It
is not part of the ledger: losing it costs addresses and never a paper. Statements use SQL that
SQLite and PostgreSQL share, but for pragmas and ``BEGIN IMMEDIATE``.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager

from digest.storage.ledger.queries import transaction
from digest.storage.people.address_changes import AddressChanges
from digest.storage.people.contents import Contents
from digest.storage.people.deliveries import Deliveries
from digest.storage.people.departure_log import DepartureLog
from digest.storage.people.departures import Departures
from digest.storage.people.hub import Hub
from digest.storage.people.hub_posts import HubPosts
from digest.storage.people.leave_reasons import LeaveReasons
from digest.storage.people.letters import Letters
from digest.storage.people.mailings import Mailings
from digest.storage.people.outages import Outages
from digest.storage.people.records import Records
from digest.storage.people.reports import Reports
from digest.storage.people.subscribers import Subscribers
from digest.storage.people.suppressions import Suppressions
from digest.storage.people.totals import Totals
from digest.storage.people.web_facts import WebFacts


class People:
    """One open people database: its transactions, and its queries by subject.

    The caller that opened it closes it. ``folder`` is the state folder. ``connection`` is for
    this package, and for tests.
    """

    def __init__(self, connection: sqlite3.Connection, log: DepartureLog) -> None:
        self.connection = connection
        self.folder = log.path.parent
        self.address_changes = AddressChanges(connection)
        self.contents = Contents(connection)
        self.deliveries = Deliveries(connection)
        self.departures = Departures(connection, log)
        self.hub = Hub(connection)
        self.hub_posts = HubPosts(connection)
        self.leave_reasons = LeaveReasons(connection)
        self.letters = Letters(connection)
        self.mailings = Mailings(connection)
        self.outages = Outages(connection)
        self.records = Records(connection)
        self.reports = Reports(connection)
        self.subscribers = Subscribers(connection)
        self.suppressions = Suppressions(connection)
        self.totals = Totals(connection)
        self.web_facts = WebFacts(connection)

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self.connection.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Commit everything written in the block, or nothing of it."""
        return transaction(self.connection)

    def forget_elsewhere(self, folded: str) -> None:
        """Delete an address where it stands about others: once theirs, or to become theirs."""
        self.letters.forget_address(folded)
        self.address_changes.forget_address(folded)

    def empty_log(self) -> None:
        """Move what stands in the write-ahead log into the database, and cut the log to nothing.

        While another program reads, its log stays until the last of them closes the database.
        """
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
