"""Tell what a mail is that came back."""

from __future__ import annotations

import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.incoming import IncomingKind, IncomingMail, OwnAddresses
from digest.parsers.incoming import read
from tests.support.incoming_mails import (
    MESSAGE_ID,
    OTHER_TOKEN,
    OWN,
    RETURNED,
    TOKEN,
    VERP,
    complaint,
    delivery_report,
    mail,
    second_recipient,
)


def test_a_delivery_report_names_status_token_and_mail() -> None:
    """A report in Postfix's form is a bounce of the person whose token its address bears."""
    expected = IncomingMail(
        kind="bounce",
        tokens=(TOKEN, TOKEN, TOKEN),
        message_id=MESSAGE_ID,
        status="5.1.1",
        recipients=(VERP,),
        is_ours=True,
    )
    assert expected == read(delivery_report(), OWN)


@pytest.mark.parametrize(
    ("status", "diagnostic", "expected"),
    [
        ("5.1.1", "smtp; 550 5.1.1 unknown", "5.1.1"),
        ("5.2.2 (mailbox full)", "smtp; 552 no", "5.2.2"),
        ("5.0.0", "smtp; 550 5.1.1 <ada@reader.example.net>: unknown", "5.1.1"),
        ("5.0.0", "smtp; 550 no such user", "5.0.0"),
        ("", "smtp; 550 no such user", "5.0.0"),
        ("", "smtp; 451 later", "4.0.0"),
        ("", "x; nothing", "5.0.0"),
        ("4.4.7", "smtp; expired", "4.4.7"),
    ],
)
def test_the_most_precise_status_counts(status: str, diagnostic: str, expected: str) -> None:
    """Servers that write x.0.0 quote an answer that is more precise."""
    assert expected == read(delivery_report(status, diagnostic=diagnostic), OWN).status


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    """Only `failed` says that a mail was not delivered."""
    assert "delay" == read(delivery_report("4.4.1", action), OWN).kind


def test_a_list_behind_an_address_got_the_mail() -> None:
    """Where one of several recipients got it, the person's address works."""
    mixed = delivery_report(more=second_recipient("delivered", "2.0.0"))
    assert "delay" == read(mixed, OWN).kind
    assert "bounce" == read(delivery_report(more=second_recipient("failed")), OWN).kind


@pytest.mark.parametrize(
    "returned_kind",
    ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"],
)
def test_the_token_is_found_in_the_returned_mail(returned_kind: str) -> None:
    """Without a token in its address, a report is known by the mail it returns (RFC 6533 too)."""
    report = delivery_report(to="papers@papers.example.org", returned_kind=returned_kind)
    found = read(report, OwnAddresses())
    assert ("bounce", "5.1.1", (TOKEN,)) == (found.kind, found.status, found.tokens)
    assert not found.is_ours


def test_a_report_that_says_nothing_is_for_a_person() -> None:
    """A text about a failure is no report, and neither is a report without its fields."""
    text = mail("Undelivered", "550 5.1.1 user unknown", to=VERP, sender="MAILER-DAEMON@x.example")
    assert "other" == read(text, OWN).kind
    assert (TOKEN,) == read(text, OWN).tokens
    empty = delivery_report().replace(b"Action: failed", b"Action:")
    assert "other" == read(empty.replace(b"auto-replied", b"no"), OWN).kind


@pytest.mark.parametrize("feedback", ["abuse", "Abuse", "opt-out", "fraud"])
def test_a_complaint_is_known_by_its_form(feedback: str) -> None:
    """A complaint names the token by the envelope sender and by the returned mail."""
    found = read(complaint(feedback), OWN)
    assert ("complaint", (TOKEN, TOKEN, TOKEN)) == (found.kind, found.tokens)


@pytest.mark.parametrize("feedback", ["not-spam", "auth-failure", "", "other"])
def test_other_feedback_is_for_a_person(feedback: str) -> None:
    """Who says "not spam" did not complain."""
    assert "other" == read(complaint(feedback), OWN).kind


@pytest.mark.parametrize(
    "request_",
    [
        mail(f"unsubscribe {TOKEN}"),
        mail(f"Unsubscribe {TOKEN.upper()}"),
        mail(f"Re: Fwd: unsubscribe {TOKEN}"),
        mail(f"=?utf-8?q?unsubscribe_{TOKEN}?="),
        mail("", f"unsubscribe {TOKEN}"),
        mail("(no subject)", f"\n\n  unsubscribe {TOKEN}\nSent from my phone"),
        mail("", to=f"unsubscribe+{TOKEN}@papers.example.org"),
        mail(f"unsubscribe {TOKEN}", to="x@y.example", more=f"Delivered-To: {OWN.unsubscribe}\n"),
        mail(f"unsubscribe {TOKEN}", more="Auto-Submitted: auto-generated\n"),
    ],
)
def test_a_request_to_leave(request_: bytes) -> None:
    """A request stands in the subject, in the first line, or in the address."""
    found = read(request_, OWN)
    assert ("unsubscribe", (TOKEN,)) == (found.kind, found.tokens)


@pytest.mark.parametrize(
    "request_",
    [
        mail(f"unsubscribe {TOKEN}", to="papers@papers.example.org"),
        mail("unsubscribe"),
        mail("unsubscribe 1234"),
        mail("Re: your papers", f"> unsubscribe {TOKEN}"),
        mail("Re: your papers", f"Thanks!\n\nunsubscribe {TOKEN}"),
    ],
)
def test_what_is_no_request(request_: bytes) -> None:
    """Without a token, to another address, or quoted, nobody asked for anything."""
    assert "other" == read(request_, OWN).kind


def test_an_answer_confirms_and_an_absence_note_does_not() -> None:
    """An absence note that quotes the subject of the confirmation agrees to nothing."""
    found = read(mail(f"Re: Papers: confirm {TOKEN}"), OWN)
    assert ("confirm", (TOKEN,)) == (found.kind, found.tokens)
    for more in ("Auto-Submitted: auto-replied\n", "Precedence: bulk\n", "X-Autoreply: yes\n"):
        assert "absence" == read(mail(f"Re: confirm {TOKEN}", more=more), OWN).kind
    assert "absence" == read(mail(f"Automatic reply: confirm {TOKEN}"), OWN).kind


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("MAILER-DAEMON@mx.example.net", ""),
        ("postmaster@mx.example.net", "X-Failed-Recipients: ada@reader.example.net\n"),
        ("Ada <ada@reader.example.net>", "Return-Path: <>\n"),
        ("Ada <ada@reader.example.net>",
         'MIME-Version: 1.0\nContent-Type: multipart/report; boundary="x"\n'),
    ],
)  # fmt: skip
def test_a_bounce_or_a_receipt_of_the_question_confirms_nothing(sender: str, more: str) -> None:
    """Whoever forged a subscription would else have it, of an address that nobody reads."""
    quoting = mail(f"Undeliverable: Please confirm (confirm {TOKEN})", sender=sender, more=more)
    assert "confirm" != read(quoting, OWN).kind


@pytest.mark.parametrize(
    "message",
    [
        mail("=?utf-8?q?a?= " * 100_000),
        mail("x", more="Cc: " + "a@b.c," * 200_000 + "\n"),
        mail("x", more="To: a@b.c\n" * 100_000),
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth)
            for depth in range(250)
        )
        + b"\n--x\n" * 200_000,
    ],
    ids=["words", "addresses", "fields", "parts"],
)
def test_a_mail_made_to_keep_its_reader_busy_does_not(message: bytes) -> None:
    """Each of them took the library from six seconds to more than a minute."""
    began = time.process_time()
    read(message, OWN)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office: 36 papers", "Automatic reply: 36 papers", "Abwesenheitsnotiz: 36 papers",
        "Automatische Antwort: 36", "=?utf-8?q?R=C3=A9ponse_automatique?= : 36", "Auto: 36 papers",
    ],
)  # fmt: skip
def test_absence_notes(subject: str) -> None:
    """Notes without the field of RFC 3834 are known by how their subject begins."""
    assert "absence" == read(mail(subject, to=VERP), OWN).kind


def test_a_reply_is_for_a_person() -> None:
    """A reply to an issue is nothing else, and neither is "Auto-Submitted: no"."""
    found = read(mail("Re: 36 papers", to=VERP, more="Auto-Submitted: no\n"), OWN)
    assert ("other", (TOKEN,), True) == (found.kind, found.tokens, found.is_ours)
    private = read(mail("Lunch?", to="me@papers.example.org"), OWN)
    assert (False, ("me@papers.example.org",)) == (private.is_ours, private.recipients)


def test_a_forwarded_mail_that_comes_back_is_known() -> None:
    """The mark is looked for in the mail, and in the mail that a report returns."""
    assert read(mail("x", more="X-Loop: papers-digest\n"), OWN).is_loop
    assert read(delivery_report(returned=f"{RETURNED}X-Loop: papers-digest\n"), OWN).is_loop
    assert not read(delivery_report(), OWN).is_loop


def test_the_address_of_the_report_comes_first() -> None:
    """A mail that is returned by another's report does not hide whose address it went to."""
    report = delivery_report(to=VERP.replace(TOKEN, OTHER_TOKEN))
    assert OTHER_TOKEN == read(report, OWN).tokens[0]


@pytest.mark.parametrize(
    "message",
    [
        b"", b"\n\n", b"\xff\xfe\x00", b"From: \xff\nTo: =?x?b?\n\n",
        b"Content-Type: multipart/report; boundary=a\n\n--a\n" * 3000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
        ),
        b"Content-Type: text/plain; charset=nonsense\nSubject: =?nonsense?q?x?=\n\nx",
        b"To: " + b"<a@b.example>, " * 50_000 + b"\n\n",
    ],
)  # fmt: skip
def test_broken_mails_are_for_a_person(message: bytes) -> None:
    """What cannot be understood is "other"."""
    assert "other" == read(message, OWN).kind


@given(st.data())
def test_no_change_of_a_mail_raises(data: st.DataObject) -> None:
    """Any bytes in any place of a report, a complaint or a request are read without an error."""
    seeds = [delivery_report(), complaint(), mail(f"confirm {TOKEN}")]
    message = data.draw(st.sampled_from(seeds))
    start = data.draw(st.integers(0, len(message)))
    end = data.draw(st.integers(start, min(len(message), start + 60)))
    changed = message[:start] + data.draw(st.binary(max_size=40)) + message[end:]
    assert read(changed, OWN).kind in get_args(IncomingKind)
