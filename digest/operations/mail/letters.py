"""Send letters in the background, as long as the web side answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from digest.delivery.transport import LazyTransport
from digest.editorial import delivery_times
from digest.errors import DigestError
from digest.model.settings import Settings
from digest.pipeline.mailing.letters import LetterSender
from digest.pipeline.progress import StepLogger
from digest.storage import lock
from digest.storage.people import People, database
from digest.text.counting import count

LOCK = "letters.lock"  # the file in the state folder that the process holds which sends them
_STEP = "letters"
_LONGEST = 60.0  # seconds between two looks: the clock may have been put back
_KEPT = timedelta(days=90)
_UNCONFIRMED = timedelta(days=30)  # that a request waits for the button to be pressed


class LetterWriter:
    """A thread that sends letters during a ``with`` block: at once when ``wake`` is set.

    Only one process of a folder does; another one waits until it ends. A letter that is being
    sent at the end of the block is finished. Raises nothing: errors are logged, without addresses.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        log: StepLogger,
        wake: threading.Event,
    ) -> None:
        self._settings, self._clock, self._log, self._wake = settings, clock, log, wake
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="letters")

    def __enter__(self) -> Self:
        if self._settings.mail.is_on:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        transport = LazyTransport(self._settings.mail, Path(self._settings.root))
        sender = LetterSender(self._settings, transport, self._clock)
        self._wake.set()  # what waits since the last process
        while not self._stop.is_set():
            self._wake.clear()
            try:
                wait = self._send_due(sender)
            except (DigestError, OSError) as error:
                self._log(_STEP, level="warning", reason=str(error))
                wait = _LONGEST
            finally:
                transport.close()
            self._wake.wait(wait)

    def _forget(self, people: People) -> None:
        """Delete old letters, and requests that nobody has confirmed."""
        now = self._clock()
        with people.transaction():
            people.letters.forget(delivery_times.spell(now - _KEPT))
            people.letters.forget_unconfirmed(delivery_times.spell(now - _UNCONFIRMED))

    def _send_due(self, sender: LetterSender) -> float:
        """Send what is due, and return how many seconds later to look again."""
        state = self._settings.state_folder
        if not database.exists(state):
            return _LONGEST
        with lock.hold_file(state / LOCK, 0.0), database.opened(state) as people:
            if interrupted := sender.settle_interrupted(people):
                reason = f"{count(interrupted, 'letter')} may or may not have been taken"
                self._log(_STEP, level="warning", reason=reason)
            outcomes = sender.send_due(people, self._stop.is_set)
            self._forget(people)
            due = people.letters.next_due()
        for outcome in outcomes:
            level = "debug" if outcome.state == "sent" else "warning"
            self._log(_STEP, level=level, state=outcome.state, reason=outcome.reply)
        if due is None:
            return _LONGEST
        rest = (datetime.fromisoformat(due) - self._clock()).total_seconds()
        return min(max(rest, 0.0 if outcomes else 1.0), _LONGEST)
