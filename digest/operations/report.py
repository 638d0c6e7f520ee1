"""What a run did: for who called it, and what the folder remembers of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from digest.model.issues import Accounting
from digest.model.status import RunRecord
from digest.pipeline import publish
from digest.pipeline.context import InputProblem, IssueSummary, RunContext
from digest.pipeline.read_inbox import IntakeResult
from digest.render import wording


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did, for the terminal, for ``--json`` and for the exit status."""

    verdict: str
    moment: str
    accounting: Accounting
    issues: tuple[IssueSummary, ...] = ()
    quarantined: tuple[InputProblem, ...] = ()
    rejected: tuple[InputProblem, ...] = ()
    passed_over: tuple[InputProblem, ...] = ()
    unsettled: tuple[str, ...] = ()
    dumps: tuple[str, ...] = ()  # a line on each dump that was read
    pages_written: int = 0
    stale: bool = False  # nothing came for longer than the configuration expects
    republished: str | None = None  # why more than the new issues' pages was looked at

    @property
    def is_idle(self) -> bool:
        """Whether nothing was read, issued or written."""
        return not (self.accounting.dumps or self.issues or self.quarantined or self.pages_written)

    @property
    def exit_status(self) -> int:
        """3 when this run quarantined or rejected something; 4, which beats it, when stale."""
        if self.verdict in ("no-input", "stale"):
            return 4
        return 3 if self.quarantined or self.rejected else 0


def of(
    state: RunContext,
    intake: IntakeResult,
    made: Sequence[IssueSummary],
    publication: publish.Published,
) -> RunReport:
    """The report of a run whose three steps are done."""
    return RunReport(
        verdict=intake.verdict(len(made)),
        moment=state.moment.isoformat(),
        accounting=intake.accounting,
        issues=tuple(made),
        quarantined=tuple(intake.quarantined),
        rejected=tuple(intake.rejected),
        passed_over=tuple(intake.passed_over),
        unsettled=tuple(intake.unsettled),
        dumps=tuple(intake.dumps),
        pages_written=len(publication.written),
        republished=publication.reason,
    )


def remembered(report: RunReport, seconds: float) -> RunRecord:
    """What the folder remembers of it; ``seconds`` is how long the run took."""
    return RunRecord(
        moment=datetime.fromisoformat(report.moment).isoformat(timespec="seconds"),
        verdict=report.verdict,
        exit_status=report.exit_status,
        seconds=round(seconds, 3),
        accounting=report.accounting,
        issues=tuple(
            f"{one.edition} {one.date}, {wording.count(one.papers, 'paper')}"
            for one in report.issues
        ),
        quarantined=len(report.quarantined),
    )
