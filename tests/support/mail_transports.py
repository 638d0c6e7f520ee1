"""Mails to the scriptable server: short waits, one message, and what became of it."""

from __future__ import annotations

from collections.abc import Callable

from digest.delivery.smtp.client import SmtpTransport
from digest.delivery.smtp.servers import Server
from digest.delivery.smtp.session import SmtpTimes
from digest.model.people import SendOutcome
from tests.support.smtp_server import SmtpServer

MESSAGE = b"Subject: Papers\r\n\r\n.one\r\n..two\r\n.\r\nthree\r\n"
SENDER, RECIPIENT = "b+t0ken@example.org", "ada@example.net"
PATIENT = SmtpTimes(20, 20, 20, 20, 2)
HASTY = SmtpTimes(20, 0.1, 0.1, 0.1, 0.1)  # for servers that fall silent


def unmarked() -> None:
    """Do nothing between the message and the dot."""


def transport(server: SmtpServer, per_connection: int = 100) -> SmtpTransport:
    """Return a transport to a server of the test, without TLS."""
    return SmtpTransport(Server("127.0.0.1", server.port, "none"), per_connection=per_connection)


class Sent:
    """One mail that was tried. ``marks`` is how often it was marked as being sent."""

    def __init__(
        self,
        client: SmtpTransport,
        recipient: str = RECIPIENT,
        message: bytes = MESSAGE,
        mark: Callable[[], object] = unmarked,
    ) -> None:
        self.marks = 0

        def before_end() -> None:
            self.marks += 1
            mark()

        self.outcome: SendOutcome = client.send(SENDER, recipient, message, before_end)

    @property
    def what(self) -> tuple[str, bool, int]:
        """The state, whether it is about the recipient, and the marks."""
        return self.outcome.state, self.outcome.is_about_recipient, self.marks


def sent_once(
    server: SmtpServer,
    recipient: str = RECIPIENT,
    message: bytes = MESSAGE,
    mark: Callable[[], object] = unmarked,
) -> Sent:
    """Send one mail over a connection of its own."""
    client = transport(server)
    try:
        return Sent(client, recipient, message, mark)
    finally:
        client.close()
