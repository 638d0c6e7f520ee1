"""Log each step of a run when it is done, with its counts and the seconds it took."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import msgspec

from digest.errors import SettingsError
from digest.model.results import IssueSummary, SummaryReport
from digest.model.status import RunRecord
from digest.pipeline.intake import IntakeResult
from digest.pipeline.progress import StepLogger
from digest.pipeline.publish import PublishSummary


class StepLog:
    """Logs the steps of one run, and measures their time from its own creation.

    If ``quiet``, steps that did nothing are logged with level debug instead of info.
    """

    def __init__(self, log: StepLogger, *, quiet: bool) -> None:
        self._log, self._quiet = log, quiet
        self._started = self._last_step = time.perf_counter()

    @property
    def seconds(self) -> float:
        """The seconds since the run began."""
        return time.perf_counter() - self._started

    def skip(self) -> None:
        """Begin to count the seconds of the next step."""
        self._step_seconds()

    def log_intake(self, intake: IntakeResult) -> None:
        """Log the intake with its counts."""
        self._log(
            "intake",
            level=self._level(intake.accounting.dumps or intake.quarantined),
            **msgspec.structs.asdict(intake.accounting),
            quarantined=len(intake.quarantined),
            unsettled=len(intake.unsettled),
            seconds=self._step_seconds(),
        )

    def log_summaries(self, summaries: SummaryReport | None) -> None:
        """Log what a language model gave, if one is configured and issues are made."""
        if summaries:
            facts = msgspec.structs.asdict(summaries)
            reason = facts.pop("reason") or None
            self._log("summary", **facts, reason=reason, seconds=self._step_seconds())

    def log_issues(self, issues: Sequence[IssueSummary], unused: Iterable[SettingsError]) -> None:
        """Log a line for each issue of the second step, and a warning for each unused library."""
        for error in unused:
            self._log("issue", level="warning", reason=str(error))
        for issue in issues:
            self._log(
                "issue",
                edition=issue.edition,
                date=issue.date,
                number=issue.number,
                papers=issue.papers,
            )
        self.skip()  # this time must not count for the third step

    def log_publication(self, publication: PublishSummary) -> None:
        """Log the third step, with the numbers of files written, left alone and removed."""
        self._log(
            "publish",
            level=self._level(publication.written),
            written=len(publication.written),
            same=publication.same,
            removed=len(publication.removed),
            reason=publication.reason,
            seconds=self._step_seconds(),
        )

    def log_end(self, record: RunRecord, *, idle: bool) -> None:
        """Log the end of the run. ``idle`` is True if it did nothing."""
        self._log(
            "run",
            level=self._level(not idle),
            verdict=record.verdict,
            exit_status=record.exit_status,
            seconds=record.seconds,
        )

    def _level(self, is_news: object) -> str:
        # Cron starts quiet runs every few minutes: those that did nothing would fill the log.
        return "info" if is_news or not self._quiet else "debug"

    def _step_seconds(self) -> float:
        """Return the seconds since the last step, and begin to count the next."""
        before, self._last_step = self._last_step, time.perf_counter()
        return round(self._last_step - before, 3)
