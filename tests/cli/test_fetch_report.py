"""What is printed of the sources that a run or a fetch has asked."""

from __future__ import annotations

from typing import Any

import pytest

from digest.cli import fetch_report
from digest.cli.context import CliContext
from digest.cli.log import LogWriter
from digest.model.fetching import FetchReport, SourceResult

MOMENT = "2026-11-22T07:00:00+01:00"
TODAY, TOMORROW = "2026-11-22T14:30:00+01:00", "2026-11-23T06:15:00+01:00"


def result(outcome: str, name: str = "hf", **fields: Any) -> SourceResult:
    """Return what a source gave."""
    return SourceResult(source=name, kind="hf-daily", outcome=outcome, **fields)


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ("asked hf: 3 files", result("answered", files=("a", "b", "c"), next_look=TODAY)),
        ("asked hf: 1 file", result("answered", files=("a",))),
        ("asked hf: 12 papers in 2 files", result("answered", files=("a", "b"), papers=12)),
        ("asked hf: 0 papers in 1 file", result("answered", files=("a",), papers=0)),
        ("asked hf: nothing new", result("unchanged", next_look=TODAY)),
        ("hf is due", result("due")),
        (
            "hf waits: answered 429; next look 14:30",
            result("late", reason="answered 429", next_look=TODAY),
        ),
        (
            "hf failed: answered 503; next look Mon 23 Nov 2026, 06:15",
            result("failed", reason="answered 503.", next_look=TOMORROW),
        ),
        ("hf failed", result("failed")),
        ("asked hf: 1 file, then it failed: cut", result("failed", files=("a",), reason="cut")),
    ],
)
def test_each_outcome_has_a_line(expected: str, given: SourceResult) -> None:
    """A failure has its reason, and when the source is asked next; today has no date."""
    assert expected == fetch_report.line(given, MOMENT)


ANSWERED, NEW = result("unchanged"), result("answered", "new", files=("x.json",))
OLD = result("failed", "old", reason="answered 503")
FIRST = result("failed", "first", reason="no route", first_failure=True, next_look=TODAY)


@pytest.mark.parametrize(
    ("expected", "verbosity", "news_only"),
    [
        (["asked hf: nothing new", "asked new: 1 file", "old failed: answered 503"], 0, False),
        (["asked new: 1 file"], 0, True),
        (["asked new: 1 file", "new: x.json"], 1, True),
        ([], -1, False),
    ],
)
def test_each_source_that_was_asked_is_printed(
    capsys: pytest.CaptureFixture[str], expected: list[str], verbosity: int, *, news_only: bool
) -> None:
    """With `-v` also the files; `serve` prints news only, and `-q` nothing."""
    context = CliContext(".", None, verbosity, LogWriter())
    asked = FetchReport(sources=(ANSWERED, NEW, OLD))
    fetch_report.print_fetched(context, asked, MOMENT, news_only=news_only)
    printed = capsys.readouterr()
    assert (expected, "") == (printed.out.splitlines(), printed.err)


def test_the_reason_of_an_outage_that_begins_is_not_printed_twice() -> None:
    """The log has it as a warning, which is printed even without a log and with `-q`."""
    line = fetch_report.line(FIRST, MOMENT, with_reason=False)
    assert "first failed; next look 14:30" == line


def test_a_fetch_prints_the_lines_of_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Failures are on standard error, each with its reason."""
    context = CliContext(".", None, 0, LogWriter())
    for source in (ANSWERED, OLD, FIRST):
        fetch_report.print_fetch(context, source, MOMENT)
    printed = capsys.readouterr()
    assert "asked hf: nothing new\n" == printed.out
    assert [
        "old failed: answered 503", "first failed: no route; next look 14:30",
    ] == printed.err.splitlines()  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "sources", "next_look"),
    [
        ("Nothing waited in the inbox", (), None),
        ("Nothing waited in the inbox", (result("due"),), TODAY),
        ("No source is due before 14:30, and nothing waited in the inbox", (), TODAY),
        ("Nothing waited in the inbox", (), "2026-11-22T05:59:00+00:00"),
        (
            "No source is due before 06:01, and nothing waited in the inbox",
            (),
            "2026-11-22T06:01:00+00:00",
        ),
        ("The sources brought nothing new, and nothing waited in the inbox", (ANSWERED,), TODAY),
        ("No source answered, and nothing waited in the inbox", (OLD, FIRST), TODAY),
        (
            "The sources that answered brought nothing, and nothing waited in the inbox",
            (ANSWERED, OLD),
            TODAY,
        ),
    ],
)
def test_a_quiet_run_says_what_the_sources_had(
    expected: str, sources: tuple[SourceResult, ...], next_look: str | None
) -> None:
    """A source that is due and was not asked is not said to be later."""
    asked = FetchReport(sources=sources)
    assert expected == fetch_report.quiet_sentence(asked, next_look, MOMENT)
