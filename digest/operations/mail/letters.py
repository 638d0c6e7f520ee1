"""Send letters in the background, as long as the web side answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from digest.delivery.transport import LazyTransport
from digest.editorial import delivery_times
from digest.model.settings import Settings
from digest.operations.subscribers import own_address
from digest.pipeline.mailing.letters import LetterSender
from digest.pipeline.progress import StepLogger
from digest.storage import lock
from digest.storage.people import People, database
from digest.text.counting import count

LOCK = "letters.lock"  # the file in the state folder that the process holds which sends them
_STEP = "letters"
_LONGEST = 60.0  # seconds until it is looked whether something waits
_KEPT = timedelta(days=90)
_UNCONFIRMED = timedelta(days=30)  # that a request waits for the button to be pressed


class LetterWriter:
    """Sends letters, each time it is called; the work of a `Wakeful`.

    Only one process of a folder does; another one waits until it ends. A letter that is being
    sent is finished. Logs what failed, without addresses.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime], log: StepLogger) -> None:
        self._settings, self._clock, self._log = settings, clock, log

    def __call__(self, stop: threading.Event) -> float:
        """Send what is due, and return how many seconds later to look again.

        Raises `Busy`, `PeopleError` and `OSError`.
        """
        state = self._settings.state_folder
        if not self._settings.mail.is_on or not database.exists(state):
            return _LONGEST
        transport = LazyTransport(self._settings.mail, Path(self._settings.root))
        sender = LetterSender(self._settings, transport, self._clock)
        with (
            closing(transport),
            lock.hold_file(state / LOCK, 0.0),
            database.opened(state) as people,
        ):
            if interrupted := sender.settle_interrupted(people):
                reason = f"{count(interrupted, 'letter')} may or may not have been taken"
                self._log(_STEP, level="warning", reason=reason)
            outcomes = sender.send_due(people, stop.is_set)
            self._forget(people)
            due = people.letters.next_due()
        for outcome in outcomes:
            level = "debug" if outcome.state == "sent" else "warning"
            self._log(_STEP, level=level, state=outcome.state, reason=outcome.reply)
        if due is None:
            return _LONGEST
        rest = (datetime.fromisoformat(due) - self._clock()).total_seconds()
        return max(rest, 0.0 if outcomes else 1.0)

    def _forget(self, people: People) -> None:
        """Delete old letters, and requests that nobody has confirmed."""
        now = self._clock()
        with people.transaction():
            # Before old letters: by these it is known who was asked.
            people.letters.forget_unconfirmed(delivery_times.spell(now - _UNCONFIRMED))
            people.letters.forget(delivery_times.spell(now - _KEPT))
            people.address_changes.forget_old(delivery_times.spell(now - own_address.VALID))
