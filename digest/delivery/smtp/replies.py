"""What a reply of a mail server means, and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_ADDRESS = re.compile(r"<?[^\s<>@\"']+@[^\s<>@\"',;:]+>?")
_LONGEST = 300  # characters that are kept of a reply


class Reply(NamedTuple):
    """A whole reply of the server: its code, and its lines without the code."""

    code: int
    text: bytes


def one_line(reply: Reply, hidden: Sequence[str] = ()) -> str:
    """Return code and text of a reply on one line, without control characters and ``hidden``."""
    text = reply.text.decode("utf-8", "replace")
    for secret in hidden:
        text = text.replace(secret, "...")
    return " ".join(f"{reply.code} {printable(text)}".split())[:_LONGEST]


def printable(text: str) -> str:
    """Return a text with a blank in place of each character that cannot be shown."""
    return "".join(char if char.isprintable() else " " for char in text)


def without_addresses(text: str, recipient: str) -> str:
    """Return a text without the recipient's name and without any address.

    Replies repeat them, and are kept where no address may stand: in logs and in the status.
    """
    text = _ADDRESS.sub("<address>", text)
    local = recipient.rpartition("@")[0].strip('"')
    name = re.compile(rf"(?<!\w){re.escape(local)}(?!\w)", re.IGNORECASE)
    return name.sub("<address>", text) if local else text
