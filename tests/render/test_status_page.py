"""The state of a working folder in words."""

from __future__ import annotations

import msgspec
import pytest

from digest.model.issues import VERDICTS, Accounting
from digest.model.status import EditionStatus, QuarantineStatus, RejectStatus, RunRecord, Status
from digest.render.site.views import status as views_status
from tests.support.builders import MOMENT

STATUS = Status(health="ok", stale=False, moment=MOMENT, timezone="UTC", version="1")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 minutes"), (89, "1 minute"), (7199, "120 minutes"), (7200, "2 hours"),
        (172_799, "48 hours"), (172_800, "2 days"), (10**7, "116 days"),
    ],
)  # fmt: skip
def test_a_span_has_one_fitting_unit(seconds: int, expected: str) -> None:
    """Minutes up to two hours, hours up to two days."""
    assert expected == views_status.span(seconds)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "1 byte"), (999, "999 bytes"), (14_210, "14.2 kB"), (3 * 10**6, "3.0 MB"),
     (12 * 10**9, "12.0 GB")],
)  # fmt: skip
def test_a_size_has_one_fitting_unit(number: int, expected: str) -> None:
    """By thousands, as disks count."""
    assert expected == views_status.size(number)


def lines(status: Status, kind: str) -> list[str]:
    """What stands in a section."""
    (found,) = [one for one in views_status.view(status).sections if one.kind == kind]
    return [f"{line.name} [{line.tag}] {line.facts}" for line in found.lines] + [found.more]


def run(ran: RunRecord) -> str:
    """How one run is told."""
    return lines(msgspec.structs.replace(STATUS, runs=(ran,)), "run")[0]


def test_runs() -> None:
    """One that did something, several that did not (also over midnight), one that failed."""
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
def test_every_verdict_has_its_sentence_for_operators(verdict: str) -> None:
    """But for "new", whose counts say it."""
    said = run(RunRecord(moment=MOMENT, verdict=verdict))
    assert views_status.SAID[verdict] in said
    assert bool(views_status.SAID[verdict]) is (verdict != "new")


@pytest.mark.parametrize("state", ["issued", "open", "empty", "caught up", "missed"])
def test_every_state_of_a_date_has_its_words(state: str) -> None:
    """As the ledger knows them."""
    edition = EditionStatus(
        name="daily", last_due="2026-11-22", last_due_state=state, next_due=MOMENT
    )
    (line, _) = lines(msgspec.structs.replace(STATUS, editions=(edition,)), "edition")
    assert "2026-11-22 is " in line
    assert "None" not in line


def test_long_lists_say_how_much_is_left_out() -> None:
    """Files in quarantine with how long they are there, and rejects with their line."""
    bad = QuarantineStatus(dump="bad.txt", reason="why", moment=MOMENT, days=3)
    cut = RejectStatus(dump="page.txt", line=9, reason="cut")
    status = msgspec.structs.replace(
        STATUS, quarantine=(bad,), n_quarantined=5, rejects=(cut,), n_rejected=1300
    )
    seen_to = "Once you have seen to one, delete its note in quarantine/, beside the ledger."
    assert [
        "bad.txt [] why. Since Sun 22 Nov 2026, 07:30, 3 days.",
        f"And 4 more in quarantine. {seen_to}",
    ] == lines(status, "quarantine")
    assert ["page.txt, line 9 [] cut", "And 1,299 more rejected."] == lines(status, "rejected")
