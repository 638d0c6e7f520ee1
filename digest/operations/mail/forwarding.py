"""Forward mails that a person has to read to `[mail] reply_to`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from digest.delivery import transport
from digest.model.settings import Settings
from digest.parsers.incoming import LOOP, LOOP_VALUE
from digest.pipeline.progress import StepLogger
from digest.render import forwarded_mail
from digest.text import addresses


class Forwarder:
    """Forwards mails over one connection, which is opened for the first of them."""

    def __init__(self, settings: Settings, log: StepLogger) -> None:
        mail, self._log = settings.mail, log
        self._mail, self._root = mail, Path(settings.root)
        self._sender = addresses.envelope(addresses.parse(mail.sender)) if mail.sender else ""
        target = mail.reply_to or mail.sender
        self._target = addresses.envelope(addresses.parse(target)) if target else ""
        self._transport: transport.Transport | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._transport is not None:
            self._transport.close()

    def leads_back(self, recipients: Iterable[str]) -> bool:
        """Return whether a mail to these addresses went to the one that mails are forwarded to."""
        return any(_fold(address) == _fold(self._target) for address in recipients)

    def forward(self, message: bytes) -> Literal["forwarded", "refused", "deferred"]:
        """Forward a mail. What may have been taken is deferred: twice is better than never.

        Raises `SettingsError` if the mail server or its password cannot be used.
        """
        if not self._mail.is_on:
            reason = (
                "a mail was not forwarded: [mail] names no from, or neither server nor sendmail"
            )
            self._log("mail", level="warning", reason=reason)
            return "deferred"
        if self._transport is None:
            self._transport = transport.connect(self._mail, self._root)
        forwarded = forwarded_mail.forward(message, self._sender, self._target, (LOOP, LOOP_VALUE))
        outcome = self._transport.send(self._sender, self._target, forwarded, _nothing)
        if outcome.state == "sent":
            return "forwarded"
        self._log("mail", level="warning", reason=f"a mail was not forwarded: {outcome.reply}")
        return "refused" if outcome.state == "failed" else "deferred"


def _fold(address: str) -> str:
    try:
        return addresses.fold(addresses.parse(address))
    except ValueError:  # a recipient of somebody else's making
        return address.casefold()


def _nothing() -> None:
    """Nothing is recorded before the end of a mail that is forwarded."""
