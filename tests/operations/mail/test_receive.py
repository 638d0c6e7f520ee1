"""Handle the mails that come back: who gets no more mails, and what is forwarded."""

from __future__ import annotations

import email
from datetime import datetime

import pytest

from digest.delivery.mailbox import Letter, leave_as_it_is
from digest.model.incoming import IncomingCounts
from digest.operations.mail import receive as operation
from digest.storage.people import departing
from digest.storage.people.departure_log import LeftState
from tests.support import smtp_server
from tests.support.incoming_mails import OTHER_TOKEN, TOKEN, VERP, complaint, delivery_report, mail
from tests.support.receiving import EDITOR, MOMENT, SENDER, Office, about

ADA, BEN = "Ada@reader.example.net", "ben@reader.example.net"


@pytest.mark.parametrize("status", ["5.1.1", "5.1.10", "5.1.2", "5.1.6"])
def test_an_address_that_does_not_exist_is_given_up_at_once(office: Office, status: str) -> None:
    """A bounce of 5.1.x ends the mails to that person, and to nobody else."""
    ada, ben = office.add(ADA), office.add(BEN)
    assert IncomingCounts(bounced=1) == office.receive(about(delivery_report(status), ada))
    assert ("bounced", "active") == (office.state(ada), office.state(ben))
    assert [] == office.server.taken


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.0.0", "5.1.8", "4.4.7"])
def test_other_bounces_count_after_three_issues_in_a_row(office: Office, status: str) -> None:
    """Two bounces are remembered; the third issue in a row that bounces is the last."""
    ada = office.add(ADA)
    for number in (1, 2):
        office.mail_issue(number, ada)
        report = about(delivery_report(status), ada, number)
        assert IncomingCounts(counted=1) == office.receive(report)
        # A second report of the same issue, as from a list behind the address, is no second issue.
        assert IncomingCounts(counted=1) == office.receive(report + b"\n")
        assert "active" == office.state(ada)
    office.mail_issue(3, ada)
    assert IncomingCounts(bounced=1) == office.receive(about(delivery_report(status), ada, 3))
    assert "bounced" == office.state(ada)


def test_an_issue_that_arrived_begins_the_count_anew(office: Office) -> None:
    """A mailbox that was full now and then is written to again."""
    ada = office.add(ADA)
    for number in range(1, 7):
        office.mail_issue(number, ada)
        if number != 3:
            office.receive(about(delivery_report("5.2.2"), ada, number))
        assert ("bounced" if number == 6 else "active") == office.state(ada)


def test_reports_may_come_days_later_and_in_any_order(office: Office) -> None:
    """Three issues in a row count also where later ones were sent meanwhile."""
    ada = office.add(ADA)
    for number in range(1, 8):
        office.mail_issue(number, ada)
    for number, state in ((4, "active"), (2, "active"), (6, "active"), (3, "bounced")):
        office.receive(about(delivery_report("5.2.2"), ada, number))
        assert state == office.state(ada)


def test_a_refusal_while_sending_is_a_bounce_of_that_issue(office: Office) -> None:
    """What the server refused at once counts among the three."""
    ada = office.add(ADA)
    office.mail_issue(1, ada, state="failed")
    office.mail_issue(2, ada, state="failed")
    office.mail_issue(3, ada)
    assert IncomingCounts(bounced=1) == office.receive(about(delivery_report("5.2.2"), ada))


def test_a_confirmation_that_does_not_arrive(office: Office) -> None:
    """Who waits to confirm is given up as well, and no answer brings them back."""
    ada = office.add(ADA, "pending")
    assert IncomingCounts(counted=1) == office.receive(about(delivery_report("5.2.2"), ada))
    assert IncomingCounts(bounced=1) == office.receive(about(delivery_report(), ada))
    assert IncomingCounts(ignored=1) == office.receive(about(mail(f"confirm {TOKEN}"), ada))
    assert "bounced" == office.state(ada)


def test_a_complaint_ends_and_suppresses(office: Office) -> None:
    """Who complains is never written to again, also if somebody adds the address once more."""
    ada = office.add(ADA)
    assert IncomingCounts(complained=1) == office.receive(about(complaint(), ada))
    assert "complained" == office.state(ada)
    with office.people() as people:
        assert people.suppressions.find(ada.folded) is not None


def test_a_blacked_out_complaint_is_known_by_its_message(office: Office) -> None:
    """Where a provider leaves nothing but the Message-ID, that is enough."""
    ada, ben = office.add(ADA), office.add(BEN)
    office.mail_issue(1, ada, ben)
    redacted = about(complaint(), ben, 1).replace(ben.token.encode(), b"redacted")
    assert IncomingCounts(complained=1) == office.receive(redacted)
    assert ("active", "complained") == (office.state(ada), office.state(ben))


def test_a_complaint_about_a_mail_from_an_earlier_address_is_known(office: Office) -> None:
    """It may come days after `[mail] from` was changed."""
    ada, ben = office.add(ADA), office.add(BEN)
    office.mail_issue(1, ada, ben)
    redacted = about(complaint(), ben, 1).replace(ben.token.encode(), b"redacted")
    office.configure('from = "papers@other.example.org"', without="from")
    assert IncomingCounts(complained=1) == office.receive(redacted)
    assert ("active", "complained") == (office.state(ada), office.state(ben))


@pytest.mark.parametrize(
    "forged",
    [
        delivery_report(),
        complaint(),
        mail(f"unsubscribe {TOKEN}"),
        mail(f"unsubscribe {OTHER_TOKEN}"),
        mail("unsubscribe", "Please remove Ada@reader.example.net", sender=ADA),
        mail(f"confirm {TOKEN}", sender=ADA),
        mail("", to=f"unsubscribe+{TOKEN}@papers.example.org", sender=ADA),
    ],
)
def test_nobody_is_unsubscribed_without_their_token(office: Office, forged: bytes) -> None:
    """A report or a request that names an address and no token of ours is for a person."""
    ada, pending = office.add(ADA), office.add(BEN, "pending")
    office.mail_issue(1, ada, pending)
    assert IncomingCounts(forwarded=1) == office.receive(forged, is_pipe=True)
    assert ("active", "pending") == (office.state(ada), office.state(pending))
    assert [EDITOR] == office.server.recipients


def test_leaving_by_mail_twice_is_harmless(office: Office) -> None:
    """The second request, which is another mail, changes nothing."""
    ada = office.add(ADA)
    requests = [about(mail(f"{word} {TOKEN}"), ada) for word in ("unsubscribe", "Unsubscribe")]
    assert IncomingCounts(left=1, ignored=1) == office.receive(*requests)
    assert "left" == office.state(ada)


def test_an_answer_confirms_once_and_is_recorded(office: Office) -> None:
    """The answer makes a pending person active, with moment and way of their consent."""
    ada = office.add(ADA, "pending")
    absence = about(mail(f"Automatic reply: confirm {TOKEN}"), ada)
    assert IncomingCounts(ignored=1) == office.receive(absence)
    assert "pending" == office.state(ada)
    answers = [about(mail(f"{word} confirm {TOKEN}"), ada) for word in ("Re:", "AW:")]
    assert IncomingCounts(confirmed=1, ignored=1) == office.receive(*answers)
    assert "active" == office.state(ada)
    with office.people() as people:
        (consent,) = people.subscribers.consents(ada.id)
        assert "confirmed" == people.subscribers.get(ada.id).origin
    assert (MOMENT, "answered the confirmation mail") == (consent.moment, consent.how)


@pytest.mark.parametrize("state", ["left", "complained", "bounced"])
def test_an_old_answer_brings_nobody_back(office: Office, state: LeftState) -> None:
    """Who is out stays out, whatever old confirmation is answered."""
    ada = office.add(ADA)
    with office.people() as people:
        departing.leave(people, ada, state, MOMENT)
    answer = about(mail(f"Re: confirm {TOKEN}"), ada)
    assert IncomingCounts(ignored=1) == office.receive(answer)
    assert state == office.state(ada)


def test_a_lighter_state_replaces_no_heavier_one(office: Office) -> None:
    """A bounce of somebody who complained leaves the complaint."""
    ada = office.add(ADA)
    office.receive(about(complaint(), ada))
    assert IncomingCounts(ignored=1) == office.receive(about(delivery_report(), ada))
    office.receive(about(mail(f"unsubscribe {TOKEN}"), ada))
    assert "complained" == office.state(ada)


def test_absence_notes_and_delays_count_for_nothing(office: Office) -> None:
    """They are understood, and neither forwarded nor held against anybody."""
    ada = office.add(ADA)
    office.mail_issue(1, ada)
    note = about(mail("Out of office", to=VERP), ada)
    stranger = mail("Out of office", to=VERP)
    delays = [about(delivery_report("4.4.1", "delayed"), ada) + b"\n" * n for n in range(5)]
    assert IncomingCounts(ignored=7) == office.receive(note, stranger, *delays)
    assert "active" == office.state(ada)
    assert [] == office.server.taken


def test_a_mail_is_handled_once(office: Office) -> None:
    """The same bytes are known again, from wherever they come."""
    ada = office.add(ADA)
    reply = about(mail("Re: 36 papers", "Lovely.", to=VERP), ada)
    report = about(delivery_report("5.2.2"), ada)
    assert IncomingCounts(counted=1, forwarded=1) == office.receive(report, reply)
    assert IncomingCounts(repeated=2) == office.receive(report, reply)
    assert IncomingCounts(repeated=1) == office.receive(reply, is_pipe=True)
    assert 1 == len(office.server.taken)


def test_a_reply_is_forwarded_readable_and_answerable(office: Office) -> None:
    """The editor reads the reply as it was written, and answers to who wrote it."""
    ada = office.add(ADA)
    office.receive(about(mail("Re: 36 papers", "Grüße, Ada", to=VERP), ada))
    (taken,) = office.server.taken
    assert (SENDER, EDITOR) == (taken.sender, taken.recipient)
    forwarded = email.message_from_bytes(taken.message)
    assert f"Ada Example <{SENDER}>" == forwarded["From"]
    assert "Ada Example <ada@reader.example.net>" == forwarded["Reply-To"]
    assert ("Re: 36 papers", EDITOR) == (forwarded["Subject"], forwarded["To"])
    assert "Grüße, Ada".encode() == forwarded.get_payload(decode=True).strip()  # type: ignore[union-attr]
    assert ada.token.encode() not in taken.message


@pytest.mark.parametrize("is_pipe", [False, True])
def test_a_forwarded_mail_that_comes_back_is_not_sent_again(office: Office, is_pipe: bool) -> None:
    """Neither the mail nor the report on it makes a circle."""
    office.receive(mail("Re: 36 papers"))
    returned = office.server.taken[0].message.decode().replace("\r\n", "\n")
    looped = returned.replace(f"To: {EDITOR}", "To: unsubscribe@papers.example.org").encode()
    report = delivery_report(returned=returned.partition("\n\n")[0] + "\n")
    expected = IncomingCounts(refused=2) if is_pipe else IncomingCounts(kept=2)
    assert expected == office.receive(looped, report, is_pipe=is_pipe)
    assert 1 == len(office.server.taken)


def test_a_mail_to_where_it_would_be_forwarded_stays(office: Office) -> None:
    """In a mailbox that is also that of replies, a reply is in its place."""
    office.configure(without="reply_to")
    reply = mail("Re: 36 papers", to=f"{SENDER.upper()}, {VERP}")
    assert IncomingCounts(kept=1) == office.receive(reply)
    assert [] == office.server.taken


def test_private_mails_in_a_mailbox_are_left_alone(office: Office) -> None:
    """What went to none of our addresses is neither forwarded nor recorded."""
    private = [
        mail("Lunch?", to="me@papers.example.org"),
        mail("Out of office", to="me@papers.example.org"),
        delivery_report(to="me@papers.example.org", returned="Message-ID: <1@me.example>\n"),
        complaint(sender="me@papers.example.org", returned="Message-ID: <1@me.example>\n"),
        b"\x00\xff",
    ]
    assert IncomingCounts(kept=5) == office.receive(*private)
    assert IncomingCounts(kept=5) == office.receive(*private)
    assert [] == office.server.taken


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (smtp_server.reply("451 4.3.0 later"), IncomingCounts(deferred=1)),
        (smtp_server.drop(), IncomingCounts(deferred=1)),
        (smtp_server.drop(taken=True), IncomingCounts(deferred=1)),
        (smtp_server.reply("554 5.6.0 no"), IncomingCounts(refused=1)),
    ],
)
def test_what_cannot_be_forwarded_is_not_lost(
    office: Office, act: smtp_server.Act, expected: IncomingCounts
) -> None:
    """It is not recorded as handled, and forwarded the next time; a refusal is said."""
    office.server.on("dot", act, times=1)
    reply = mail("Re: 36 papers")
    assert expected == office.receive(reply)
    assert IncomingCounts(forwarded=1) == office.receive(reply)


def test_without_a_mail_server_nothing_is_lost_either(office: Office) -> None:
    """Without a sender there is no forwarding; requests are still heard."""
    ada = office.add(ADA)
    office.configure(without="from|server|security")
    request = about(mail(f"unsubscribe {TOKEN}"), ada)
    assert IncomingCounts(deferred=1, left=1) == office.receive(mail("Re: papers"), request)


def test_a_forgotten_person_is_not_remembered_by_their_mails(office: Office) -> None:
    """To forget somebody deletes what came back from them; a late report is for the editor."""
    ada = office.add(ADA)
    report = about(delivery_report("5.2.2"), ada)
    office.receive(report)
    with office.people() as people:
        departing.forget(people, ada.folded, MOMENT)
        (count,) = people.connection.execute("SELECT count(*) FROM report").fetchone()
        assert 0 == count
    assert IncomingCounts(forwarded=1) == office.receive(report)


def test_what_is_changed_is_recorded_with_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure between the two leaves neither: the next time does both."""
    ada = office.add(ADA)

    def fail(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(departing, "leave", fail)
    report = about(delivery_report(), ada)
    with pytest.raises(KeyboardInterrupt):
        office.receive(report)
    monkeypatch.undo()
    assert "active" == office.state(ada)
    assert IncomingCounts(bounced=1) == office.receive(report)


def test_no_address_is_kept_of_what_came_back(office: Office) -> None:
    """The table of reports holds no word of a mail."""
    ada = office.add(ADA)
    office.mail_issue(1, ada)
    office.receive(about(delivery_report("5.2.2"), ada, 1), mail("Re: secret subject"))
    with office.people() as people:
        sql = "SELECT subscriber, kind, status, moment FROM report"
        rows = people.connection.execute(sql).fetchall()
    assert [(ada.id, "bounce", "5.2.2", MOMENT), (None, "other", "", MOMENT)] == rows


def test_the_day_of_an_answer_is_that_of_the_site(office: Office) -> None:
    """It stands in the foot of each mail: "confirmed that on Saturday"."""
    ada = office.add(ADA, "pending")
    letter = Letter(about(mail(f"Re: confirm {TOKEN}"), ada), leave_as_it_is)
    moment = datetime.fromisoformat("2026-11-21T05:00:00+09:00")
    assert IncomingCounts(confirmed=1) == operation.receive(office.settings, moment, [letter])
    with office.people() as people:
        assert moment.isoformat() == people.subscribers.get(ada.id).since
