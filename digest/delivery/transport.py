"""What takes mails: a mail server or a program, as the settings say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from digest.errors import SettingsError
from digest.model.mail_settings import Mail
from digest.model.people import SendOutcome


class Transport(Protocol):
    """Takes one message for one recipient at a time. Is used by one thread at a time."""

    def send(
        self, sender: str, recipient: str, message: bytes, before_end: Callable[[], None]
    ) -> SendOutcome:
        """Hand a message over, and say what became of it.

        ``message`` has CRLF line ends, and the domains of the addresses are in punycode.
        ``before_end`` is called once everything but the last word is out: what fails before it
        is safely not sent. It is not called if the recipient was refused before. Raises only
        what ``before_end`` raises (the message is not sent then) and `ValueError` for a message
        with other line ends. The reply in the outcome holds no address.
        """
        ...

    def close(self) -> None:
        """Give the connection up. The transport may be used again, with a new one."""
        ...


class _SigningTransport:
    """Signs each message, and lets another transport send it."""

    def __init__(self, inner: Transport, sign: Callable[[bytes], bytes]) -> None:
        self._inner, self._sign = inner, sign
        self.close = inner.close

    def send(
        self, sender: str, recipient: str, message: bytes, before_end: Callable[[], None]
    ) -> SendOutcome:
        return self._inner.send(sender, recipient, self._sign(message), before_end)


def connect(mail: Mail, root: Path, *, is_patient: bool = True) -> Transport:
    """Return the transport of the settings. Opens no connection before the first mail.

    Unless it is patient, it gives a server up that does not answer within half a minute.

    Raises `SettingsError` if the server or the program cannot be, or a secret cannot be used.
    ``root`` is the working folder. Imports only what these settings need.
    """
    transport = _transport(mail, root, is_patient=is_patient)
    if mail.dkim_key is None:
        return transport
    from digest.delivery.dkim import signer

    return _SigningTransport(transport, signer(mail, root))


class LazyTransport:
    """The transport of the settings, which is looked up when the first mail is sent.

    While the settings or their secrets cannot be used, it takes no mail: the operator may mend
    them.
    """

    def __init__(self, mail: Mail, root: Path) -> None:
        self._mail, self._root = mail, root
        self._transport: Transport | None = None

    def send(
        self, sender: str, recipient: str, message: bytes, before_end: Callable[[], None]
    ) -> SendOutcome:
        """Hand one message over, as `Transport.send` does."""
        if self._transport is None:
            try:
                self._transport = connect(self._mail, self._root)
            except SettingsError as error:
                return SendOutcome("deferred", str(error), is_about_recipient=False)
        return self._transport.send(sender, recipient, message, before_end)

    def close(self) -> None:
        """Give the connection up, if there is one."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None


def _transport(mail: Mail, root: Path, *, is_patient: bool) -> Transport:
    if mail.sendmail:
        from digest.delivery.sendmail import SendmailTransport

        return SendmailTransport(mail.sendmail, root)
    from digest.delivery.smtp.client import SmtpTransport  # loads TLS
    from digest.delivery.smtp.servers import login_of, server_of
    from digest.delivery.smtp.session import IMPATIENT

    server = SmtpTransport(
        server_of(mail), login_of(mail, root), per_connection=mail.per_connection
    )
    if not is_patient:
        server.times = IMPATIENT
    return server
