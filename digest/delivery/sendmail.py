"""Hand mails over to a program of this machine, such as Postfix's `sendmail` or `msmtp`."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from digest.delivery import commands
from digest.delivery.envelopes import is_sendable, one_line, without_addresses
from digest.errors import SettingsError
from digest.model.people import DeliveryState, SendOutcome

_SECONDS = 600.0  # as for a server's last answer
# Exit statuses of sysexits.h: what they say of the recipient, and what of the program or its
# settings alone. 126 and 127 are a shell's words for a program that cannot be started.
_REFUSED = frozenset({65, 67, 68})  # EX_DATAERR, EX_NOUSER, EX_NOHOST
_LATER = 75  # EX_TEMPFAIL
_TROUBLE = frozenset({64, 66, 69, 70, 71, 72, 73, 74, 76, 77, 78, 126, 127})


class SendmailTransport:
    """Runs a program for each mail, which reads the message from its standard input.

    In its arguments, `{sender}` and `{recipient}` are replaced. No shell looks at them.
    """

    def __init__(self, command: Sequence[str], root: Path) -> None:
        if not any("{recipient}" in word for word in command) and "-t" not in command:
            hint = 'write "--", "{recipient}" at its end'
            raise SettingsError("mail", "names no recipient", key="sendmail", hint=hint)
        self._command, self._root = tuple(command), root

    def send(
        self, sender: str, recipient: str, message: bytes, before_end: Callable[[], None]
    ) -> SendOutcome:
        """Hand one message over to one recipient, and say what became of it.

        A program may send what it has as soon as its input ends, also when it ends because this
        process does. So ``before_end`` is called before the program is started. Exit status 0 is
        sent, those of sysexits.h say what failed, and after any other nobody can know. Raises
        nothing but what ``before_end`` raises.
        """
        sender = sender or "<>"
        if not is_sendable(recipient) or not (sender == "<>" or is_sendable(sender)):
            return SendOutcome("failed", "is no address that can be sent to")
        if recipient.startswith("-") or sender.startswith("-"):
            return SendOutcome("failed", "begins with a hyphen, as options of programs do")
        if self.find() is None:
            reply = f"{self._command[0]}: there is no such program"
            return SendOutcome("deferred", reply, is_about_recipient=False)
        command = [_filled(word, sender, recipient) for word in self._command]
        with tempfile.TemporaryFile() as file:
            # Whole before the program starts: it gets no half of a message if this process ends.
            file.write(message.replace(b"\r\n", b"\n"))
            file.seek(0)
            before_end()
            variables = commands.environment((), {})
            ending = commands.run(command, self._root, variables, _SECONDS, stdin=file)
        return _outcome(ending, command[0], recipient)

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def find(self) -> str | None:
        """Return the path of the program, or None if there is none that can be run."""
        name = self._command[0]
        return shutil.which(self._root / name if "/" in name else name)


def _filled(word: str, sender: str, recipient: str) -> str:
    """Return an argument with the addresses in their places."""
    values = {"{sender}": sender, "{recipient}": recipient}
    return re.sub(r"\{sender\}|\{recipient\}", lambda match: values[match[0]], word)


def _outcome(ending: commands.Ending, program: str, recipient: str) -> SendOutcome:
    """Return what the end of the program means for the mail."""
    said = without_addresses(one_line(ending.output.rpartition("\n")[2]), recipient)
    words = [program, ending.reason or "took the mail", *([said] if said else [])]
    reply = ": ".join(words)
    if ending.status in _TROUBLE:
        return SendOutcome("deferred", reply, is_about_recipient=False)
    states: dict[int | None, DeliveryState] = {0: "sent", _LATER: "deferred"}
    states |= dict.fromkeys(_REFUSED, "failed")
    return SendOutcome(states.get(ending.status, "unknown"), reply)
