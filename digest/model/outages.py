"""An outage of the mail server, as the people database remembers it."""

from __future__ import annotations

import msgspec


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """The mail server takes nothing: it does not answer, or turns everything away.

    ``failures`` counts in a row, ``since`` is the moment of the first, and until ``until`` it is
    left alone.
    """

    failures: int
    since: str
    until: str
    reason: str
