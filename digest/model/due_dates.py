"""Scheduled dates and what became of them."""

from __future__ import annotations

from typing import Literal

import msgspec

DueState = Literal["issued", "open", "empty", "caught up", "missed"]


class DueRow(msgspec.Struct, frozen=True):
    """A due row of the ledger."""

    date: str
    state: str


class DueDate(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a scheduled date, and which candidates an issue of it takes.

    ``papers`` are positions in the list of candidates; ``issues`` tells a date that gets an
    issue (a note, when ``papers`` is empty). ``by_date`` is the date whose issue caught it up.
    """

    date: str
    state: DueState
    by_date: str | None = None
    papers: tuple[int, ...] = ()
    issues: bool = False
    issue: int | None = None
