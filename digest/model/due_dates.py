"""Scheduled dates of an edition and their states."""

from __future__ import annotations

from typing import Literal

import msgspec

DueState = Literal["issued", "open", "empty", "caught up", "missed"]


class DueRow(msgspec.Struct, frozen=True):
    """A scheduled date as the ledger records it."""

    date: str
    state: str


class DueDate(msgspec.Struct, frozen=True, kw_only=True):
    """The decision on a scheduled date: its state, and the papers of its issue.

    ``papers`` are positions in the list of candidates. If ``makes_issue``, the date gets an
    issue, or a note when ``papers`` is empty. ``by_date`` is the date whose issue holds the
    papers of a caught up date. ``issue`` is the number of its issue in the ledger, once made.
    """

    date: str
    state: DueState
    by_date: str | None = None
    papers: tuple[int, ...] = ()
    makes_issue: bool = False
    issue: int | None = None
