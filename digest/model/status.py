"""The state of a working folder: what its operator, and a monitor, want to know.

All moments are RFC 3339 with offset, in the site's zone as they were written.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from digest.model.issues import Accounting

FAILED = "failed"  # in the place of a verdict

Health = Literal["ok", "stale", "failed"]


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run, or several one after the other that found nothing and ended alike.

    ``moment`` is that of the first of them, ``until`` that of the last, ``seconds`` how long
    the last one took. ``verdict`` is `FAILED` where ``error`` says why.
    """

    moment: str
    verdict: str
    exit_status: int = 0
    seconds: float = 0.0
    accounting: Accounting = Accounting()
    issues: tuple[str, ...] = ()  # "daily 2026-11-22, 17 papers"
    quarantined: int = 0
    error: str | None = None
    times: int = 1
    until: str | None = None

    @property
    def last(self) -> str:
        """The moment of the last of them."""
        return self.until or self.moment

    @property
    def is_idle(self) -> bool:
        """Whether it found nothing to do, and nothing went wrong."""
        return not (self.accounting.dumps or self.issues or self.quarantined or self.error)


class SourceDump(NamedTuple):
    """One live dump of a source: when it was taken in (RFC 3339), and its number of entries."""

    moment: str
    entries: int


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How fresh a source is: its last live dump with entries, and what it usually brings.

    ``silent_for`` and ``usually_every`` are seconds, the latter None before it has a habit.
    """

    source: str
    last_dump: str
    silent_for: int
    entries: int
    newest_page: str | None = None
    page_age_days: int | None = None
    usually_every: int | None = None
    late: bool = False


class EditionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An edition's newest issue, what became of its last due date, and when it is due next."""

    name: str
    newest: str | None = None
    papers: int = 0
    verdict: str | None = None
    last_due: str | None = None
    last_due_state: str | None = None
    next_due: str


class QuarantineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A file in which nothing could be read, since when, and for how many whole days."""

    dump: str
    reason: str
    moment: str
    days: int


class RejectStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the last dumps that could not be completed."""

    dump: str
    line: int
    reason: str


class BackupStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A file beside the ledger that holds an earlier state of it."""

    name: str
    size: int
    moment: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Everything there is to tell.

    ``health`` is "failed" when the last run failed or the ledger cannot be read (``problem``
    says why), "stale" when nothing came for longer than the configuration expects. Lists are
    the newest first and hold no more than a page wants; ``n_quarantined`` and ``n_rejected``
    count all.
    """

    health: Health
    stale: bool
    problem: str | None = None
    moment: str
    timezone: str
    version: str
    runs: tuple[RunRecord, ...] = ()
    editions: tuple[EditionStatus, ...] = ()
    sources: tuple[SourceStatus, ...] = ()
    n_quarantined: int = 0
    quarantine: tuple[QuarantineStatus, ...] = ()
    n_rejected: int = 0
    rejects: tuple[RejectStatus, ...] = ()
    counts: dict[str, int] = {}
    ledger_bytes: int = 0
    backups: tuple[BackupStatus, ...] = ()
