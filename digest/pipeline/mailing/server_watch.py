"""Notice when the mail server takes nothing, so that it is left alone for a while."""

from __future__ import annotations

import threading
from datetime import datetime

from digest.editorial import delivery_times
from digest.model.mail_settings import Mail
from digest.model.outages import Outage
from digest.model.people import SendOutcome
from digest.storage.people import People


class ServerWatch:
    """Watches the outcomes of one pass. ``outage`` is why the server takes nothing, once it does.

    The database remembers the outage: later passes begin with a growing pause, as ``retry`` says.
    """

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._lock = threading.Lock()
        self._refusals = 0  # in a row, that say nothing about a recipient
        self._may_be_recorded = True
        self.outage: str | None = None

    def is_down_after(self, people: People, outcome: SendOutcome, now: datetime) -> bool:
        """Return whether the server takes nothing, as this outcome or earlier ones show."""
        with self._lock:
            if outcome.is_about_recipient and outcome.state != "unknown":
                self._refusals = 0
                if self._may_be_recorded:
                    people.outages.end()
                    self._may_be_recorded = False
                return False
            self._refusals += 1
            # Once is a connection that was closed, and is opened again; each thread has one.
            if self._refusals > self._mail.connections and self.outage is None:
                self._record(people, outcome.reply, now)
            return self.outage is not None

    def _record(self, people: People, reason: str, now: datetime) -> None:
        before = people.outages.get()
        if before and before.since > delivery_times.spell(now):
            before = None  # recorded while the clock was ahead
        failures = before.failures if before else 0
        until = delivery_times.next_try(failures, self._mail.retry, now)
        people.outages.set(
            Outage(
                failures=failures + 1,
                since=before.since if before else delivery_times.spell(now),
                until=delivery_times.spell(until),
                reason=reason,
            )
        )
        self.outage = reason
