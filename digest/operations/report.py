"""What a run did: for who called it, and what the folder remembers of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from digest.model.results import IssueSummary, RunReport
from digest.model.status import RunRecord
from digest.pipeline import publish
from digest.pipeline.context import RunContext
from digest.pipeline.intake import IntakeResult
from digest.render import wording


def of(
    state: RunContext,
    intake: IntakeResult,
    made: Sequence[IssueSummary],
    publication: publish.PublishSummary,
) -> RunReport:
    """The report of a run whose three steps are done."""
    return RunReport(
        verdict=intake.verdict(len(made)),
        moment=state.moment.isoformat(),
        accounting=intake.accounting,
        issues=tuple(made),
        problems=intake.problems,
        unsettled=intake.unsettled,
        dumps=intake.dumps,
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
