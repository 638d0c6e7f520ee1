"""Give addresses up that a server refuses while mails are sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.editorial import delivery_times
from digest.model.mail_settings import Mail
from digest.model.people import DeliveryState, Mailing, SendOutcome, Subscriber
from digest.pipeline.mailing import settling
from digest.storage.people import People, database

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MOMENT = delivery_times.spell(NOW)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Return an empty people database."""
    with database.opened(tmp_path) as people:
        yield people


def add(people: People, name: str = "ada") -> Subscriber:
    """Add a subscriber."""
    address = f"{name}@reader.example.net"
    return people.subscribers.add(address, address, "active", "added", MOMENT)


def answer(people: People, person: Subscriber, number: int, reply: str) -> str:
    """Send an issue to a person, let the server answer, and return their state after it."""
    issue = f"issue {number}"
    known = people.mailings.find(issue)
    mailing = known or people.mailings.add(
        Mailing(
            id=0,
            issue=issue,
            edition="daily",
            key=str(number),
            number=number,
            moment=MOMENT,
            frozen=MOMENT,
            is_mailed=True,
        )
    )
    people.deliveries.add(mailing.id, MOMENT, subscriber=person.id)
    *_, delivery = people.deliveries.list_of(mailing.id)
    state: DeliveryState = "sent" if reply.startswith("2") else "failed"
    with people.transaction():
        settling.settle(people, Mail(), delivery, SendOutcome(state, reply, int(reply[:3])), NOW)
    return people.subscribers.get(person.id).state


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10"])
def test_an_address_that_does_not_exist(people: People, status: str) -> None:
    """It is given up at the first refusal, and nobody else is."""
    ada, ben = add(people), add(people, "ben")
    assert "active" == answer(people, ben, 1, "250 2.0.0 queued")
    assert "bounced" == answer(people, ada, 1, f"550 {status} unknown user")
    assert "active" == people.subscribers.get(ben.id).state


def test_a_mailbox_that_takes_nothing(people: People) -> None:
    """It is given up after three issues in a row, of which none arrived."""
    ada = add(people)
    replies = ["552 5.2.2 full", "552 5.2.2 full", "250 2.0.0 queued", *["552 5.2.2 full"] * 3]
    states = [answer(people, ada, number, reply) for number, reply in enumerate(replies)]
    assert ["active"] * 5 + ["bounced"] == states


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.7.1 sender not allowed", "554 5.6.0 text refused", "550 no", "550 5.1.8 your domain",
        "553 5.1.7 bad sender",
    ],
)  # fmt: skip
def test_a_server_that_turns_the_sender_away(people: People, reply: str) -> None:
    """That says nothing about the address, however often it happens."""
    ada = add(people)
    assert ["active"] * 5 == [answer(people, ada, number, reply) for number in range(5)]
