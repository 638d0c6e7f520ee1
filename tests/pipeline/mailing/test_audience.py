"""Who gets an issue: frozen once, by the newest published live issue of an edition."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from digest.model.people import Wish
from digest.storage.people import departing
from tests.support.folders import Folder
from tests.support.mail_folders import (
    DAILY,
    DAY,
    ME,
    configuration,
    deliver,
    deliveries,
    people_of,
    publish,
    states,
    subscribe,
    take_back,
)
from tests.support.smtp_server import SmtpServer, smtp_server

TWO = f'{DAILY}[[edition]]\nname = "weekly"\nperiod = "week"\nat = "07:10"\nmail = true\n'


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server that takes everything."""
    with smtp_server() as running:
        yield running


@pytest.fixture
def mailing(folder: Folder, server: SmtpServer) -> Folder:
    """Make a folder that mails its daily issues to its owner."""
    folder.configure(configuration(server))
    return folder


def test_ones_own_address_gets_each_issue_once(mailing: Folder, server: SmtpServer) -> None:
    """It becomes a subscriber by itself, and needs no consent."""
    publish(mailing, 1, 2)
    for minute in range(3):
        deliver(mailing, f"{DAY}T08:0{minute}")
    assert [ME] == server.recipients
    with people_of(mailing) as people:
        (person,) = people.subscribers.list_all()
    assert ("active", "configuration") == (person.state, person.origin)


def test_who_is_not_active_gets_nothing(mailing: Folder, server: SmtpServer) -> None:
    """Who has not confirmed, left, bounced or complained."""
    subscribe(mailing, "ann@example.org")
    for state in ("pending", "left", "bounced", "complained"):
        subscribe(mailing, f"{state}@example.org", state=state)
    publish(mailing, 1)
    deliver(mailing, f"{DAY}T08:00")
    assert ["ann@example.org", ME] == server.recipients


def test_one_who_left_stays_away_although_the_configuration_names_them(
    mailing: Folder, server: SmtpServer
) -> None:
    """They said so. One who only was asked to confirm is in, by the configuration."""
    subscribe(mailing, ME, state="left")
    publish(mailing, 1)
    deliver(mailing, f"{DAY}T08:00")
    assert [] == server.recipients
    mailing.configure(configuration(server, ["Asked@example.org"]))
    subscribe(mailing, "asked@example.org", state="pending")
    publish(mailing, 2, day="2026-11-21")
    deliver(mailing, "2026-11-21T08:00")
    assert ["asked@example.org"] == server.recipients


def test_one_who_was_forgotten_is_not_stored_again(mailing: Folder, server: SmtpServer) -> None:
    """Although the configuration names them: nothing but the hash is kept."""
    with people_of(mailing) as people:
        departing.forget(people, ME, f"{DAY}T06:00:00+00:00")
    publish(mailing, 1)
    deliver(mailing, f"{DAY}T08:00")
    assert [] == server.recipients
    with people_of(mailing) as people:
        assert [] == list(people.subscribers.list_all())


def test_an_address_taken_out_of_the_configuration_gets_no_more(
    mailing: Folder, server: SmtpServer
) -> None:
    """It never agreed to anything else."""
    publish(mailing, 1)
    deliver(mailing, f"{DAY}T08:00")
    mailing.configure(configuration(server, ["new@example.org"]))
    publish(mailing, 2, day="2026-11-21")
    deliver(mailing, "2026-11-21T08:00")
    assert [ME, "new@example.org"] == server.recipients


def test_an_address_may_come_from_the_environment(
    mailing: Folder, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a configuration that others see."""
    mailing.configure(configuration(server, ["env:MY_ADDRESS"]))
    publish(mailing, 1)
    monkeypatch.setenv("MY_ADDRESS", "hidden@example.org")
    deliver(mailing, f"{DAY}T08:01")
    assert ["hidden@example.org"] == server.recipients


def test_what_is_no_address_is_not_shown(
    mailing: Folder, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason stands in a log; all others get theirs."""
    mailing.configure(configuration(server, [ME, "env:MY_ADDRESS"]))
    monkeypatch.setenv("MY_ADDRESS", "me at home")
    publish(mailing, 1)
    reasons = list[object]()
    deliver(mailing, f"{DAY}T08:00", log=lambda *_, **facts: reasons.append(facts.get("reason")))
    assert f"mail.to: address 2: there is no @ in it: daily {DAY} is not mailed to it" == reasons[0]
    assert [ME] == server.recipients


def test_after_an_outage_only_the_newest_issue_is_mailed(
    mailing: Folder, server: SmtpServer
) -> None:
    """Nobody wants seven mails at once."""
    for day in (18, 19, 20):
        publish(mailing, day, day=f"2026-11-{day}", moment=f"{DAY}T07:00:0{day - 18}+00:00")
    deliver(mailing, f"{DAY}T08:00")
    (taken,) = server.taken
    assert b"Paper 20" in taken.message


def test_an_issue_older_than_not_after_is_never_mailed(mailing: Folder, server: SmtpServer) -> None:
    """Such as the last one of a folder in which mail is switched on."""
    publish(mailing, 1, day="2026-11-18")
    deliver(mailing, f"{DAY}T08:00")
    assert ([], []) == (server.recipients, deliveries(mailing))


def test_who_comes_after_an_issue_was_frozen_gets_the_next(
    mailing: Folder, server: SmtpServer
) -> None:
    """An audience does not change."""
    publish(mailing, 1)
    deliver(mailing, f"{DAY}T08:00")
    subscribe(mailing, "late@example.org")
    deliver(mailing, f"{DAY}T08:10")
    assert [ME] == server.recipients
    publish(mailing, 2, day="2026-11-21")
    deliver(mailing, "2026-11-21T08:00")
    assert [ME, ME, "late@example.org"] == server.recipients


def test_an_issue_before_one_that_was_mailed_is_not_mailed(
    mailing: Folder, server: SmtpServer
) -> None:
    """When the later one is taken back, or an old ledger is restored."""
    publish(mailing, 1, moment=f"{DAY}T07:00:00+00:00")
    publish(mailing, 2, ordinal=2, moment=f"{DAY}T07:30:00+00:00")
    deliver(mailing, f"{DAY}T08:00")
    take_back(mailing)
    deliver(mailing, f"{DAY}T08:10")
    assert 1 == len(server.taken)


def test_a_mailing_of_the_future_stops_no_later_issue(mailing: Folder, server: SmtpServer) -> None:
    """The clock was wrong for a day."""
    publish(mailing, 1, day="2031-05-01")
    deliver(mailing, "2031-05-01T08:00")
    publish(mailing, 2, moment=f"{DAY}T07:00:00+00:00")
    deliver(mailing, f"{DAY}T08:00")
    assert 2 == len(server.taken)


def test_a_paper_mailed_before_is_left_out_of_an_issue_made_again(
    mailing: Folder, server: SmtpServer
) -> None:
    """An issue was taken back after it was mailed; who had nothing of it gets all."""
    publish(mailing, 1, 2)
    deliver(mailing, f"{DAY}T08:00")
    take_back(mailing)
    subscribe(mailing, "new@example.org")
    publish(mailing, 1, 2, 3, moment=f"{DAY}T09:00:00+00:00")
    deliver(mailing, f"{DAY}T09:10")
    shown = {
        taken.recipient: [number for number in range(1, 4) if b"Paper %d" % number in taken.message]
        for taken in server.taken[1:]
    }
    assert {ME: [3], "new@example.org": [1, 2, 3]} == shown


def test_who_had_all_of_an_issue_made_again_gets_no_mail(
    mailing: Folder, server: SmtpServer
) -> None:
    """Nor is one told that nothing came."""
    publish(mailing, 1, 2)
    deliver(mailing, f"{DAY}T08:00")
    take_back(mailing)
    publish(mailing, 1, 2, moment=f"{DAY}T09:00:00+00:00")
    report = deliver(mailing, f"{DAY}T09:10")
    assert (1, 1) == (len(server.taken), report.counts.empty)


def test_editions_are_chosen_by_wish(folder: Folder, server: SmtpServer) -> None:
    """Without a choice: the main one, and one's own address gets all."""
    folder.configure(configuration(server, editions=TWO))
    subscribe(folder, "main@example.org")
    subscribe(folder, "weekly@example.org", wish=Wish(editions=("weekly",)))
    publish(folder, 1)
    publish(folder, 1, edition="weekly")
    deliver(folder, f"{DAY}T08:00")
    got = sorted(
        (taken.recipient, b"weekly" in taken.message.partition(b"List-Id")[2][:60])
        for taken in server.taken
    )
    expected = [
        ("main@example.org", False), (ME, False), (ME, True), ("weekly@example.org", True)
    ]  # fmt: skip
    assert expected == got


def test_an_edition_without_mail_is_not_mailed(folder: Folder, server: SmtpServer) -> None:
    """Also if another one is."""
    folder.configure(configuration(server, editions=f'[[edition]]\nname = "quiet"\n{DAILY}'))
    publish(folder, 1, edition="quiet")
    subscribe(folder, "main@example.org")
    deliver(folder, f"{DAY}T08:00")
    assert [] == deliveries(folder)
    publish(folder, 2)
    deliver(folder, f"{DAY}T08:00")
    assert {ME: "sent", "main@example.org": "sent"} == states(folder)


def test_a_weekday_leaves_other_days_out_and_a_weekly_issue_waits(
    folder: Folder, server: SmtpServer
) -> None:
    """Until the edition's hour of that day; then it is not late."""
    folder.configure(configuration(server, (), editions=TWO))
    both = ("daily", "weekly")
    subscribe(folder, "fri@example.org", wish=Wish(editions=both, weekday="fri"))
    subscribe(folder, "mon@example.org", wish=Wish(editions=both, weekday="mon"))
    publish(folder, 1)
    publish(folder, 1, edition="weekly")
    deliver(folder, f"{DAY}T08:00")
    assert ["fri@example.org", "fri@example.org"] == server.recipients
    deliver(folder, "2026-11-23T07:09")
    assert 2 == len(server.recipients)
    deliver(folder, "2026-11-23T07:10")
    assert "mon@example.org" == server.recipients[2]
    assert 3 == len(deliveries(folder))


def test_backfilled_issues_are_never_mailed(folder: Folder, server: SmtpServer) -> None:
    """They are history."""
    folder.configure(configuration(server))
    publish(folder, 1, kind="history")
    deliver(folder, f"{DAY}T08:00")
    assert [] == server.recipients
