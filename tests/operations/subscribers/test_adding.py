"""Subscribers are added with a consent, or by a mail that asks for one."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest

from digest.model.people import Consent, SubscriberState
from digest.storage.people import database, departing
from tests.support.folders import MINUTE, CommandResult, Folder
from tests.support.smtp_server import SmtpServer, drop, hang, reply

NOW = "2026-11-20T08:00+01:00"
CONSENT = ("--consent", "asked me by mail, 2026-11-19")
ADA = "ada@example.org"


def add(folder: Folder, *words: str, now: str = NOW) -> CommandResult:
    """Run `digest subscribers add`."""
    return folder.digest("subscribers", "add", *words, now=now)


def data(folder: Folder, address: str = ADA) -> dict[str, Any]:
    """Return everything about a person."""
    answered = folder.digest("subscribers", "export", "--json", address, now=NOW)
    assert 0 == answered.status, answered
    known: dict[str, Any] = json.loads(answered.out)
    return known


def put(folder: Folder, state: SubscriberState, moment: str) -> None:
    """Add Ada, and let her be in this state since this moment."""
    assert 0 == add(folder, ADA, "--consent", "at the door, 2026-11-01").status
    with database.opened(folder.root / "state") as people, people.transaction():
        person = people.subscribers.find(ADA)
        assert person
        if state in ("left", "bounced", "complained"):
            departing.leave(people, person, state, moment)
        else:
            people.subscribers.set_state(person.id, state, moment)


def test_a_consent_is_recorded_with_its_words_and_day(folder: Folder) -> None:
    """The person is active at once, and the address stays as it was given."""
    folder.configure('[site]\ntimezone = "Europe/Berlin"\n')
    answered = add(folder, "Ada V. <Ada@Example.ORG>", *CONSENT)
    assert (0, "Added: Ada@Example.ORG\n") == (answered.status, answered.out)
    known = data(folder)
    assert ("Ada@Example.ORG", "active", "added") == (
        known["address"],
        known["state"],
        known["origin"],
    )
    (consent,) = known["consents"]
    assert {
        "moment": "2026-11-19T00:00:00+01:00",
        "how": "added by the operator",
        "words": "asked me by mail, 2026-11-19",
    } == consent


@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        ("", "write what they agreed to and when"),
        ("yes", "write what they agreed to and when"),
        ("2026-11-19", "write what they agreed to and when"),
        ("asked me, 19.11.2026", "write what they agreed to and when"),
        ("asked me, 2026-11-31", "there is no day 2026-11-31"),
        ("asked me, 2026-11-21", "2026-11-21 is still to come"),
        ("asked me,\n2026-11-19", "one line"),
    ],
)
def test_a_consent_without_words_or_a_day_that_was_is_refused(
    folder: Folder, consent: str, reason: str
) -> None:
    """As wrong usage, and nothing is stored."""
    answered = add(folder, ADA, "--consent", consent)
    assert 2 == answered.status
    assert reason in answered.err
    assert not database.exists(folder.root / "state")


@pytest.mark.parametrize("address", ["ada", "ada@", "a b@example.org", "ada@example.org\nBcc: x"])
def test_what_is_no_address_is_refused(folder: Folder, address: str) -> None:
    """As wrong usage, and nothing is stored."""
    assert 2 == add(folder, address, *CONSENT).status
    assert not database.exists(folder.root / "state")


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("", "mail.from"),
        (
            '[mail]\nfrom = "papers@example.org"\nserver = "smtp://relay.example.org"\n',
            "mail.unsubscribe",
        ),
    ],
)
def test_without_a_consent_and_a_way_to_ask_it_is_refused(
    folder: Folder, toml: str, key: str
) -> None:
    """It names what is missing, and the option."""
    folder.configure(toml)
    answered = add(folder, ADA)
    assert 2 == answered.status
    assert f"config/digest.toml: {key}: " in answered.err
    assert "--consent" in answered.err
    assert not database.exists(folder.root / "state")


def test_without_a_consent_a_mail_asks(mailing: Folder, server: SmtpServer) -> None:
    """Its answer goes to the unsubscribe mailbox and keeps the words; it is no list mail."""
    answered = add(mailing, ADA)
    assert (0, "Waits for an answer to the mail that was sent: ada@example.org\n") == (
        answered.status,
        answered.out,
    )
    known = data(mailing)
    assert "pending" == known["state"]
    assert [] == known["consents"]
    (taken,) = server.taken
    assert (f"bounces+{known['token']}@example.org", ADA) == (taken.sender, taken.recipient)
    message = email.message_from_bytes(taken.message, policy=email.policy.default)
    assert f"confirm {known['token']}" in message["Subject"]
    assert "unsubscribe@example.org" == message["Reply-To"]
    assert "auto-generated" == message["Auto-Submitted"]
    assert message["List-Unsubscribe"] is None
    lines = message.get_content().splitlines()
    assert f"    confirm {known['token']}" in lines
    assert "It is a newsletter of new research papers: https://papers.example.org/." in lines
    assert "need do nothing. The sender is Papers <papers@example.org>." in " ".join(lines)
    assert "1 Quay, Northport" in lines


def test_one_mail_a_day_asks_at_most(mailing: Folder, server: SmtpServer) -> None:
    """However the address is written."""
    add(mailing, ADA)
    again = add(mailing, "ADA@EXAMPLE.ORG", now="2026-11-21T07:59+01:00")
    assert "a mail was sent less than a day ago" in again.out
    assert 1 == len(server.taken)
    add(mailing, ADA, now="2026-11-20T07:00+01:00")  # the clock was put back
    assert 1 == len(server.taken)
    add(mailing, ADA, now="2026-11-21T08:00+01:00")
    assert 2 == len(server.taken)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_mail_that_was_not_taken_may_be_sent_again(
    mailing: Folder, server: SmtpServer, verb: str
) -> None:
    """What failed before the end of the mail reached nobody."""
    server.on(verb, reply("451 4.3.0 later"), times=1)
    failed = add(mailing, ADA)
    assert 1 == failed.status
    assert "the mail that asks them was not taken: 451 4.3.0 later" in failed.err
    assert 0 == add(mailing, ADA).status
    assert [ADA] == server.recipients


def test_a_mail_that_may_have_been_taken_is_not_sent_again_that_day(
    mailing: Folder, server: SmtpServer
) -> None:
    """That it was sent is committed before its end, so no crash makes it two."""
    server.on("dot", drop(taken=True), times=1)
    assert 1 == add(mailing, ADA).status
    assert 0 == add(mailing, ADA).status
    assert [ADA] == server.recipients


@pytest.mark.soak
@pytest.mark.parametrize(
    ("verb", "is_taken", "mails"),
    [
        ("EHLO", False, 1),
        ("RCPT", False, 1),
        ("DATA", False, 1),
        ("dot", False, 0),
        ("dot", True, 1),
    ],
)
def test_a_kill_makes_no_second_mail(
    mailing: Folder, server: SmtpServer, verb: str, is_taken: bool, mails: int
) -> None:
    """What was killed before the end of the mail is sent by the next try, what came after not."""
    server.on(verb, hang(taken=is_taken), times=1)
    words = [*mailing.command(), "--now", NOW, "subscribers", "add", ADA]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: is_asked(mailing) if verb == "dot" else verb in server.verbs)
        finally:
            process.kill()
    assert 0 == add(mailing, ADA).status
    assert [ADA] * mails == server.recipients
    assert "pending" == data(mailing)["state"]


def is_asked(folder: Folder) -> bool:
    """Return whether it is committed that Ada was asked."""
    answered = folder.digest("subscribers", "export", "--json", ADA)
    return answered.status == 0 and json.loads(answered.out)["asked"] is not None


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, for as long as a command may take."""
    end = time.monotonic() + MINUTE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_pending_person_becomes_active_by_a_consent(mailing: Folder) -> None:
    """The consent may be older than the question."""
    add(mailing, ADA)
    assert 0 == add(mailing, ADA, *CONSENT).status
    assert "active" == data(mailing)["state"]


def test_who_is_active_is_not_added_again(folder: Folder) -> None:
    """In any spelling; what they get is changed by another command."""
    add(folder, ADA, *CONSENT, "--words", "kelp")
    answered = add(folder, "Ada <ADA@example.org>", *CONSENT)
    assert 1 == answered.status
    assert "digest subscribers change" in answered.err
    assert ["kelp"] == data(folder)["wish"]["words"]


@pytest.mark.parametrize("state", ["left", "bounced"])
def test_who_is_out_comes_back_by_a_later_consent_only(
    folder: Folder, state: SubscriberState
) -> None:
    """An older one is what they took back."""
    put(folder, state, "2026-11-10T12:00:00+01:00")
    older = add(folder, ADA, "--consent", "at the door, 2026-11-09")
    assert 1 == older.status
    assert f"“{state}” began on 2026-11-10" in older.err
    assert state == data(folder)["state"]
    answered = add(folder, ADA, *CONSENT)
    assert (0, f"Is a subscriber again: {ADA}\n") == (answered.status, answered.out)
    known = data(folder)
    assert "active" == known["state"]
    assert 2 == len(known["consents"])


def test_asking_again_makes_no_older_consent_good(mailing: Folder) -> None:
    """Who left before, or may have left after a backup was made, took it back."""
    put(mailing, "left", "2026-11-20T07:00:00+01:00")
    assert 0 == add(mailing, ADA).status
    older = add(mailing, ADA, *CONSENT)
    assert 1 == older.status
    assert "pending" == data(mailing)["state"]
    with database.opened(mailing.root / "state") as people:
        people.subscribers.set_state(1, "active", "2026-11-20T07:00:00+01:00")
        people.subscribers.ask_again("2026-11-20T07:30:00+01:00")  # as `restore` does
    assert 1 == add(mailing, ADA, *CONSENT).status
    assert 0 == add(mailing, ADA, "--consent", "asked me again, 2026-11-20").status


def test_who_left_before_confirming_comes_back_by_a_later_consent_only(mailing: Folder) -> None:
    """They answered the first question with no."""
    add(mailing, ADA)
    assert 0 == mailing.digest("subscribers", "remove", ADA, now=NOW).status
    add(mailing, ADA)
    assert 1 == add(mailing, ADA, *CONSENT).status
    assert "pending" == data(mailing)["state"]


def test_a_complaint_or_a_suppression_holds_against_add(folder: Folder) -> None:
    """Until the operator says that the address may be written to."""
    put(folder, "complained", "2026-11-10T12:00:00+01:00")
    answered = add(folder, ADA, *CONSENT)
    assert 1 == answered.status
    assert "must not be written to (complained, since 2026-11-10)" in answered.err
    assert 0 == folder.digest("subscribers", "unsuppress", ADA, now=NOW).status
    assert 0 == add(folder, ADA, *CONSENT).status
    assert "active" == data(folder)["state"]


def test_who_left_waits_again_when_a_mail_asks(mailing: Folder, server: SmtpServer) -> None:
    """They get nothing else until they answer."""
    put(mailing, "left", "2026-11-10T12:00:00+01:00")
    assert 0 == add(mailing, ADA).status
    assert "pending" == data(mailing)["state"]
    assert [ADA] == server.recipients


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--edition", "dayly"), "there is no edition 'dayly'; did you mean daily?"),
        (("--topics", "agnts"), "there is no topic 'agnts'; did you mean agents?"),
        (("--words", "kelp,!!"), "words: write words, not '!!'"),
        (("--mute-authors", "?"), "mute-authors: write words"),
        (("--most", "-1"), "not a number from 0 to 1,000"),
        (("--most", "many"), "not a number from 0 to 1,000"),
        (("--weekday", "friday"), "not a weekday: 'friday'"),
    ],
)
def test_what_nobody_can_wish_for_is_refused(
    folder: Folder, words: tuple[str, ...], reason: str
) -> None:
    """As wrong usage, with the nearest name."""
    answered = add(folder, ADA, *CONSENT, *words)
    assert 2 == answered.status
    assert reason in answered.err
    assert not database.exists(folder.root / "state")


def test_all_parts_of_a_wish_are_options(folder: Folder) -> None:
    """Lists have commas, or the option is given again; each entry counts once."""
    folder.configure('[[edition]]\nname = "daily"\n[[edition]]\nname = "weekly"\nperiod = "week"\n')
    words = (
        "--edition", "weekly, daily", "--topics", "agents; other", "--words", "tool  use,kelp",
        "--words", "kelp", "--authors", "Vance", "--organizations", "northfield",
        "--mute-words", "survey", "--mute-authors", "Imrie", "--mute-organizations", "southfield",
        "--most", "10", "--weekday", "FRI",
    )  # fmt: skip
    assert 0 == add(folder, ADA, *CONSENT, *words).status
    assert {
        "editions": ["weekly", "daily"],
        "topics": ["agents", "other"],
        "words": ["tool use", "kelp"],
        "authors": ["Vance"],
        "organizations": ["northfield"],
        "mute_words": ["survey"],
        "mute_authors": ["Imrie"],
        "mute_organizations": ["southfield"],
        "most": 10,
        "weekday": "fri",
    } == data(folder)["wish"]


def test_days_are_compared_where_the_consent_was_given(folder: Folder) -> None:
    """Who left at one in the morning by UTC had left the evening before in New York."""
    folder.configure('[site]\ntimezone = "America/New_York"\n')
    put(folder, "left", "2026-11-20T01:00:00+00:00")
    answered = add(folder, ADA, "--consent", "asked me again, 2026-11-19")
    assert (0, f"Is a subscriber again: {ADA}\n") == (answered.status, answered.out)


def test_consents_stand_in_the_order_of_their_moments(folder: Folder) -> None:
    """Whatever their offsets: some are those of a file, or of another time zone."""
    moments = ("2026-11-20T23:30:00-05:00", "2026-11-21T05:00:00+01:00")
    with database.opened(folder.root / "state") as people, people.transaction():
        person = people.subscribers.add(ADA, ADA, "active", "added", NOW)
        for moment in moments:
            consent = Consent(moment=moment, how="imported", words="")
            people.subscribers.add_consent(person.id, consent)
        consents = people.subscribers.consents(person.id)
    assert [moments[1], moments[0]] == [consent.moment for consent in consents]
