"""Send letters that are due: each change of a letter's state is committed before the next step.

    pending, deferred -> sending   everything is handed over but the end of the message
    sending -> sent, deferred, failed, late, unknown   by the answer

A letter of which nobody knows whether it was taken is not sent again: its person may ask anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from digest.delivery.transport import Transport
from digest.editorial import delivery_times
from digest.model.letters import PersonLetter
from digest.model.people import DeliveryState, SendOutcome, Subscriber
from digest.model.settings import Settings
from digest.render.mail import letters as letter_words
from digest.render.mail import message
from digest.storage.people import People
from digest.text import addresses

_LONGEST = timedelta(days=1)  # that a letter is tried: who asked has given up
_AT_ONCE = 100
_INTERRUPTED = "the sender was stopped before the answer came"

Clock = Callable[[], datetime]


class _Withdrawn(Exception):
    """A letter was settled, or its person forgotten, while it was handed over."""


class LetterSender:
    """Sends letters through one transport, one after the other."""

    def __init__(self, settings: Settings, transport: Transport, clock: Clock) -> None:
        self._settings, self._transport, self._clock = settings, transport, clock

    def settle_interrupted(self, people: People) -> int:
        """Settle what was being sent when its sender was killed; return how many letters."""
        return people.letters.settle_interrupted(self._now, _INTERRUPTED)

    def send_due(self, people: People, is_stopping: Callable[[], bool]) -> list[SendOutcome]:
        """Send what is due, and return what became of each. Ends early when it is to stop.

        Also when the server takes nothing: the others would meet the same.
        """
        outcomes: list[SendOutcome] = []
        for letter in people.letters.list_due(self._now, _AT_ONCE):
            if is_stopping():
                break
            outcome = self._send(people, letter)
            if outcome is not None:
                outcomes.append(outcome)
                if not outcome.is_about_recipient:
                    break
        return outcomes

    @property
    def _now(self) -> str:
        return delivery_times.spell(self._clock())

    def _send(self, people: People, letter: PersonLetter) -> SendOutcome | None:
        """Send a letter; None if it is not to be sent any more."""
        reader = self._find_reader(people, letter)
        if reader is None:
            return None
        token = letter.token or reader.person.token
        sender = message.envelope_sender(self._settings.mail, token)
        try:
            body = letter_words.letter_message(
                self._settings, reader.person, letter, reader.address, letter.created
            )
            recipient = addresses.envelope(reader.address)
        except ValueError as error:
            people.letters.set_state(letter.id, "failed", self._now, str(error))
            return None

        def mark_sending() -> None:
            if not people.letters.mark_sending(letter.id, self._now):
                raise _Withdrawn

        try:
            outcome = self._transport.send(sender, recipient, body, mark_sending)
        except _Withdrawn:
            self._transport.close()
            return None
        self._settle(people, letter, outcome)
        return outcome

    def _find_reader(self, people: People, letter: PersonLetter) -> LetterReader | None:
        """Return who gets a letter; None if nobody does, and its state says why."""
        try:
            person = people.subscribers.get(letter.subscriber)
        except LookupError:  # forgotten in this moment, and the letter with them
            return None
        address = letter.address or person.address
        reason = why_not(people, letter, person, addresses.fold(address))
        if reason is None:
            return LetterReader(person, address)
        state, words = reason
        people.letters.set_state(letter.id, state, self._now, words)
        return None

    def _settle(self, people: People, letter: PersonLetter, outcome: SendOutcome) -> None:
        now = self._clock()
        if outcome.state != "deferred":
            people.letters.set_state(letter.id, outcome.state, self._now, outcome.reply)
            return
        due = delivery_times.next_try(letter.attempts, self._settings.mail.retry, now)
        if due - datetime.fromisoformat(letter.created) > _LONGEST:
            people.letters.set_state(letter.id, "late", self._now, outcome.reply)
        else:
            people.letters.postpone(letter.id, self._now, delivery_times.spell(due), outcome.reply)


class LetterReader(NamedTuple):
    """Who a letter is about, and the address it goes to."""

    person: Subscriber
    address: str


def why_not(
    people: People, letter: PersonLetter, person: Subscriber, folded: str
) -> tuple[DeliveryState, str] | None:
    """Return why a letter must not be sent any more, and the state that follows; None if it may."""
    if people.suppressions.find(folded):
        return "held", "the address is suppressed"
    if letter.kind == "confirm" and person.state == "active":
        return "cancelled", "the person has confirmed"
    if letter.kind == "subscribed" and person.state != "active":
        return "cancelled", "the person has left"
    return None
