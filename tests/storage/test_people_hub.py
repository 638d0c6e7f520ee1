"""Feeds for subscribers of our own hub are deliveries, kept apart from those to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest.model.hub import HubRequest
from digest.model.people import DeliveryCounts
from digest.storage.people import People, database
from digest.storage.people.hub_posts import subscription_of
from tests.support.people import LATER, NOW, add_mailing, add_people

FEED = "feed.xml"
POSTS = DeliveryCounts(pending=2)
ONE = DeliveryCounts(pending=1)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Open a database with a mailing to a person, to a chat, and to two subscribers of the hub."""
    with database.opened(tmp_path) as opened:
        (person,) = add_people(opened, [1])
        mailing = add_mailing(opened)
        opened.deliveries.add(mailing.id, NOW, subscriber=person.id)
        opened.deliveries.add(mailing.id, NOW, channel="lab")
        for number in (7, 12):
            assert opened.hub_posts.order(mailing.id, number, NOW)
        yield opened


def test_they_are_counted_apart(people: People) -> None:
    """Nobody who looks at mails and posts sees them."""
    found = [people.deliveries.counts(1), people.deliveries.counts(1, chat=True)]
    assert [ONE, ONE, POSTS] == [*found, people.hub_posts.counts(1)]
    assert ({"pending": 2}, {"pending": 2}) == (
        people.totals.deliveries(),
        people.totals.hub_posts(),
    )
    assert [None, "lab"] == [each.channel for each in people.deliveries.list_of(1)]


def test_they_are_listed_apart(people: People) -> None:
    """The sender of mails does not send them, and their sender sends nothing else."""
    assert [None, "lab"] == [each.channel for each in people.deliveries.list_due(LATER, 9)]
    due = people.hub_posts.list_due(LATER, 9)
    assert [7, 12] == [subscription_of(each) for each in due]
    for delivery in (*due, *people.deliveries.list_due(LATER, 9)):
        people.deliveries.mark_sending(delivery.id, NOW)
    assert [None, "lab"] == [each.channel for each in people.deliveries.list_interrupted()]
    assert due == [_pending(people, each.id) for each in people.hub_posts.list_interrupted()]


def _pending(people: People, number: int) -> object:
    people.connection.execute("UPDATE delivery SET state = 'pending' WHERE id = ?", (number,))
    return people.deliveries.find(number)


@pytest.mark.parametrize(
    "end",
    [
        lambda people: people.deliveries.cancel_open(1, LATER, "taken back"),
        lambda people: people.deliveries.doubt_open(LATER),
    ],
    ids=["cancelled", "restored"],
)
def test_they_are_not_ended_with_mails(people: People, end: Callable[[People], object]) -> None:
    """The feed has changed all the same, and one that is sent twice harms nobody."""
    assert [1] == [mailing.id for mailing in people.mailings.list_open()]
    end(people)
    assert [] == people.mailings.list_open()
    assert (0, POSTS) == (people.deliveries.counts(1).pending, people.hub_posts.counts(1))


def test_one_that_failed_often_comes_last(people: People) -> None:
    """Whoever answers is served first."""
    first, _ = people.hub_posts.list_due(LATER, 9)
    sql = "UPDATE delivery SET attempts = 1 WHERE id = ?"
    people.connection.execute(sql, (first.id,))
    due = people.hub_posts.list_due(LATER, 9)
    assert [12, 7] == [subscription_of(each) for each in due]


@pytest.mark.parametrize("state", ["pending", "deferred", "sent", "failed", "late", "cancelled"])
def test_a_newer_version_is_ordered_anew(people: People, state: str) -> None:
    """Whatever became of the one before; its attempts count anew."""
    sql = "UPDATE delivery SET state = ?, attempts = 3, reason = 'x' WHERE channel = 'hub:7'"
    people.connection.execute(sql, (state,))
    assert people.hub_posts.order(1, 7, LATER)
    delivery = people.hub_posts.list_due(LATER, 9)[-1]
    assert (7, "pending", LATER, LATER, 0, None) == (
        subscription_of(delivery),
        *(delivery.state, delivery.due, delivery.planned, delivery.attempts, delivery.reason),
    )


def test_what_is_being_sent_is_left_alone(people: People) -> None:
    """Its end says what comes next."""
    people.connection.execute("UPDATE delivery SET state = 'sending' WHERE channel = 'hub:7'")
    assert not people.hub_posts.order(1, 7, LATER)
    assert DeliveryCounts(pending=1, sending=1) == people.hub_posts.counts(1)


def request(callback: str, secret: str | None = None) -> HubRequest:
    """Return a request of a callback."""
    return HubRequest(
        mode="subscribe", feed=FEED, callback=callback, host="a.example", secret=secret, lease=3600
    )


def test_who_renews_keeps_number_and_version(people: People) -> None:
    """What was published since the last feed is still to be sent; secret and lease are new."""
    people.hub.subscribe(request("https://a.example/"), NOW, "one")
    people.hub.subscribe(request("https://a.example/", "secret"), LATER, "two")
    subscription = people.hub.find(1)
    assert subscription
    assert ("secret", LATER) == (subscription.secret, subscription.until)
    assert [(FEED, "one")] == people.hub.list_versions()


def test_no_number_is_given_twice(people: People) -> None:
    """A delivery to who is gone must not reach another."""
    for callback in ("https://a.example/1", "https://a.example/2"):
        people.hub.subscribe(request(callback), LATER, "")
    people.hub.delete(2)
    people.hub.subscribe(request("https://a.example/3"), LATER, "")
    assert [1, 3] == people.hub.list_of_version(FEED, "", NOW)
    assert [] == people.hub.list_of_version(FEED, "", LATER)


def test_an_attempt_is_counted_once(people: People) -> None:
    """Two processes do not ask at the same time."""
    people.hub.ask(request("https://a.example/"), NOW)
    [waiting] = people.hub.list_due(NOW, 9)
    assert [True, False] == [people.hub.begin_try(waiting, LATER) for _ in range(2)]
    assert ([], LATER) == (people.hub.list_due(NOW, 9), people.hub.next_due())
