"""Addresses and sizes: what a server is told, and what it cannot take."""

from __future__ import annotations

import pytest

from digest.delivery.envelopes import without_addresses
from digest.delivery.smtp.client import SmtpTransport
from tests.support.mail_transports import (
    MESSAGE,
    PATIENT,
    SENDER,
    Sent,
    sent_once,
    transport,
    unmarked,
)
from tests.support.smtp_server import reply, smtp_server


@pytest.fixture(autouse=True)
def _times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SmtpTransport, "times", PATIENT)


def test_a_message_that_is_too_large_is_not_even_offered() -> None:
    """The server says how large one may be (RFC 1870); a smaller one goes on."""
    with smtp_server(extensions=("SIZE 20", "PIPELINING")) as server:
        client = transport(server)
        large, small = Sent(client), Sent(client, message=b"x\r\n")
        client.close()
    assert ("failed", True, 0) == large.what
    size = len(MESSAGE)
    says = f"the message has {size} bytes, and the server takes 20 at most"
    assert says == large.outcome.reply
    assert ("sent", True, 1) == small.what
    assert ["SIZE=3"] == [taken.options for taken in server.taken]


@pytest.mark.parametrize("extension", ["SIZE", "SIZE 0", "SIZE many"])
def test_a_size_without_a_number_is_no_limit(extension: str) -> None:
    """RFC 1870: 0 means that there is none that is fixed."""
    with smtp_server(extensions=(extension,)) as server:
        assert ("sent", True, 1) == sent_once(server).what


def test_a_message_that_the_server_finds_too_large_fails() -> None:
    """It stays so; a server without room is asked again."""
    with smtp_server(extensions=("SIZE",)) as server:
        server.on("MAIL", reply("552 5.3.4 too large"), times=1)
        server.on("MAIL", reply("452 4.3.1 no room"), times=1)
        client = transport(server)
        what = [Sent(client).what for _ in range(3)]
        client.close()
    assert [("failed", True, 0), ("deferred", False, 0), ("sent", True, 1)] == what


def test_a_name_that_is_not_ascii_needs_a_server_that_takes_it() -> None:
    """It is refused with the reason, or the server is told (RFC 6531)."""
    with smtp_server() as server:
        sent = sent_once(server, "d\u00f6rte@example.net")
    assert ("failed", True, 0) == sent.what
    says = "the server takes no address with letters that are not ASCII (SMTPUTF8)"
    assert says == sent.outcome.reply
    assert "MAIL" not in server.verbs
    with smtp_server(extensions=("SMTPUTF8", "8BITMIME")) as server:
        message = "Subject: \u00e4\r\n\r\n".encode()
        assert ("sent", True, 1) == sent_once(server, "d\u00f6rte@example.net", message).what
    (taken,) = server.taken
    assert ("d\u00f6rte@example.net", message, "SMTPUTF8 BODY=8BITMIME") == (*taken[1:3], taken[6])


def test_an_ascii_mail_is_no_utf8_mail() -> None:
    """A server further on may not take those."""
    with smtp_server(extensions=("SMTPUTF8", "8BITMIME")) as server:
        sent_once(server)
    assert [""] == [taken.options for taken in server.taken]


@pytest.mark.parametrize("address", [
    "a@example.net>\r\nRCPT TO:<eve@example.net", "a@b\nc", "a b@example.net", "<a@example.net>",
    "ada", "@example.net", "a@", "", "a@b@c", "a\0@b", '"a\\"b"@c', "a\u2028b@c",
])  # fmt: skip
def test_an_address_is_no_command(address: str) -> None:
    """It fails alone, and nothing of it reaches the server."""
    with smtp_server() as server:
        assert ("failed", True, 0) == sent_once(server, address).what
        assert 0 == server.connections


@pytest.mark.parametrize("address", [
    '"a b"@example.net', "o'neill+x@example.net", "a@xn--exmple-cua.org", "a@[127.0.0.1]", "-@b",
])  # fmt: skip
def test_strange_addresses_are_addresses(address: str) -> None:
    """As RFC 5321 allows them."""
    with smtp_server() as server:
        assert ("sent", True, 1) == sent_once(server, address).what
        assert [address] == server.recipients


def test_a_mail_may_have_no_sender() -> None:
    """So that nothing answers it."""
    with smtp_server() as server:
        client = transport(server)
        assert "sent" == client.send("", "ada@example.net", MESSAGE, unmarked).state
        client.close()
        assert "failed" == client.send("a\r\nb@c", "ada@example.net", MESSAGE, unmarked).state
    assert [""] == [taken.sender for taken in server.taken]


@pytest.mark.parametrize(("says", "shown"), [
    ("550 5.1.1 <ada.l@example.net>: unknown", "550 5.1.1 <address>: unknown"),
    ("550 Ada.L@Example.net... no", "550 <address> no"),
    ("450 4.2.2 mailbox ada.l is full", "450 4.2.2 mailbox <address> is full"),
    (f"550 5.7.1 {SENDER} may not", "550 5.7.1 <address> may not"),
    ("550 5.1.6 moved to 'countess@example.net'", "550 5.1.6 moved to '<address>'"),
    (f"550 5.7.1 sender bounces+{'0a' * 16} is not ours",
     "550 5.7.1 sender bounces+<token> is not ours"),
    (f"550 {'x' * 284} ada.lovelace@example.net", f"550 {'x' * 284}"),
    ("550 \x1b[31mred\x07", "550 [31mred"),
])  # fmt: skip
def test_a_reply_is_kept_without_addresses(says: str, shown: str) -> None:
    """It goes where no address may stand; on one line, without control characters."""
    with smtp_server() as server:
        server.on("RCPT", reply(says))
        assert shown == sent_once(server, "ada.l@example.net").outcome.reply


def test_a_long_reply_of_many_lines_is_kept_as_one() -> None:
    """Not all of it."""
    with smtp_server() as server:
        server.on("RCPT", reply("550-one\r\n550-two\r\n550 " + "xxx " * 100))
        shown = sent_once(server).outcome.reply
    assert ("550 one two xxx", 299) == (shown[:15], len(shown))


def test_a_short_name_is_found_only_as_a_word() -> None:
    """The reply stays readable."""
    assert "450 later" == without_addresses("450 later", "a@b")
    assert "450 <address> later" == without_addresses("450 a later", "a@b")
    assert "450 <address> later" == without_addresses("450 ADA later", "ada@b")
