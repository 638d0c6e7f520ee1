"""The report of a run sorts its problems by kind and decides the exit status."""

from __future__ import annotations

from typing import Literal

import pytest

from digest.model.issues import Accounting
from digest.model.results import InputProblem, IssueSummary, RunReport

Kind = Literal["quarantined", "rejected", "skipped"]
ISSUE = IssueSummary(edition="daily", date="2026-11-18", number=1, papers=2, paths=())


def problem(kind: Kind, dump: str = "a.txt") -> InputProblem:
    """Return a problem of this kind."""
    return InputProblem(kind=kind, dump=dump, reason="invented")


def report(
    *problems: InputProblem, verdict: str = "new", dumps: int = 0, issues: int = 0, written: int = 0
) -> RunReport:
    """Return the report of a run with these results."""
    return RunReport(
        verdict=verdict,
        moment="2026-11-18T07:00:00+00:00",
        accounting=Accounting(dumps=dumps),
        issues=(ISSUE,) * issues,
        problems=problems,
        pages_written=written,
    )


def test_problems_are_sorted_by_kind_and_keep_their_order() -> None:
    """Each kind has a property of its name."""
    first, second = problem("rejected", "b.txt"), problem("rejected", "a.txt")
    quarantined, skipped = problem("quarantined"), problem("skipped")
    result = report(first, skipped, quarantined, second)
    assert (quarantined,) == result.quarantined
    assert (first, second) == result.rejected
    assert (skipped,) == result.skipped


@pytest.mark.parametrize(
    ("status", "verdict", "kinds"),
    [
        (0, "new", []),
        (0, "new", ["skipped"]),
        (3, "new", ["quarantined"]),
        (3, "partial", ["rejected"]),
        (4, "no-input", []),
        (4, "stale", ["quarantined", "rejected"]),
    ],
)
def test_missing_input_beats_unusable_input_in_the_exit_status(
    status: int, verdict: str, kinds: list[Kind]
) -> None:
    """Skipped entries of the inbox do not count, because they were never dumps."""
    assert status == report(*map(problem, kinds), verdict=verdict).exit_status


def test_a_run_is_idle_if_it_read_issued_and_wrote_nothing() -> None:
    """A file in quarantine was read; a skipped entry was not."""
    assert report().is_idle
    assert report(problem("skipped")).is_idle
    assert not report(problem("quarantined")).is_idle
    assert not report(dumps=1).is_idle
    assert not report(issues=1).is_idle
    assert not report(written=1).is_idle
