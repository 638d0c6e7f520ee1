"""Build the report of a run for its caller, and its record for the run history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from digest.model.fetching import FetchReport
from digest.model.results import IssueSummary, RunReport, SummaryReport
from digest.model.status import RunRecord
from digest.pipeline import publish
from digest.pipeline.context import RunContext
from digest.pipeline.intake import IntakeResult
from digest.render import teasers, wording


def build_report(
    context: RunContext,
    fetched: FetchReport | None,
    intake: IntakeResult,
    issues: Sequence[IssueSummary],
    publication: publish.PublishSummary,
    summaries: SummaryReport | None = None,
) -> RunReport:
    """Return the report of a run from the results of its steps; `run.run` sets ``stale``."""
    return RunReport(
        verdict=intake.verdict(len(issues)),
        moment=context.moment.isoformat(),
        accounting=intake.accounting,
        issues=tuple(issues),
        problems=intake.problems + publication.problems,
        unsettled=intake.unsettled,
        dumps=intake.dumps,
        pages_written=len(publication.written),
        republished=publication.reason,
        fetched=fetched,
        summaries=summaries,
    )


def build_record(report: RunReport, seconds: float) -> RunRecord:
    """Return the record of a run for the run history; ``seconds`` is how long the run took."""
    return RunRecord(
        moment=datetime.fromisoformat(report.moment).isoformat(timespec="seconds"),
        verdict=report.verdict,
        exit_status=report.exit_status,
        seconds=round(seconds, 3),
        accounting=report.accounting,
        issues=tuple(
            f"{issue.edition} {issue.date}, {wording.count(issue.papers, 'paper')}"
            for issue in report.issues
        ),
        quarantined=len(report.quarantined),
        summaries=teasers.describe_summaries(report.summaries) if report.summaries else None,
    )
