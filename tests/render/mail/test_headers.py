"""The header lines of mails: bytes that every server and program reads in the same way."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.mail_settings import Mail
from digest.render.mail import headers, message
from tests.support import mails

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "))
LONG = "Tides of the northern kelp forests and how models read them over many seasons of storms"


def unfolded(line: bytes) -> str:
    """Return a header's value as a mail program reads it."""
    return str(mails.parse(line + b"\r\n")["Subject"])


@given(WORDS)
def test_any_subject_is_read_as_it_was_written(words: str) -> None:
    """Its lines have at most 78 octets, its encoded words 75 characters, whole ones."""
    line = headers.text_line("Subject", words)
    assert line.isascii()
    for part in line.split(b"\r\n"):
        assert 78 >= len(part)
    for encoded in re.findall(rb"=\?utf-8\?b\?(.*?)\?=", line):
        assert 75 >= len(encoded) + 12
        base64.b64decode(encoded).decode()  # fails for half a character
    assert " ".join(words.split()) == unfolded(line)


@pytest.mark.parametrize(
    "words", [LONG, "é" * 200, "x" * 200, "=?utf-8?q?fake?= tides", "a 海藻の潮汐" * 9]
)
def test_long_and_odd_subjects_are_read_as_they_were_written(words: str) -> None:
    """Words in ASCII stay readable, and one that looks encoded is not decoded."""
    line = headers.text_line("Subject", words)
    assert words == unfolded(line)
    assert (words == LONG) == (b"=?" not in line)


@pytest.mark.parametrize(
    ("expected", "address"),
    [
        (b"From: ada@example.org\r\n", "ada@example.org"),
        (b"From: Ada Vance <ada@example.org>\r\n", "Ada Vance <ada@example.org>"),
        (b'From: "Vance, Ada" <ada@example.org>\r\n', '"Vance, Ada" <ada@example.org>'),
        (b"From: =?utf-8?b?w4RkYQ==?= <ada@xn--bcher-kva.example>\r\n", "Äda <ada@bücher.example>"),
    ],
)
def test_addresses_keep_their_names(expected: bytes, address: str) -> None:
    """A name is quoted or encoded where it must be, and a domain goes out in punycode."""
    assert expected == headers.address_line("From", address)


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\0", "\u2028"])
def test_a_line_break_is_refused_in_an_address_and_a_line(break_: str) -> None:
    """Nothing can add a header line of its own."""
    with pytest.raises(ValueError, match="line break"):
        headers.address_line("To", f"ada@example.org{break_}Bcc: bo@example.org")
    with pytest.raises(ValueError, match="line break"):
        headers.line("To", f"a{break_}b")


def test_a_line_break_in_a_subject_is_a_blank() -> None:
    """A title of two lines makes one header line."""
    line = headers.text_line("Subject", "Tides\r\nBcc: bo@example.org")
    assert b"Subject: Tides Bcc: bo@example.org\r\n" == line


def test_a_message_id_tells_neither_person_nor_issue() -> None:
    """It stays the same for both together, and differs for any other of either."""
    ids = {
        headers.message_id(guid, token, "Papers <papers@example.org>")
        for guid in ("urn:1", "urn:2")
        for token in ("a" * 16, "b" * 16)
    }
    assert 4 == len(ids)
    for each in ids:
        assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", each)
    again = headers.message_id("urn:1", "a" * 16, "papers@EXAMPLE.org")
    assert again in ids


@pytest.mark.parametrize(
    ("expected", "mail"),
    [
        ("bounces+tok@example.org", mails.MAIL),
        ("papers@xn--bcher-kva.example", Mail(sender="Papers <papers@bücher.example>")),
    ],
)
def test_the_envelope_sender_holds_the_token(expected: str, mail: Mail) -> None:
    """Without a mailbox for bounces it is the address in From."""
    assert expected == message.envelope_sender(mail, "tok")
