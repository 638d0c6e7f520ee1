"""Mails over SMTP: what is sent, and what becomes of each."""

from __future__ import annotations

import pytest

from digest.delivery.smtp.client import SmtpTransport
from digest.delivery.smtp.servers import Server
from digest.delivery.smtp.session import SmtpTimes
from digest.model.people import SendOutcome
from tests.support.smtp_server import SmtpServer, smtp_server

MESSAGE = b"Subject: Papers\r\n\r\n.one\r\n..two\r\nthree\r\n"
QUICK = SmtpTimes(2, 2, 2, 2, 1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait seconds for a server, and not minutes."""
    monkeypatch.setattr(SmtpTransport, "times", QUICK)


def transport(server: SmtpServer, per_connection: int = 100) -> SmtpTransport:
    """Return a transport to a server of the test."""
    return SmtpTransport(Server("127.0.0.1", server.port, "none"), per_connection=per_connection)


def test_a_mail_arrives_as_it_is() -> None:
    """Sender, recipient, and every byte, dots at the beginning of lines included."""
    marks: list[int] = []
    with smtp_server() as server:
        client = transport(server)
        outcome = client.send(
            "b+t@example.org", "ada@example.net", MESSAGE, lambda: marks.append(len(server.taken))
        )
        client.close()
    assert SendOutcome("sent", "250 2.0.0 queued", 250) == outcome
    assert [0] == marks
    (taken,) = server.taken
    assert ("b+t@example.org", "ada@example.net", MESSAGE) == taken[:3]
    assert ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"] == server.verbs
