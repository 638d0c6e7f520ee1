"""The addresses that a mail was sent to, and the tokens in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from email.utils import getaddresses

# The first are written by the server that puts the mail into the mailbox: the address of the
# envelope, which is the only one that a delivery report bears.
_FIELDS = (
    "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc",
)  # fmt: skip
_PLACE = "{token}"
_MOST = 100  # addresses, and fields of a name
_LONGEST = 10_000  # characters of a field


def recipients(message: Message) -> tuple[str, ...]:
    """Return the bare addresses a mail was sent to, each once."""
    found: dict[str, None] = {}
    for name in _FIELDS:
        values = [str(value)[:_LONGEST] for value in message.get_all(name, [])[:_MOST]]
        for _, address in getaddresses(values):
            if "@" in address:
                found[address] = None
    return tuple(found)[:_MOST]


def verp_tokens(addresses: Sequence[str], template: str) -> Iterator[str]:
    """Yield the token of each address that has the form of the template, in lower case.

    ``template`` is an address with ``{token}`` in it, or "" for none.
    """
    if _PLACE not in template:
        return
    before, _, after = template.partition(_PLACE)
    form = f"{re.escape(before)}([0-9a-z]{{32}}){re.escape(after)}"
    for address in addresses:
        if found := re.fullmatch(form, address, re.IGNORECASE):
            yield found[1].lower()


def extensions(addresses: Sequence[str], own: str) -> str | None:
    """Return what stands after the plus sign where one of the addresses is our own.

    "" is our own address as it is; None means that none of them is.
    """
    local, _, domain = own.casefold().rpartition("@")
    for address in addresses:
        its_local, _, its_domain = address.casefold().rpartition("@")
        name, plus, extension = its_local.partition("+")
        if own and its_domain == domain and (its_local == local or (plus and name == local)):
            return extension if its_local != local else ""
    return None
