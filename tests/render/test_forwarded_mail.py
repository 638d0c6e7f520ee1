"""Forward a mail under our own sender, with everything else as it was written."""

from __future__ import annotations

import email
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.render.forwarded_mail import forward
from tests.support.incoming_mails import RETURNED, TOKEN, VERP, mail

SENDER, EDITOR, LOOP = "papers@papers.example.org", "editor@papers.example.org", ("X-Loop", "us")


def forwarded(message: bytes) -> bytes:
    """Return a mail as it is forwarded to the editor."""
    return forward(message, SENDER, EDITOR, LOOP)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ada Example <ada@reader.example.net>", f"Ada Example <{SENDER}>"),
        ("ada@reader.example.net", f'"ada@reader.example.net" <{SENDER}>'),
        ('"Example, Ada" <ada@reader.example.net>', f'"Example, Ada" <{SENDER}>'),
        (
            "=?utf-8?q?J=C3=BCrgen?= =?utf-8?q?_B=C3=B6ll?= <j@reader.example.net>",
            f"=?utf-8?q?J=C3=BCrgen?= =?utf-8?q?_B=C3=B6ll?= <{SENDER}>",
        ),
        ("=?utf-8?q?broken <j@reader.example.net>", f"j@reader.example.net <{SENDER}>"),
        ("Ada\n Example <ada@reader.example.net>", f"Ada Example <{SENDER}>"),
        ("", f"{SENDER}"),
    ],
)
def test_from_is_ours_and_names_the_author(author: str, expected: str) -> None:
    """The name is kept, the address is one that our server may use."""
    head = email.message_from_bytes(forwarded(mail("Re: x", sender=author)))
    assert expected == head["From"]


def test_the_answer_goes_to_the_author() -> None:
    """Reply-To is the author's own, or their From; both say who wrote."""
    plain = email.message_from_bytes(forwarded(mail("Re: x")))
    assert "Ada Example <ada@reader.example.net>" == plain["Reply-To"] == plain["X-Original-From"]
    other = mail("Re: x", more="Reply-To: Ada at work <ada@work.example.net>\n")
    named = email.message_from_bytes(forwarded(other))
    assert ["Ada at work <ada@work.example.net>"] == named.get_all("Reply-To")


def test_nothing_of_the_way_remains() -> None:
    """Fields of transport, old signatures and our token are left out; content fields stay."""
    more = (
        f"Received: from a\n by b for <{VERP}>\nDelivered-To: {VERP}\nReturn-Path: <{VERP}>\n"
        "DKIM-Signature: v=1; b=abc\n def\nARC-Seal: i=1\n"
        "Disposition-Notification-To: a@x.example\n"
        f"List-Unsubscribe: <mailto:u@x.example?subject={TOKEN}>\nResent-To: c@x.example\n"
        "Cc: other@reader.example.net\nIn-Reply-To: <1@x.example>\nReferences: <1@x.example>\n"
    )
    head = email.message_from_bytes(forwarded(mail("Re: x", to=VERP, more=more)))
    assert [
        "From", "To", "Reply-To", "X-Original-From", "X-Loop", "Subject", "Date", "Message-ID",
        "In-Reply-To", "References", "Content-Type",
    ] == head.keys()  # fmt: skip
    assert TOKEN not in head.as_string()
    assert ("us", EDITOR) == (head["X-Loop"], head["To"])


def test_the_body_is_as_it_was() -> None:
    """Parts, attachments and bytes that are not ASCII arrive, with the line ends of mail."""
    body = "--b\nContent-Type: text/plain\n\nGrüße\n--b\nContent-Type: image/png\n\n\x89PNG\n--b--"
    message = mail("Re: x", body).replace(
        b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b", 1
    )
    sent = forwarded(message)
    assert sent.partition(b"\r\n\r\n")[2] == (body + "\n").replace("\n", "\r\n").encode()
    assert sent == forwarded(message.replace(b"\n", b"\r\n"))
    assert sent == forwarded(b"From ada@reader.example.net Fri Nov 20 2026\n" + message)
    assert 2 == len(list(email.message_from_bytes(sent, policy=default).iter_parts()))


@pytest.mark.parametrize(
    "message", [b"", b"\n", b"no header at all", b"X\nY: z\n\nbody", b"\xff: \xff"]
)
def test_what_is_no_mail_arrives_as_well(message: bytes) -> None:
    """Whatever came is forwarded under a header that is whole."""
    sent = forwarded(message)
    assert sent.startswith(f"From: {SENDER}\r\nTo: {EDITOR}\r\nX-Loop: us\r\n".encode())
    assert sent.rstrip().endswith(message.strip().splitlines()[-1] if message.strip() else b"us")


@given(st.binary(max_size=300), st.sampled_from([RETURNED.encode(), mail("Re: x"), b""]))
def test_no_mail_adds_a_sender_or_a_recipient(extra: bytes, message: bytes) -> None:
    """Whatever stands in a mail, the header has one From and one To, and line ends are CRLF."""
    sent = forwarded(extra + message)
    head, _, _ = sent.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n")]
    assert (1, 1) == (names.count(b"from"), names.count(b"to"))
    assert not {b"bcc", b"cc", b"sender", b"return-path"} & set(names)
    assert b"\r" not in sent.replace(b"\r\n", b"")
    assert b"\n" not in sent.replace(b"\r\n", b"")
