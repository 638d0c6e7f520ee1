"""Addresses on the envelope of a mail: which can be sent to, and how replies do without them."""

from __future__ import annotations

import re

_PART = r"[^\s\"<>@\x00-\x1f\x7f]+"
_SENDABLE = re.compile(rf"(?:{_PART}|\"[^\"\\\x00-\x1f\x7f]+\")@{_PART}")
_ADDRESS = re.compile(r"<?[^\s<>@\"']+@[^\s<>@\"',;:]+>?")
_TOKEN = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)  # as stands in the sender's address
_LONGEST = 300  # characters that are kept of a reply


def is_sendable(address: str) -> bool:
    """Return whether an address can stand in a command, and adds nothing to it."""
    return _SENDABLE.fullmatch(address) is not None


def one_line(text: str) -> str:
    """Return the beginning of a text on one line, without characters that cannot be shown."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    line = " ".join(printable.split())
    if len(line) <= _LONGEST:
        return line
    # Between words: half of an address would not be known as one.
    return line[: _LONGEST + 1].rpartition(" ")[0]


def without_addresses(text: str, recipient: str) -> str:
    """Return a text without the recipient's name, without any address and any person's token.

    Replies repeat them, and are kept where no address may stand: in logs and in the status.
    """
    text = _TOKEN.sub("<token>", _ADDRESS.sub("<address>", text))
    local = recipient.rpartition("@")[0].strip('"')
    if f"{text}{local}".isascii() and local.lower() not in text.lower():
        return text  # nearly always, and a pattern takes long to compile
    name = re.compile(rf"(?<!\w){re.escape(local)}(?!\w)", re.IGNORECASE)
    return name.sub("<address>", text)
