"""The facts about issues by which pages name them and link to them."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from digest.model.issues import issue_key


class IssueLink(msgspec.Struct, frozen=True, gc=False):
    """The facts about an issue that other pages need to name it and to link to it."""

    edition: str
    date: str
    key: str
    number: int
    papers: int
    verdict: str
    is_history: bool = False  # backfilled: on pages and in the archive, but not in live feeds
    span: str | None = None  # the `interval` of its period
    size: int = 0  # bytes of the stored issue

    @property
    def ordinal(self) -> int:
        """1 for the first issue of its date and edition, 2 for the second; read from the key."""
        return int(self.key[len(self.date) + 1 :] or 1)

    @property
    def period(self) -> tuple[str, str] | None:
        """The first and the last day of a weekly or monthly issue."""
        if self.span is None:
            return None
        first, last = self.span.split("/")
        if last == "..":  # an incomplete first period, which ends before the day of its issue
            last = (date.fromisoformat(self.date) - timedelta(days=1)).isoformat()
        return first, last


class PublishedIssue(msgspec.Struct, frozen=True, gc=False):
    """A published issue as the ledger names it, without what it holds.

    The ``moment`` tells it from an issue that was taken back and made again.
    """

    edition: str
    date: str
    ordinal: int
    number: int
    moment: str
    kind: str
    verdict: str
    papers: int

    @property
    def key(self) -> str:
        """The name of its files."""
        return issue_key(self.date, self.ordinal)
