"""What an operator orders about deliveries: send again, or send no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digest import settings as settings_files
from digest.errors import SubscriberError
from digest.model.settings import Settings
from digest.operations.mail import orders
from digest.operations.mail.deliver import list_statuses
from digest.storage.people import departing
from tests.support.folders import Folder
from tests.support.mail_folders import (
    DAY,
    configuration,
    deliver,
    people_of,
    publish,
    states,
    subscribe,
    take_back,
)
from tests.support.smtp_server import SmtpServer, reply, smtp_server

ANN, BEN, CAT = (f"{name}@example.org" for name in ("ann", "ben", "cat"))
LATER = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server that refuses one person for good, once."""
    with smtp_server() as running:
        running.on("RCPT", reply("550 5.2.2 full"), containing=BEN, times=1)
        yield running


@pytest.fixture
def mailed(folder: Folder, server: SmtpServer) -> Folder:
    """Make a folder whose issue was mailed to two people, and failed at a third."""
    folder.configure(configuration(server, ()))
    subscribe(folder, ANN, BEN, CAT)
    publish(folder, 1)
    deliver(folder, f"{DAY}T08:00")
    return folder


def settings_of(folder: Folder) -> Settings:
    """Return the settings of a folder."""
    return settings_files.load(folder.root)


def test_failed_ones_are_sent_again_also_days_later(mailed: Folder, server: SmtpServer) -> None:
    """The order counts anew; nobody else gets a second one."""
    assert 1 == orders.resend(settings_of(mailed), DAY, "failed", LATER)
    deliver(mailed, "2026-11-28T08:01")
    assert [ANN, CAT, BEN] == server.recipients


def test_one_person_gets_a_second_copy_of_the_same_bytes(
    mailed: Folder, server: SmtpServer
) -> None:
    """They lost it. The address is compared folded."""
    assert 1 == orders.resend(settings_of(mailed), f"daily/{DAY}", "ANN@EXAMPLE.org", LATER)
    deliver(mailed, "2026-11-28T08:01")
    first, second = (taken.message for taken in server.taken if taken.recipient == ANN)
    assert first == second


def test_bytes_that_are_deleted_are_rendered_anew(mailed: Folder, server: SmtpServer) -> None:
    """Only where nobody can have the old ones: they are kept for a week."""
    with people_of(mailed) as people:
        people.contents.drop_bodies("2027-01-01T00:00:00+00:00")
    orders.resend(settings_of(mailed), DAY, "failed", LATER)
    deliver(mailed, "2026-11-28T08:01")
    assert [ANN, CAT, BEN] == server.recipients
    assert b"Paper 1" in server.taken[2].message


def test_one_who_came_later_may_get_an_earlier_issue(mailed: Folder, server: SmtpServer) -> None:
    """If somebody says so."""
    subscribe(mailed, "new@example.org")
    orders.resend(settings_of(mailed), DAY, "new@example.org", LATER)
    deliver(mailed, "2026-11-28T08:01")
    assert "new@example.org" == server.recipients[-1]


def test_no_order_sends_to_one_who_is_out(mailed: Folder, server: SmtpServer) -> None:
    """Who left has left."""
    with people_of(mailed) as people:
        ben = people.subscribers.find(BEN)
        assert ben is not None
        departing.leave(people, ben, "left", f"{DAY}T09:00:00+00:00")
    orders.resend(settings_of(mailed), DAY, "failed", LATER)
    deliver(mailed, "2026-11-28T08:01")
    assert [ANN, CAT] == server.recipients
    assert "held" == states(mailed)[BEN]


def test_what_is_cancelled_is_not_sent(folder: Folder, server: SmtpServer) -> None:
    """What was sent before stays sent."""
    folder.configure(configuration(server, ()))
    subscribe(folder, ANN, CAT)
    publish(folder, 1)
    deliver(folder, f"{DAY}T08:00", limit=1)
    assert 1 == orders.cancel(settings_of(folder), DAY, LATER)
    deliver(folder, f"{DAY}T09:00")
    assert {ANN: "sent", CAT: "cancelled"} == states(folder)


def test_an_issue_that_was_not_mailed_or_a_stranger_is_refused(mailed: Folder) -> None:
    """With the reason."""
    settings = settings_of(mailed)
    with pytest.raises(ValueError, match="no issue '2026-01-01' was mailed"):
        orders.resend(settings, "2026-01-01", "failed", LATER)
    with pytest.raises(SubscriberError, match="is no subscriber"):
        orders.resend(settings, DAY, "stranger@example.org", LATER)
    with pytest.raises(ValueError, match="no issue 'weekly/2026-11-20' was mailed"):
        orders.cancel(settings, f"weekly/{DAY}", LATER)


def test_issues_of_two_editions_are_told_apart(folder: Folder, server: SmtpServer) -> None:
    """By the edition before a slash."""
    editions = '[[edition]]\nmail = true\n[[edition]]\nname = "late"\nmail = true\n'
    folder.configure(configuration(server, (ANN,), editions=editions))
    publish(folder, 1)
    publish(folder, 1, edition="late")
    deliver(folder, f"{DAY}T08:00")
    with pytest.raises(ValueError, match="name late/2026-11-20 or daily/2026-11-20"):
        orders.resend(settings_of(folder), DAY, ANN, LATER)
    assert 1 == orders.resend(settings_of(folder), f"late/{DAY}", ANN, LATER)


def test_of_an_issue_made_again_the_newest_mailing_counts(
    mailed: Folder, server: SmtpServer
) -> None:
    """Both have the same key."""
    take_back(mailed)
    publish(mailed, 2, moment=f"{DAY}T09:00:00+00:00")
    deliver(mailed, f"{DAY}T09:10")
    orders.resend(settings_of(mailed), DAY, ANN, LATER)
    deliver(mailed, "2026-11-28T08:01")
    assert b"Paper 2" in server.taken[-1].message


def test_statuses_are_in_the_time_of_the_site(folder: Folder, server: SmtpServer) -> None:
    """The newest first."""
    toml = configuration(server, (ANN,))
    folder.configure(toml.replace("[site]", '[site]\ntimezone = "Europe/Berlin"'))
    for day in (20, 21):
        publish(folder, day, day=f"2026-11-{day}")
        deliver(folder, f"2026-11-{day}T08:00")
    newest, before = list_statuses(settings_of(folder))
    assert ("2026-11-21", "2026-11-21T09:00:00+01:00") == (newest.key, newest.begun)
    assert ("2026-11-20", 1) == (before.key, before.mail.sent)


def test_what_was_sent_to_whom_is_kept_for_ninety_days(mailed: Folder, server: SmtpServer) -> None:
    """The mailing stays, so that its issue is never mailed again."""
    assert 2 == len(server.taken)
    for day, expected in (("2027-02-17", [3, 3]), ("2027-02-19", [0, 3, 3])):
        publish(mailed, 2 + len(expected), day=day)
        deliver(mailed, f"{day}T08:00")
        with people_of(mailed) as people:
            numbers = range(1, len(expected) + 1)
            assert expected == [len([*people.deliveries.list_of(each)]) for each in numbers]
    with people_of(mailed) as people:
        assert {} == people.contents.holding("daily", [f"urn:papers-digest:{1:032x}"], 0)
        assert 3 == len(people.mailings.list_newest())
