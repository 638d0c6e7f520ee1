"""Read the mails that came back: from files, a Maildir, or a mailbox at a server (IMAP).

Nothing is ever deleted, and a mail that is only looked at stays as it is, unread. Who handled
one calls its `settle`, which marks it as read where the mailbox can.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

# Mails above it are passed over: larger ones are refused by nearly all servers.
MOST_BYTES = 64 << 20


class Letter(NamedTuple):
    """A mail in a mailbox.

    ``settle`` marks it as handled. ``place`` says how far a mailbox at a server was read with it,
    None for files.
    """

    message: bytes
    settle: Callable[[], None]
    place: str | None = None


def leave_as_it_is() -> None:
    """Settle a mail of a file that is not ours to change."""
