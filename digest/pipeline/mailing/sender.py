"""Send what is due: each change of a delivery's state is committed before the next step.

    pending, deferred -> sending   everything is handed over but the end of the message
    sending -> sent, deferred, failed, unknown   by the answer

So a sender that is killed leaves either what was safely not sent, or "sending", of which nobody
can know whether it was taken: `settling.settle_interrupted`.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from digest.delivery.transport import LazyTransport
from digest.editorial import delivery_times
from digest.model.people import (
    Delivery,
    DeliveryState,
    MailContent,
    SendOutcome,
    Subscriber,
)
from digest.model.settings import Settings
from digest.pipeline.mailing import chat_posts, settling
from digest.pipeline.mailing.contents import ContentMaker, IssueTakenBack
from digest.pipeline.mailing.issues import IssueReader
from digest.pipeline.mailing.queue import Clock, DeliveryQueue
from digest.pipeline.mailing.server_watch import ServerWatch
from digest.render.mail import message as mail_message
from digest.storage.people import People, database
from digest.text import addresses

_TAKEN_BACK = "the issue was taken back"
_NO_CHANNEL = "there is no such channel any more"
_NOTHING = "nothing of the wish is in the issue"
_OUT = {  # why a person gets nothing, by their state
    "pending": "the person has not confirmed",
    "left": "the person has left",
    "bounced": "the address has bounced",
    "complained": "the person has complained",
}


class _Cancelled(Exception):
    """A delivery was cancelled, or its person forgotten, while its message was handed over."""


class _Addressed(NamedTuple):
    """A mail that is ready to be sent: its delivery, its stored form and its bytes."""

    delivery: Delivery
    sender: str
    recipient: str
    content: int
    message: bytes


class Sender:
    """Sends the deliveries of a queue, and counts in ``reached`` the states that they reach.

    ``failed`` are the answers to those that failed.
    """

    def __init__(
        self, settings: Settings, queue: DeliveryQueue, reader: IssueReader, clock: Clock
    ) -> None:
        self._settings, self._mail = settings, settings.mail
        self._queue, self._reader, self._clock = queue, reader, clock
        self._contents = ContentMaker(settings, reader)
        self._lock = threading.Lock()
        self._watch = ServerWatch(settings.mail)
        self.reached, self.failed = Counter[DeliveryState](), list[str]()

    @property
    def outage(self) -> str | None:
        """Why the mail server takes nothing, if it began to take nothing."""
        return self._watch.outage

    def send_all(self) -> None:
        """Send until nothing is due, on as many connections as the settings say.

        Raises what the database, the settings or the templates raise; all threads end then.
        """
        errors = list[BaseException]()

        def work() -> None:
            try:
                self._work()
            except BaseException as error:  # noqa: BLE001 - raised below, in the caller's thread
                errors.append(error)
                self._queue.close()

        others = [threading.Thread(target=work) for _ in range(self._mail.connections - 1)]
        for thread in others:
            thread.start()
        work()
        for thread in others:
            thread.join()
        if errors:
            raise errors[0]

    def _work(self) -> None:
        # Connects only when the first mail is sent: there may be posts alone, and no server.
        server = LazyTransport(self._mail, Path(self._settings.root))
        with database.opened(self._settings.state_folder) as people, closing(server):
            while delivery := self._queue.take(people):
                try:
                    if delivery.channel:
                        self._post(people, delivery.id)
                    else:
                        self._send(people, server, delivery.id)
                except _Cancelled:
                    server.close()
                self._queue.done(delivery)

    def _send(self, people: People, server: LazyTransport, number: int) -> None:
        """Send a mail, unless its person is out or it is too late."""
        checked = self._check_person(people, number)
        addressed = checked and self._address(people, *checked)
        if addressed is None or not self._queue.wait_for_turn():
            return
        # Asked again right before the mail is sent: the wait may have been long.
        if self._check_person(people, number) is None:
            return
        delivery, sender, recipient, content, message = addressed
        outcome = server.send(
            sender, recipient, message, lambda: self._mark_sending(people, delivery, content)
        )
        self._settle(people, delivery, outcome)

    def _post(self, people: People, number: int) -> None:
        delivery = self._check(people, number)
        if delivery is None:
            return
        chats = [chat for chat in self._settings.chat if chat.name == delivery.channel]
        mailed = self._reader.load(people.mailings.get(delivery.mailing))
        if mailed is None or not chats:
            self._end(people, delivery, "cancelled", _NO_CHANNEL if mailed else _TAKEN_BACK)
            return
        outcome = chat_posts.send_post(
            self._settings, chats[0], mailed.issue, lambda: self._mark_sending(people, delivery)
        )
        self._settle(people, delivery, outcome)

    def _check(self, people: People, number: int) -> Delivery | None:
        """Return a delivery as it is now, if it is to be sent still."""
        delivery = people.deliveries.find(number)
        if delivery is None or delivery.state not in ("pending", "deferred"):
            return None
        if delivery_times.is_too_late(delivery.planned, self._mail.not_after, self._clock()):
            self._end(people, delivery, "late", delivery.reason)
            return None
        return delivery

    def _check_person(self, people: People, number: int) -> tuple[Delivery, Subscriber] | None:
        """Return a delivery and its person, if it is to be sent still and they may get it."""
        delivery = self._check(people, number)
        if delivery is None or delivery.subscriber is None:
            return None
        try:
            person = people.subscribers.get(delivery.subscriber)
        except LookupError:  # forgotten in this moment, and the delivery with them
            return None
        if person.state != "active":
            self._end(people, delivery, "held", _OUT[person.state])
        elif people.suppressions.find(person.folded):
            self._end(people, delivery, "held", "the address is suppressed")
        else:
            return delivery, person
        return None

    def _address(self, people: People, delivery: Delivery, person: Subscriber) -> _Addressed | None:
        """Return the mail of a delivery; None if there is none, and its state says why."""
        try:
            found = self._contents.find(people, delivery, person, self._clock())
        except IssueTakenBack:
            self._end(people, delivery, "cancelled", _TAKEN_BACK)
            return None
        if found is None:
            self._end(people, delivery, "empty", _NOTHING)
            return None
        number, content = found
        try:
            return _Addressed(
                delivery,
                mail_message.envelope_sender(self._mail, person.token),
                addresses.envelope(person.address),
                number,
                self._message(people, delivery, person, content),
            )
        except ValueError as error:  # one bad address stops no other
            self._settle(people, delivery, SendOutcome("failed", str(error)))
            return None

    def _message(
        self, people: People, delivery: Delivery, person: Subscriber, content: MailContent
    ) -> bytes:
        mailing = people.mailings.get(delivery.mailing)
        return mail_message.make_message(
            content, self._settings, person, mailing.issue, mailing.moment
        )

    def _mark_sending(self, people: People, delivery: Delivery, content: int | None = None) -> None:
        moment = delivery_times.spell(self._clock())
        if not people.deliveries.mark_sending(delivery.id, moment, content):
            raise _Cancelled

    def _end(
        self, people: People, delivery: Delivery, state: DeliveryState, reason: str | None
    ) -> None:
        """Put a delivery that was not tried into a state that ends it."""
        people.deliveries.set_state(delivery.id, state, delivery_times.spell(self._clock()), reason)
        with self._lock:
            self.reached[state] += 1

    def _settle(self, people: People, delivery: Delivery, outcome: SendOutcome) -> None:
        now = self._clock()
        with people.transaction():
            state = settling.settle(people, self._mail, delivery, outcome, now)
        with self._lock:
            # One that waits as before has reached no state.
            if state is not None and state != "pending":
                self.reached[state] += 1
            if state == "failed":
                channel = f"{delivery.channel}: " if delivery.channel else ""
                self.failed.append(f"{channel}{outcome.reply}")
        if delivery.channel is None and self._watch.is_down_after(people, outcome, now):
            self._queue.stop_mails()
