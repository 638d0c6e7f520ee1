"""The status of a working folder, described in words."""

from __future__ import annotations

import msgspec
import pytest

from digest.model.issues import VERDICTS, Accounting
from digest.model.status import (
    EditionStatus,
    FetchStatus,
    QuarantineStatus,
    RejectStatus,
    RunRecord,
    Status,
)
from digest.render.site.views import status as views_status
from tests.support.builders import MOMENT

STATUS = Status(health="ok", stale=False, moment=MOMENT, timezone="UTC", version="1")


def lines(status: Status, kind: str) -> list[str]:
    """Return the lines of a section, and what stands after them."""
    sections = {section.kind: section for section in views_status.build_view(status).sections}
    section = sections[kind]
    return [f"{line.name} [{line.tag}] {line.facts}" for line in section.lines] + [section.more]


def run(ran: RunRecord) -> str:
    """Return the line of a run."""
    return lines(msgspec.structs.replace(STATUS, runs=(ran,)), "run")[0]


def test_the_line_of_a_run_states_what_it_did() -> None:
    """Idle runs share a line, also over midnight; a failed run has its error and exit status."""
    sums = Accounting(dumps=1, entries=2, new=2)
    new = RunRecord(
        moment=MOMENT, verdict="new", seconds=0.25, accounting=sums, issues=("daily 1",)
    )
    assert run(new) == (
        "Sun 22 Nov 2026, 07:30 [new] 1 dump, 2 entries = 2 new + 0 changed + 0 known + 0 repeated"
        " + 0 rejected. Issued daily 1. Took 0.25 s."
    )
    idle = RunRecord(moment=MOMENT, verdict="quiet", times=1200, until="2026-11-22T09:00:00+00:00")
    later = msgspec.structs.replace(idle, until="2026-11-23T09:00:00+00:00")
    assert "Sun 22 Nov 2026, 07:30 to 09:00 [quiet] 1,200 times. Nothing waited in the inbox." == (
        run(idle)
    )
    assert "Sun 22 Nov 2026, 07:30 to Mon 23 Nov 2026, 09:00 [quiet]" in run(later)
    failed = RunRecord(moment=MOMENT, verdict="failed", exit_status=1, error="no room")
    assert "[failed] no room. Took 0.00 s. Exit status 1." in run(failed)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_but_new_has_a_sentence_for_operators(verdict: str) -> None:
    """The counts of a run with new papers need none."""
    line = run(RunRecord(moment=MOMENT, verdict=verdict))
    assert views_status.VERDICT_SENTENCES[verdict] in line
    assert bool(views_status.VERDICT_SENTENCES[verdict]) is (verdict != "new")


@pytest.mark.parametrize("state", ["issued", "open", "empty", "caught up", "missed"])
def test_every_state_of_a_due_date_has_words(state: str) -> None:
    """The states are those that the ledger stores."""
    edition = EditionStatus(
        name="daily", last_due="2026-11-22", last_due_state=state, next_due=MOMENT
    )
    (line, _) = lines(msgspec.structs.replace(STATUS, editions=(edition,)), "edition")
    assert "2026-11-22 is " in line
    assert "None" not in line


def test_long_lists_state_the_number_of_omitted_lines() -> None:
    """Files in quarantine have their age, and rejects their line."""
    bad = QuarantineStatus(dump="bad.txt", reason="why", moment=MOMENT, days=3)
    cut = RejectStatus(dump="page.txt", line=9, reason="cut")
    status = msgspec.structs.replace(
        STATUS, quarantine=(bad,), n_quarantined=5, rejects=(cut,), n_rejected=1300
    )
    advice = "Once you have seen to one, delete its note in quarantine/, beside the ledger."
    assert [
        "bad.txt [] why. Since Sun 22 Nov 2026, 07:30, 3 days.",
        f"And 4 more in quarantine. {advice}",
    ] == lines(status, "quarantine")
    assert ["page.txt, line 9 [] cut", "And 1,299 more rejected."] == lines(status, "rejected")


def test_without_sources_nothing_is_said_of_them() -> None:
    """Most folders have none."""
    kinds = [section.kind for section in views_status.build_view(STATUS).sections]
    assert "fetching" not in kinds


@pytest.mark.parametrize(
    ("tag", "expected", "fields"),
    [
        ("", "No answer yet.", {}),
        ("off", "It is not enabled.", {"enabled": False, "last_answer": MOMENT}),
        (
            "",
            "Last answer Sun 22 Nov 2026, 07:30. Nothing new at the last 12 looks. Next look {at}.",
            {"last_answer": MOMENT, "quiet": 12, "next_look": MOMENT},
        ),
        (
            "",
            "Last answer {at}. Nothing new at the last look.",
            {"last_answer": MOMENT, "quiet": 1},
        ),
        (
            "waiting",
            "No answer yet. Not asked for now: a.org wants to be left alone. Next look {at}.",
            {"reason": "a.org wants to be left alone", "quiet": 3, "next_look": MOMENT},
        ),
        (
            "failing",
            "No answer yet. Failing since {at}, at 1 look: answered 503.",
            {"failing_since": MOMENT, "failures": 1, "reason": "answered 503.", "quiet": 3},
        ),
        (
            "failing",
            "No answer yet. Failing since {at}, at 2 looks.",
            {"failing_since": MOMENT, "failures": 2},
        ),
    ],
)
def test_the_line_of_a_source_says_when_it_answered(
    tag: str, expected: str, fields: dict[str, object]
) -> None:
    """And when it is asked next, since when it fails and why, how long it brought nothing."""
    source = msgspec.convert({"name": "hf", "kind": "hf-daily", **fields}, FetchStatus)
    status = msgspec.structs.replace(STATUS, fetching=(source,))
    facts = expected.format(at="Sun 22 Nov 2026, 07:30")
    assert [f"hf [{tag}] hf-daily. {facts}", ""] == lines(status, "fetching")


def test_a_source_named_like_its_kind_is_named_once() -> None:
    """As `digest init --source` names the first one."""
    source = FetchStatus(name="hf-daily", kind="hf-daily")
    status = msgspec.structs.replace(STATUS, fetching=(source,))
    assert ["hf-daily [] No answer yet.", ""] == lines(status, "fetching")


def test_an_outage_stands_in_the_headline() -> None:
    """A single failed look does not; a run that failed is more urgent."""
    failing = FetchStatus(name="hf", kind="hf-daily", failing_since=MOMENT, failures=1)
    out = msgspec.structs.replace(failing, name="arxiv", outage=True)
    for expected, fields in (
        ("All is well", {"fetching": (failing,)}),
        ("All is well but for 1 source without an answer", {"fetching": (failing, out)}),
        (
            "All is well but for 2 files that could not be read and 2 sources without an answer",
            {"fetching": (out, out), "n_quarantined": 2},
        ),
        ("The last run failed", {"fetching": (out,), "health": "failed"}),
    ):
        status = msgspec.structs.replace(STATUS, **fields)
        assert expected == views_status.build_view(status).headline
