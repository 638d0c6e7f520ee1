"""Mails over SMTP: what is said to the server, and on which connection."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from digest.delivery.smtp.client import SmtpTransport
from digest.model.people import SendOutcome
from tests.support.folders import MINUTE
from tests.support.mail_transports import (
    MESSAGE,
    PATIENT,
    RECIPIENT,
    SENDER,
    Sent,
    sent_once,
    transport,
)
from tests.support.smtp_server import EXTENSIONS, Act, SmtpServer, drop, raw, reply, smtp_server

PLAIN = ("8BITMIME",)


@pytest.fixture(autouse=True)
def _times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SmtpTransport, "times", PATIENT)


@pytest.fixture(params=[EXTENSIONS, PLAIN], ids=["pipelining", "one by one"])
def server(request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    """Run a server that takes commands at once, and one that does not."""
    with smtp_server(extensions=request.param) as running:
        yield running


def test_a_mail_arrives_as_it_is(server: SmtpServer) -> None:
    """Sender, recipient, and every byte, dots at the beginning of lines included."""
    assert SendOutcome("sent", "250 2.0.0 queued", 250) == sent_once(server).outcome
    (taken,) = server.taken
    assert (SENDER, RECIPIENT, MESSAGE) == taken[:3]
    assert ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"] == server.verbs


def test_the_mark_is_set_between_the_message_and_the_dot(server: SmtpServer) -> None:
    """The server has the whole message then, and nothing that ends it."""

    def mark() -> None:
        deadline = time.monotonic() + MINUTE
        while not server.heard.endswith(b"\r\nthree\r\n"):
            assert time.monotonic() < deadline
            time.sleep(0.001)

    assert ("sent", True, 1) == sent_once(server, mark=mark).what


def test_nothing_is_asked_before_the_first_mail() -> None:
    """A run without mails opens no connection, and a goodbye needs one."""
    with smtp_server() as server:
        transport(server).close()
        assert 0 == server.connections


def test_commands_go_out_together_where_the_server_allows(server: SmtpServer) -> None:
    """One packet in place of three, and three answers (RFC 2920)."""
    server.on("MAIL", reply("451 4.3.0 later"))
    sent_once(server)
    is_together = "PIPELINING" in server.extensions
    assert ["EHLO", "MAIL", *(["RCPT", "DATA"] if is_together else []), "QUIT"] == server.verbs


def test_mails_share_a_connection_up_to_the_limit(server: SmtpServer) -> None:
    """Relays close it after so many, or put off what comes on it."""
    client = transport(server, per_connection=3)
    sent = [Sent(client, f"{number}@example.net").what for number in range(7)]
    client.close()
    assert [("sent", True, 1)] * 7 == sent
    assert [1, 1, 1, 2, 2, 2, 3] == [taken.connection for taken in server.taken]
    assert 3 == server.verbs.count("QUIT")


def test_a_refused_recipient_does_not_touch_the_next(server: SmtpServer) -> None:
    """On the same connection: what is left over of a mail is taken back first."""
    server.on("RCPT", reply("550 5.1.1 no such user"), containing="bad")
    client = transport(server)
    what = [Sent(client, f"{name}@example.net").what for name in ("bad", "ada", "bad2", "bob")]
    client.close()
    assert [("failed", True, 0), ("sent", True, 1)] * 2 == what
    assert ["ada@example.net", "bob@example.net"] == server.recipients
    assert (1, 2) == (server.connections, server.verbs.count("RSET"))


def test_a_server_that_waits_for_a_refused_mail_gets_none(server: SmtpServer) -> None:
    """It says 354 to a mail without recipients; it is left, and no dot ends anything."""
    server.on("RCPT", reply("550 5.1.1 no such user"), times=1)
    server.on("DATA", reply("354 go ahead"), times=1)
    client = transport(server)
    assert ["failed", "sent"] == [Sent(client).outcome.state for _ in range(2)]
    client.close()
    assert [MESSAGE] == [taken.message for taken in server.taken]


def test_a_refused_reset_means_a_new_connection(server: SmtpServer) -> None:
    """The next mail must not be added to what is left over of the last."""
    server.on("RCPT", reply("450 4.2.0 greylisted"), times=1)
    server.on("RSET", reply("500 5.5.1 what"))
    client = transport(server)
    assert ["deferred", "sent"] == [Sent(client).outcome.state for _ in range(2)]
    client.close()
    assert 2 == server.connections


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_server_that_has_enough_of_a_connection_gets_a_new_one(most: int) -> None:
    """421 counts against nobody: the mail goes out on the next connection at once."""
    with smtp_server(most=most) as server:
        client = transport(server)
        what = [Sent(client, f"{number}@example.net").what for number in range(10)]
        client.close()
        assert [("sent", True, 1)] * 10 == what
        assert [f"{number}@example.net" for number in range(10)] == server.recipients
        assert -(-10 // most) == server.connections


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_connection_that_was_closed_in_between_is_opened_again(
    verb: str, server: SmtpServer
) -> None:
    """Before the mark, and once: no attempt is lost by it."""
    client = transport(server)
    Sent(client)
    server.on(verb, drop(), times=1)
    assert ("sent", True, 1) == Sent(client).what
    client.close()
    assert (2, 2) == (len(server.taken), server.connections)


@pytest.mark.parametrize("left_over", [b"421 4.4.2 idle\r\n", b"250 2.0.0 once more\r\n"])
def test_a_server_that_speaks_unasked_gets_a_new_connection(
    left_over: bytes, server: SmtpServer
) -> None:
    """Its answers would be taken for those to the next commands."""
    server.on("dot", raw(b"250 2.0.0 queued\r\n" + left_over), times=1)
    server.on("RCPT", reply("550 5.1.1 no such user"), containing="bad")
    client = transport(server)
    what = [Sent(client, f"{name}@example.net").what for name in ("ada", "bob", "bad")]
    client.close()
    assert [("sent", True, 1), ("sent", True, 1), ("failed", True, 0)] == what
    assert 2 == server.connections


def test_what_the_mark_raises_stops_the_mail(server: SmtpServer) -> None:
    """The connection is gone with it, and the next mail gets a new one."""

    def fail() -> None:
        raise RuntimeError("disk full")

    client = transport(server)
    with pytest.raises(RuntimeError, match="disk full"):
        Sent(client, mark=fail)
    assert ("sent", True, 1) == Sent(client).what
    client.close()
    assert (1, 2) == (len(server.taken), server.connections)


@pytest.mark.parametrize(("answer", "state"), [
    ("552 5.3.4 too much", "failed"), ("452 4.3.1 disk full", "deferred"),
    ("250 2.0.0 queued", "deferred"),
])  # fmt: skip
def test_a_server_that_speaks_before_the_dot_gets_none(
    answer: str, state: str, server: SmtpServer
) -> None:
    """So nothing is marked or unknown, and nothing is sent, whatever it says."""
    server.on("DATA", raw(f"354 go ahead\r\n{answer}\r\n".encode()), times=1)
    client = transport(server)
    assert [(state, True, 0), ("sent", True, 1)] == [Sent(client).what for _ in range(2)]
    client.close()
    assert (1, 2) == (len(server.taken), server.connections)


@pytest.mark.parametrize("act", [drop(), drop(reset=True), reply("552 5.3.4 no", close=True)])
def test_a_server_that_is_gone_in_a_large_message_has_not_got_it(
    act: Act, server: SmtpServer
) -> None:
    """More than fits into the buffers between, so that it is seen before the dot."""
    server.on("body", act)
    sent = sent_once(server, message=MESSAGE + b"x" * 70 + b"\r\n" + b"y" * 20_000_000)
    assert sent.outcome.state in {"deferred", "failed"}  # its answer may be lost on the way
    assert (0, []) == (sent.marks, server.taken)
