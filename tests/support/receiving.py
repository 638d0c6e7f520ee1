"""A publication with subscribers, to which mails come back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from digest.delivery.mailbox import Letter, leave_as_it_is
from digest.editorial import delivery_times
from digest.model.incoming import IncomingCounts
from digest.model.people import DeliveryState, Mailing, Subscriber, SubscriberState
from digest.operations.mail import receive as operation
from digest.render.mail.headers import message_id
from digest.settings import load
from digest.storage.people import People, database
from digest.text import addresses
from tests.support.incoming_mails import MESSAGE_ID, TOKEN
from tests.support.smtp_server import SmtpServer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MOMENT = delivery_times.spell(NOW)
SENDER = "papers@papers.example.org"
EDITOR = "editor@papers.example.org"
CONFIGURATION = """
[mail]
from = "Papers <papers@papers.example.org>"
reply_to = "editor@papers.example.org"
bounces = "bounces+{{token}}@papers.example.org"
unsubscribe = "unsubscribe@papers.example.org"
server = "{server}"
security = "none"
"""


class Office:
    """A working folder whose mail server listens on loopback; what it took is in ``server``."""

    def __init__(self, root: Path, server: SmtpServer) -> None:
        self.root, self.server = root, server
        self.configure()

    def configure(self, more: str = "", without: str = "") -> None:
        """Write the configuration: `[mail]` without the lines that begin so, and more."""
        wanted = CONFIGURATION.format(server=self.server.url).splitlines()
        lines = [line for line in wanted if not (without and re.match(without, line))]
        file = self.root / "config" / "digest.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join([*lines, more]), encoding="utf-8")
        self.settings = load(self.root)

    @contextmanager
    def people(self) -> Iterator[People]:
        """Open the people database."""
        with database.opened(self.settings.state_folder) as people:
            yield people

    def add(self, address: str, state: SubscriberState = "active") -> Subscriber:
        """Add a subscriber."""
        with self.people() as people:
            folded = addresses.fold(address)
            return people.subscribers.add(address, folded, state, "added", MOMENT)

    def state(self, person: Subscriber) -> SubscriberState:
        """Return the state of a subscriber."""
        with self.people() as people:
            return people.subscribers.get(person.id).state

    def mail_issue(self, number: int, *people_: Subscriber, state: DeliveryState = "sent") -> None:
        """Let an issue be sent to these people."""
        with self.people() as people, people.transaction():
            mailing = people.mailings.add(
                Mailing(
                    id=0,
                    issue=f"issue {number}",
                    edition="daily",
                    key=f"{number}",
                    number=number,
                    moment=MOMENT,
                    frozen=MOMENT,
                    is_mailed=True,
                )
            )
            for person in people_:
                people.deliveries.add(mailing.id, MOMENT, subscriber=person.id)
            for delivery in list(people.deliveries.list_of(mailing.id)):
                people.deliveries.set_state(delivery.id, state, MOMENT)

    def receive(self, *messages: bytes, is_pipe: bool = False) -> IncomingCounts:
        """Handle mails."""
        letters = [Letter(message, leave_as_it_is) for message in messages]
        return operation.receive(self.settings, NOW, letters, is_pipe=is_pipe)


def about(message: bytes, person: Subscriber, issue: int | None = None) -> bytes:
    """Return a mail with the token of a person in place of `TOKEN`, about an issue of theirs."""
    message = message.replace(TOKEN.encode(), person.token.encode())
    if issue is None:
        return message
    wanted = message_id(f"issue {issue}", person.token, SENDER)
    return message.replace(MESSAGE_ID.encode(), wanted.encode())
