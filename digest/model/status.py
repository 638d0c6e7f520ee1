"""The state of a working folder, for its operator and for monitors.

All moments are RFC 3339 with offset, in the time zone of the site when they were written.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from digest.model.hub import HubStatus
from digest.model.issues import Accounting
from digest.model.people import MailingStatus
from digest.model.publishing import TargetStatus

FAILED = "failed"  # stands in place of a verdict

Health = Literal["ok", "stale", "failed"]


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run, or several consecutive runs that found nothing and ended alike.

    ``times`` is their number, ``moment`` that of the first, ``until`` that of the last, and
    ``seconds`` how long the last one took. ``verdict`` is `FAILED` if ``error`` is given.
    """

    moment: str
    verdict: str
    exit_status: int = 0
    seconds: float = 0.0
    accounting: Accounting = Accounting()
    issues: tuple[str, ...] = ()  # "daily 2026-11-22, 17 papers"
    quarantined: int = 0
    summaries: str | None = None  # "16 of 17 papers by MODEL; ..."
    error: str | None = None
    times: int = 1
    until: str | None = None

    @property
    def last(self) -> str:
        """The moment of the last run."""
        return self.until or self.moment

    @property
    def is_idle(self) -> bool:
        """True if it found nothing to do and did not fail."""
        return not (self.accounting.dumps or self.issues or self.quarantined or self.error)


class SourceDump(NamedTuple):
    """One live dump of a source: when it was taken in (RFC 3339), and its number of entries."""

    moment: str
    entries: int


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The last live dump of a source, and how often the source usually brings one.

    ``silent_for`` and ``usually_every`` are seconds. ``usually_every`` is None while there are
    too few dumps to tell.
    """

    source: str
    last_dump: str
    silent_for: int
    entries: int
    newest_page: str | None = None
    page_age_days: int | None = None
    usually_every: int | None = None
    late: bool = False


class FetchStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A configured source, and what is remembered of the looks at it.

    ``failing_since``, ``failures`` (looks in a row) and ``reason`` are given while it does not
    answer; ``reason`` alone while it wants to be left alone. ``outage`` is True once an outage has
    lasted so long that a notice is sent. ``quiet`` is how many looks in a row brought nothing new,
    0 if that of the last one is not known yet. A source that is not enabled has no ``next_look``.
    """

    name: str
    kind: str
    enabled: bool = True
    last_answer: str | None = None
    next_look: str | None = None
    failing_since: str | None = None
    failures: int = 0
    reason: str | None = None
    outage: bool = False
    quiet: int = 0


class EditionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The newest issue of an edition, the state of its last due date, and its next due date."""

    name: str
    newest: str | None = None
    papers: int = 0
    verdict: str | None = None
    last_due: str | None = None
    last_due_state: str | None = None
    next_due: str


class QuarantineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A file in quarantine, since when, and for how many whole days."""

    dump: str
    reason: str
    moment: str
    days: int


class RejectStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the last intake that could not be completed."""

    dump: str
    line: int
    reason: str


class BackupStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A backup of the ledger. ``moment`` is that of the saved state, ``size`` is in bytes."""

    name: str
    size: int
    moment: str


class HistoryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What backfills took in: dumps, and papers that they saw first.

    ``first`` and ``last`` are the oldest and newest page dates, None if no dump has one;
    ``moment`` is that of the last backfill.
    """

    dumps: int
    papers: int
    first: str | None = None
    last: str | None = None
    moment: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state of a working folder.

    ``health`` is "failed" if the last run failed or the ledger cannot be read (``problem``
    gives the reason), and "stale" if nothing came for longer than the configuration expects.
    ``sources`` are those of the dumps that came, ``fetching`` those that the configuration asks,
    in its order. ``history`` is None if nothing was backfilled. ``mail_outage_since`` is given
    while the mail server takes nothing, ``mail_problem`` if mailings cannot be read, ``hub`` where
    the web side is a WebSub hub. Other lists are newest first and cut to the length of a page;
    ``n_quarantined`` and ``n_rejected`` are the full numbers.
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
    fetching: tuple[FetchStatus, ...] = ()
    n_quarantined: int = 0
    quarantine: tuple[QuarantineStatus, ...] = ()
    n_rejected: int = 0
    rejects: tuple[RejectStatus, ...] = ()
    counts: dict[str, int] = {}
    ledger_bytes: int = 0
    backups: tuple[BackupStatus, ...] = ()
    history: HistoryStatus | None = None
    targets: tuple[TargetStatus, ...] = ()
    mailings: tuple[MailingStatus, ...] = ()
    mail_outage_since: str | None = None
    mail_problem: str | None = None
    hub: HubStatus | None = None
