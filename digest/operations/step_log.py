"""A line for each step of a run, with its counts and how long it took."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from digest.model.results import IssueSummary
from digest.model.status import RunRecord
from digest.pipeline.intake import IntakeResult
from digest.pipeline.progress import StepLogger
from digest.pipeline.publish import PublishSummary


class StepLog:
    """Tells of the steps as they end; ``quiet`` makes a detail of those that did nothing."""

    def __init__(self, tell: StepLogger, *, quiet: bool) -> None:
        self._tell, self._quiet = tell, quiet
        self._started = self._last = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.perf_counter() - self._started

    def took_in(self, intake: IntakeResult) -> None:
        """The first step is done."""
        self._tell(
            "intake",
            level=self._level(intake.accounting.dumps or intake.quarantined),
            **msgspec.structs.asdict(intake.accounting),
            quarantined=len(intake.quarantined),
            unsettled=len(intake.unsettled),
            seconds=self._lap(),
        )

    def issued(self, made: Sequence[IssueSummary]) -> None:
        """The second step is done: a line an issue."""
        for one in made:
            self._tell(
                "issue", edition=one.edition, date=one.date, number=one.number, papers=one.papers
            )
        self._lap()

    def published(self, publication: PublishSummary) -> None:
        """The third step is done."""
        self._tell(
            "publish",
            level=self._level(publication.written),
            written=len(publication.written),
            same=publication.same,
            removed=len(publication.removed),
            reason=publication.reason,
            seconds=self._lap(),
        )

    def ended(self, ran: RunRecord, *, idle: bool) -> None:
        """All is done, and remembered."""
        level, seconds = self._level(not idle), ran.seconds
        self._tell(
            "run", level=level, verdict=ran.verdict, exit_status=ran.exit_status, seconds=seconds
        )

    def _level(self, done: object) -> str:
        return "info" if done or not self._quiet else "debug"

    def _lap(self) -> float:
        last, self._last = self._last, time.perf_counter()
        return round(self._last - last, 3)
