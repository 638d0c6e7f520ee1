"""The files unpacked from a container, and how they are named in reasons."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO, NamedTuple

import msgspec

from digest.model.papers import Reject

_MAX_NAME_CHARS = 80  # of a member's name in a reason


class Member(NamedTuple):
    """A file from a container.

    ``damage`` says why only a part of it could be unpacked. Of members with the same ``choice``
    only those of one ``form`` are used: they hold the same page. ``mail`` is the number of the
    mail it came in, and ``line`` the line where that mail begins; 0 if it came in none. ``body``
    is the content type of a text of the mail itself.
    """

    name: str
    stream: BinaryIO
    modified: date | None = None
    damage: str | None = None
    choice: str = ""
    form: str = ""
    mail: int = 0
    line: int = 1
    body: str = ""


def name_member(member: Member, reject: Reject, *, several: bool = True) -> Reject:
    """Return the reject with the printable end of its member's name before the reason."""
    name = "".join(c if c.isprintable() else "?" for c in member.name)[-_MAX_NAME_CHARS:]
    return msgspec.structs.replace(reject, reason=f"{name}: {reject.reason}") if several else reject
