"""What becomes of each delivery, whatever the server does: nobody gets two, nobody is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from digest import settings as settings_files
from digest.model.mail_settings import Mail
from digest.model.outages import Outage
from digest.model.people import Delivery, SendOutcome, Wish
from digest.operations.mail import orders
from digest.pipeline.mailing import settling
from digest.pipeline.mailing.queue import DeliveryQueue
from digest.render.mail import content
from digest.storage.people import departing
from digest.storage.people.deliveries import Deliveries
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
    sent,
    states,
    subscribe,
    take_back,
)
from tests.support.people import add_mailing
from tests.support.smtp_server import VERBS, SmtpServer, drop, raw, reply, smtp_server

ANN, BEN, CAT = (f"{name}@example.org" for name in ("ann", "ben", "cat"))


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Run a mail server that takes everything, until it is told otherwise."""
    with smtp_server() as running:
        yield running


@pytest.fixture
def mailing(folder: Folder, server: SmtpServer) -> Folder:
    """Make a folder with an issue, and three people who get it."""
    folder.configure(configuration(server, ()))
    subscribe(folder, ANN, BEN, CAT)
    publish(folder, 1, 2)
    return folder


def test_one_refused_for_good_stops_no_other(mailing: Folder, server: SmtpServer) -> None:
    """Nor is it tried again."""
    server.on("RCPT", reply("550 5.1.1 no such user ben@example.org"), containing=BEN)
    report = deliver(mailing, f"{DAY}T08:00")
    assert [ANN, CAT] == server.recipients
    assert (2, 1) == (report.counts.sent, report.counts.failed)
    assert ("550 5.1.1 no such user <address>",) == report.failed
    deliver(mailing, f"{DAY}T18:00")
    assert [ANN, CAT] == server.recipients


def test_one_put_off_is_tried_after_growing_pauses(mailing: Folder, server: SmtpServer) -> None:
    """Five minutes, half an hour, two hours, six hours, six hours, then it is too late."""
    server.on("RCPT", reply("450 4.2.0 greylisted"), containing=BEN)
    now, tries = datetime.fromisoformat(f"{DAY}T08:00"), list[int]()
    for minute in (0, 4, 5, 34, 35, 154, 155, 514, 515, 874, 875, 1234, 1235, 1439, 1500):
        before = server.verbs.count("RCPT")
        deliver(mailing, (now + timedelta(minutes=minute)).isoformat())
        if server.verbs.count("RCPT") > before:
            tries.append(minute)
    assert [0, 5, 35, 155, 515, 875, 1235] == tries
    assert ("late", "450 4.2.0 greylisted") == (states(mailing)[BEN], sent(mailing)[1].reason)
    assert [ANN, CAT] == server.recipients


def test_one_put_off_gets_it_later(mailing: Folder, server: SmtpServer) -> None:
    """Once, and the same bytes that would have been sent at first."""
    server.on("dot", reply("452 4.3.1 no space"), containing=BEN, times=1)
    assert 1 == deliver(mailing, f"{DAY}T08:00").counts.deferred
    deliver(mailing, f"{DAY}T08:05")
    assert [ANN, CAT, BEN] == server.recipients


@pytest.mark.parametrize(
    "act",
    [drop(), drop(taken=True), drop(taken=True, reset=True), raw(b"25", close=True),
     raw(b"\xff\xfe garbled\r\n", taken=True, close=True), reply("399 what", close=True)],
    ids=["dropped", "taken", "reset", "truncated", "garbled", "other"],
)  # fmt: skip
def test_without_a_whole_answer_to_the_dot_it_is_unknown(
    mailing: Folder, server: SmtpServer, act: object
) -> None:
    """It waits for an order, then the same bytes are sent; nobody else is touched."""
    server.on("dot", act, containing=BEN, times=1)  # type: ignore[arg-type]
    report = deliver(mailing, f"{DAY}T08:00")
    assert {ANN: "sent", BEN: "unknown", CAT: "sent"} == states(mailing)
    assert (1, True) == (report.unknown, report.has_problem)
    assert 1 == deliver(mailing, f"{DAY}T12:00").unknown
    before = [taken for taken in server.taken if taken.recipient == BEN]
    settings = settings_files.load(mailing.root)
    moment = datetime.fromisoformat("2026-11-25T08:00+00:00")
    assert 1 == orders.resend(settings, DAY, "unknown", moment)
    assert 0 == deliver(mailing, "2026-11-25T08:00").unknown
    assert {ANN: "sent", BEN: "sent", CAT: "sent"} == states(mailing)
    copies = [taken.message for taken in server.taken if taken.recipient == BEN]
    assert (len(before) + 1, 1) == (len(copies), len(set(copies)))


def test_with_again_the_unknown_is_sent_again_with_the_same_bytes(
    folder: Folder, server: SmtpServer
) -> None:
    """After the first pause."""
    folder.configure(configuration(server, (BEN,), more='unknown = "again"'))
    publish(folder, 1)
    server.on("dot", drop(taken=True), times=1)
    assert (1, 0) == (deliver(folder, f"{DAY}T08:00").counts.deferred, len(server.taken) - 1)
    deliver(folder, f"{DAY}T08:04")
    deliver(folder, f"{DAY}T08:05")
    deliver(folder, f"{DAY}T09:05")
    first, second = (taken.message for taken in server.taken)
    assert first == second
    assert {BEN: "sent"} == states(folder)


def test_421_opens_a_new_connection_and_counts_against_nobody(
    mailing: Folder, server: SmtpServer
) -> None:
    """A server that takes one mail on a connection."""
    server.most = 1
    deliver(mailing, f"{DAY}T08:00")
    assert [ANN, BEN, CAT] == sorted(server.recipients)
    assert 3 == server.connections
    assert {0} == {each.attempts - 1 for each in deliveries(mailing)}


def test_recipients_at_whom_the_server_breaks_off_hold_up_nobody(
    mailing: Folder, server: SmtpServer
) -> None:
    """They go behind the others, and do not count as tried."""
    for address in (ANN, BEN):
        server.on("RCPT", reply("421 4.3.0 try later", close=True), containing=address)
    assert deliver(mailing, f"{DAY}T08:00").outage is not None
    deliver(mailing, f"{DAY}T08:10")
    assert {ANN: "pending", BEN: "pending", CAT: "sent"} == states(mailing)
    assert [0, 0, 1] == [each.attempts for each in deliveries(mailing)]


def test_a_server_that_is_down_is_left_alone_for_a_while(
    mailing: Folder, server: SmtpServer
) -> None:
    """After two refusals in a row; then pauses grow, and its return is noticed."""
    lines = list[tuple[str, str, object]]()

    def log(step: str, /, *, level: str = "info", **facts: object) -> None:
        lines.append((step, level, facts.get("reason")))

    server.on("greeting", reply("554 5.3.2 closed", close=True), times=4)
    report = deliver(mailing, f"{DAY}T08:00", log=log)
    assert (2, True, False) == (server.connections, bool(report.outage), report.is_idle)
    assert ("deliver", "warning") == lines[-1][:2]
    for minute in (1, 4):
        assert deliver(mailing, f"{DAY}T08:0{minute}", log=log).is_idle
    assert 2 == server.connections
    deliver(mailing, f"{DAY}T08:05", log=log)
    assert (4, "info") == (server.connections, lines[-1][1])
    assert deliver(mailing, f"{DAY}T08:30").is_idle
    assert 3 == deliver(mailing, f"{DAY}T08:36").counts.sent
    with people_of(mailing) as people:
        assert people.outages.get() is None


def test_a_server_that_was_down_while_the_clock_was_ahead_is_tried_again(
    mailing: Folder, server: SmtpServer
) -> None:
    """Machines start with a wrong clock and without a network; nobody waits until that year."""
    server.on("greeting", reply("554 5.3.2 closed", close=True), times=2)
    with people_of(mailing) as people:
        until = "2031-01-01T00:05:00+00:00"
        people.outages.set(
            Outage(failures=1, since="2031-01-01T00:00:00+00:00", until=until, reason="closed")
        )
    assert deliver(mailing, f"{DAY}T08:00").outage is not None
    with people_of(mailing) as people:
        outage = people.outages.get()
    assert outage
    assert (f"{DAY}T08:00:00+00:00", f"{DAY}T08:05") == (outage.since, outage.until[:16])
    assert 3 == deliver(mailing, f"{DAY}T08:10").counts.sent


def test_an_order_tries_a_server_that_was_down_at_once(mailing: Folder, server: SmtpServer) -> None:
    """The operator knows better."""
    server.on("greeting", reply("554 5.3.2 closed", close=True), times=2)
    deliver(mailing, f"{DAY}T08:00")
    assert 3 == deliver(mailing, f"{DAY}T08:01", is_forced=True).counts.sent


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("STARTTLS", "AUTH")])
@pytest.mark.parametrize("act", [drop(), raw(b"2")], ids=["drop", "truncate"])
def test_whatever_the_server_does_once_at_a_verb_nobody_gets_two(
    mailing: Folder, server: SmtpServer, verb: str, act: object
) -> None:
    """And everybody who is not unknown gets one."""
    server.on(verb, act._replace(then="close"), times=1)  # type: ignore[attr-defined]
    for hour in (8, 9, 12):
        deliver(mailing, f"{DAY}T{hour:02}:00")
    assert len(server.recipients) == len(set(server.recipients))
    reached = states(mailing)
    missing = {ANN, BEN, CAT} - set(server.recipients)
    assert {"sent", "unknown"} >= set(reached.values())
    assert all(reached[address] == "unknown" for address in missing)


def test_who_leaves_meanwhile_is_held(mailing: Folder, server: SmtpServer) -> None:
    """Also who is suppressed; both are asked right before their mail."""
    server.on("RCPT", reply("450 4.2.0 later"), times=3)
    deliver(mailing, f"{DAY}T08:00")
    moment = f"{DAY}T08:01:00+00:00"
    with people_of(mailing) as people, people.transaction():
        ann = people.subscribers.find(ANN)
        assert ann is not None
        departing.leave(people, ann, "left", moment)
        departing.suppress(people, BEN, "asked by telephone", moment)
    deliver(mailing, f"{DAY}T09:00")
    assert [CAT] == server.recipients
    assert {ANN: "held", BEN: "held", CAT: "sent"} == states(mailing)


def test_who_is_forgotten_meanwhile_has_no_delivery(mailing: Folder, server: SmtpServer) -> None:
    """Nothing of them stays."""
    server.on("RCPT", reply("450 4.2.0 later"), times=3)
    deliver(mailing, f"{DAY}T08:00")
    with people_of(mailing) as people:
        departing.forget(people, ANN, f"{DAY}T08:01:00+00:00")
    deliver(mailing, f"{DAY}T09:00")
    assert {BEN: "sent", CAT: "sent"} == states(mailing)


def test_an_address_that_the_server_cannot_take_fails_alone(
    mailing: Folder, server: SmtpServer
) -> None:
    """A local part that is not ASCII, and no SMTPUTF8."""
    subscribe(mailing, "jürgen@example.org")
    deliver(mailing, f"{DAY}T08:00")
    assert {ANN, BEN, CAT} == set(server.recipients)
    assert "failed" == states(mailing)["jürgen@example.org"]


def test_the_domain_goes_out_in_punycode_and_bounces_know_the_person(
    folder: Folder, server: SmtpServer
) -> None:
    """One envelope, one recipient, one token."""
    folder.configure(configuration(server, ("anna@bücher.example",)))
    publish(folder, 1)
    deliver(folder, f"{DAY}T08:00")
    (taken,) = server.taken
    with people_of(folder) as people:
        (person,) = people.subscribers.list_all()
    assert "anna@xn--bcher-kva.example" == taken.recipient
    assert f"bounces+{person.token}@example.org" == taken.sender


def test_what_a_wish_takes_is_rendered_once(folder: Folder, server: SmtpServer) -> None:
    """Two people with one wish share a message; a third has another."""
    folder.configure(configuration(server, ()))
    paper = Wish(words=("Paper 1",))
    subscribe(folder, ANN, BEN, wish=paper)
    subscribe(folder, CAT)
    publish(folder, 1, 2)
    deliver(folder, f"{DAY}T08:00")
    assert 2 == len({each.content for each in deliveries(folder)})
    shown = {taken.recipient: b"Paper 2" in taken.message for taken in server.taken}
    assert {ANN: False, BEN: False, CAT: True} == shown


def test_who_has_nothing_in_an_issue_is_told_once_a_week(
    folder: Folder, server: SmtpServer
) -> None:
    """In one line; on the other days no mail comes."""
    folder.configure(configuration(server, ()))
    subscribe(folder, ANN, wish=Wish(words=("walrus",)))
    for day in (*range(2, 5), *range(8, 11), *range(15, 18)):
        publish(folder, day, day=f"2026-11-{day:02}")
        deliver(folder, f"2026-11-{day:02}T08:00")
    assert 3 == len(server.taken)
    assert all(b"Subject: Nothing of yours" in taken.message for taken in server.taken)
    places = [place for place, each in enumerate(deliveries(folder)) if each.state == "sent"]
    assert [0, 4, 7] == places  # the 2nd, the 9th and the 16th


def test_an_issue_without_papers_goes_to_everybody(folder: Folder, server: SmtpServer) -> None:
    """It says which kind of day it was, whatever one wishes for."""
    folder.configure(configuration(server, (ME,)))
    subscribe(folder, ANN, wish=Wish(words=("walrus",)))
    publish(folder, verdict="weekend")
    deliver(folder, f"{DAY}T08:00")
    assert {ANN, ME} == set(server.recipients)


def test_an_issue_that_was_taken_back_is_sent_to_nobody_else(
    mailing: Folder, server: SmtpServer
) -> None:
    """Who has no mail yet gets none."""
    server.on("RCPT", reply("450 4.2.0 later"), containing=BEN)
    server.on("RCPT", reply("450 4.2.0 later"), containing=CAT)
    deliver(mailing, f"{DAY}T08:00")
    take_back(mailing)
    deliver(mailing, f"{DAY}T09:00")
    assert {ANN: "sent", BEN: "cancelled", CAT: "cancelled"} == states(mailing)


def test_a_limit_and_a_ramp_leave_the_others_waiting(folder: Folder, server: SmtpServer) -> None:
    """A ramp counts the mails of a day."""
    folder.configure(configuration(server, (), more="ramp = [2, 3]"))
    subscribe(folder, *(f"p{number}@example.org" for number in range(9)))
    for day, expected in ((20, 2), (21, 3), (22, 9)):
        publish(folder, day, day=f"2026-11-{day}")
        assert 1 == deliver(folder, f"2026-11-{day}T08:00", limit=1).counts.sent
        deliver(folder, f"2026-11-{day}T08:10")
        deliver(folder, f"2026-11-{day}T08:20")
        fresh = [taken for taken in server.taken if b"Paper %d" % day in taken.message]
        assert expected == len(fresh), day


def test_the_pace_is_kept() -> None:
    """By waits between mails that grow no longer than the pace asks for."""
    now = datetime.fromisoformat(f"{DAY}T08:00+00:00")
    waits = list[float]()

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    queue = DeliveryQueue(Mail(), lambda: now, wait, lambda _: None)
    assert all(queue.wait_for_turn() for _ in range(5))
    assert [0, 1, 2, 3, 4] == waits  # the clock stands still, so the waits add up


@pytest.mark.parametrize("connections", [1, 4])
def test_several_connections_share_the_work(
    folder: Folder, server: SmtpServer, connections: int
) -> None:
    """Each person gets one mail."""
    folder.configure(configuration(server, (), more=f"connections = {connections}"))
    people = [f"p{number}@example.org" for number in range(40)]
    subscribe(folder, *people)
    publish(folder, 1)
    assert 40 == deliver(folder, f"{DAY}T08:00").counts.sent
    assert sorted(people) == sorted(server.recipients)
    assert connections >= server.connections


def test_days_with_posts_alone_are_no_days_of_a_ramp(folder: Folder, server: SmtpServer) -> None:
    """Whoever has posted for weeks begins with mails on the first day of the ramp."""
    folder.configure(f'[[chat]]\nname = "lab"\nkind = "slack"\nurl = "env:HOOK"\n{DAILY}'.replace(
        "mail = true", ""
    ))  # fmt: skip
    for day in (18, 19):
        publish(folder, day, day=f"2026-11-{day}")
        deliver(folder, f"2026-11-{day}T08:00")
    folder.configure(configuration(server, (), more="ramp = [1, 2]"))
    subscribe(folder, ANN, BEN, CAT)
    publish(folder, 1)
    assert 1 == deliver(folder, f"{DAY}T08:00").counts.sent


def test_what_is_cancelled_while_the_server_answers_stays_cancelled(
    mailing: Folder, server: SmtpServer
) -> None:
    """A recipient who is put off in that moment is not tried again."""
    server.on("RCPT", reply("450 4.2.0 later"), containing=BEN)
    deliver(mailing, f"{DAY}T08:00")
    moment = datetime.fromisoformat(f"{DAY}T08:05:00+00:00")
    asked = next(each for each in deliveries(mailing) if each.state == "deferred")
    orders.cancel(settings_files.load(mailing.root), DAY, moment)
    with people_of(mailing) as people, people.transaction():
        outcome = SendOutcome("deferred", "450 4.2.0 later", 450)
        assert settling.settle(people, Mail(), asked, outcome, moment) is None
    assert "cancelled" == states(mailing)[BEN]


def test_a_fault_in_rendering_cancels_nothing(
    mailing: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for an issue that was taken back: after its repair all are sent."""

    def fail(*_: object, **__: object) -> None:
        raise KeyError("title")

    with monkeypatch.context() as patch:
        patch.setattr(content, "render_content", fail)
        with pytest.raises(KeyError):
            deliver(mailing, f"{DAY}T08:00")
    assert {ANN: "pending", BEN: "pending", CAT: "pending"} == states(mailing)
    assert 3 == deliver(mailing, f"{DAY}T08:05").counts.sent


def test_without_mail_settings_open_mails_wait(mailing: Folder, server: SmtpServer) -> None:
    """Channels get their posts meanwhile, and later settings send what is not too late."""
    server.on("RCPT", reply("450 4.2.0 later"), times=3)
    deliver(mailing, f"{DAY}T08:00")
    mailing.configure('[[chat]]\nname = "lab"\nkind = "slack"\nurl = "env:HOOK"\n')
    publish(mailing, 3, day="2026-11-21", moment=f"{DAY}T09:00:00+00:00")
    assert 1 == deliver(mailing, f"{DAY}T10:00").counts.deferred  # the post, for lack of HOOK
    assert {ANN: "deferred", BEN: "deferred", CAT: "deferred", "#lab": "deferred"} == states(
        mailing
    )
    mailing.configure(configuration(server, ()))
    deliver(mailing, f"{DAY}T11:00")
    assert [ANN, BEN, CAT] == server.recipients


def test_posts_behind_many_mails_are_handed_out_when_mails_stop(folder: Folder) -> None:
    """In the same pass, though more mails are listed at once than are looked at."""
    now = datetime.fromisoformat(f"{DAY}T08:00+00:00")
    folder.configure(DAILY.replace("mail = true", ""))
    readers = subscribe(folder, *(f"p{number}@example.org" for number in range(101)))
    with people_of(folder) as people:
        mailed = add_mailing(people)
        for reader in readers:
            people.deliveries.add(mailed.id, f"{DAY}T07:00:00+00:00", subscriber=reader.id)
        people.deliveries.add(mailed.id, f"{DAY}T07:30:00+00:00", channel="lab")
        queue = DeliveryQueue(Mail(), lambda: now, lambda _: False, lambda _: None)
        first = queue.take(people)
        assert first is not None
        assert first.subscriber == readers[0].id
        queue.stop_mails()
        post = queue.take(people)
        assert post is not None
        assert "lab" == post.channel
        assert queue.take(people) is None


def test_without_its_password_a_server_takes_nothing_and_posts_go_on(
    folder: Folder, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator is told as of a server that is down, and nobody misses the issue."""
    login = 'user = "me"\npassword = "env:MAIL_PASSWORD"'
    chat = '\n[[chat]]\nname = "lab"\nkind = "slack"\nurl = "env:HOOK"\n'
    folder.configure(configuration(server, (ME,), more=login, editions=DAILY + chat))
    publish(folder, 1)
    report = deliver(folder, f"{DAY}T08:00")
    assert "env:MAIL_PASSWORD is not set" in str(report.outage)
    assert {ME: "pending", "#lab": "deferred"} == states(folder)
    monkeypatch.setenv("MAIL_PASSWORD", "secret")
    folder.configure(configuration(server, (ME,)))
    deliver(folder, f"{DAY}T08:06")
    assert [ME] == server.recipients


def test_one_who_is_forgotten_in_the_wrong_moment_stops_no_other(
    mailing: Folder, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of a delivery and of its person."""
    find = Deliveries.find

    def forgetting(self: Deliveries, number: int) -> Delivery | None:
        found = find(self, number)
        with people_of(mailing) as people:
            if (person := people.subscribers.find(BEN)) and found and found.subscriber == person.id:
                departing.forget(people, BEN, f"{DAY}T08:00:00+00:00")
        return found

    monkeypatch.setattr(Deliveries, "find", forgetting)
    assert 2 == deliver(mailing, f"{DAY}T08:00").counts.sent
    assert [ANN, CAT] == server.recipients
