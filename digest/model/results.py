"""The results of a run: its issues, its unusable input, and its report."""

from __future__ import annotations

from typing import Literal

import msgspec

from digest.model.fetching import FetchReport
from digest.model.issues import Accounting
from digest.model.people import DeliveryReport
from digest.model.publishing import TargetResult


class IssueSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An issue made by this run, without its papers; ``paths`` are below ``output/``."""

    edition: str
    date: str
    number: int
    papers: int
    paths: tuple[str, ...]


class InputProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A file or a record that could not be used.

    ``quarantined`` is a file without any readable paper, ``rejected`` a record that could not
    be completed (``line`` is where it begins), ``incomplete`` a file that lacks papers or seems
    to, ``skipped`` anything else that the run went on without: a folder or a link in the inbox, a
    note, a page that cannot be written, a library of a backfill. ``dump`` is the printable name
    of the file, or its path in the working folder.
    """

    kind: Literal["quarantined", "rejected", "incomplete", "skipped"]
    dump: str
    reason: str
    line: int | None = None


class SummaryReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a language model gave for the papers of the issues that a run made.

    Of ``papers``, those with an abstract, ``stored`` had a summary already and ``written`` got
    one. ``refused`` counts the answers that failed the check, ``calls`` all requests. ``tokens``
    are estimated where the endpoint does not count them. ``reason`` says why not all were asked
    for, or is empty.
    """

    model: str
    papers: int
    stored: int = 0
    written: int = 0
    refused: int = 0
    calls: int = 0
    tokens: int = 0
    reason: str = ""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a run did, for the terminal, for ``--json`` and for the exit status."""

    verdict: str
    moment: str
    accounting: Accounting
    issues: tuple[IssueSummary, ...] = ()
    problems: tuple[InputProblem, ...] = ()
    unsettled: tuple[str, ...] = ()  # names of files that are still being written
    dumps: tuple[str, ...] = ()  # one line on each dump that was read
    pages_written: int = 0
    stale: bool = False  # nothing came for longer than the configuration expects
    republished: str | None = None  # why more than the new issues' pages were published
    fetched: FetchReport | None = None  # what the sources gave; None if none were to be asked
    summaries: SummaryReport | None = None  # None if no model is configured, or nothing was issued
    targets: tuple[TargetResult, ...] = ()  # what the commands of ``[[publish]]`` did
    deliveries: DeliveryReport | None = None  # None if nothing is mailed or posted

    @property
    def quarantined(self) -> tuple[InputProblem, ...]:
        """The files that were put into quarantine."""
        return self._problems("quarantined")

    @property
    def rejected(self) -> tuple[InputProblem, ...]:
        """The records that could not be completed."""
        return self._problems("rejected")

    @property
    def incomplete(self) -> tuple[InputProblem, ...]:
        """The files that lack papers, or seem to."""
        return self._problems("incomplete")

    @property
    def skipped(self) -> tuple[InputProblem, ...]:
        """The entries of the inbox that were not read."""
        return self._problems("skipped")

    def _problems(self, kind: str) -> tuple[InputProblem, ...]:
        return tuple(problem for problem in self.problems if problem.kind == kind)

    @property
    def is_idle(self) -> bool:
        """True if nothing was read, issued or written, and no source failed for the first time."""
        outages = self.fetched.outages if self.fetched else ()
        return not (
            self.accounting.dumps
            or self.issues
            or self.quarantined
            or self.pages_written
            or outages
            or (self.deliveries and not self.deliveries.is_idle)
        )

    @property
    def exit_status(self) -> int:
        """4 if expected input did not come, 3 if something was unusable or began to fail, else 0.

        What began to fail is a source or a command of ``[[publish]]``. Later failures of it do
        not count. So does a delivery that failed in this run, and as long as one is unknown it is
        3 as well.
        """
        if self.verdict in ("no-input", "stale"):
            return 4
        began_to_fail = any(target.first_failure for target in self.targets)
        began_to_fail |= bool(self.fetched and self.fetched.outages)
        began_to_fail |= bool(self.deliveries and self.deliveries.has_problem)
        return 3 if self.quarantined or self.rejected or began_to_fail else 0
