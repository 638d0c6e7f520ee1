"""The history of runs, and the notices that were sent."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from digest.model.issues import Accounting
from digest.model.settings import NOTICES
from digest.model.status import FAILED, RunRecord
from digest.storage import run_history, staging

IDLE = RunRecord(moment="2026-11-22T07:00:00+00:00", verdict="quiet")
BUSY = RunRecord(moment="2026-11-22T07:01:00+00:00", verdict="new", accounting=Accounting(dumps=1))
BROKEN = RunRecord(
    moment="2026-11-22T07:02:00+00:00", verdict=FAILED, exit_status=1, error="no room"
)


def at(run: RunRecord, minute: int) -> RunRecord:
    """Return the same run at another minute."""
    return msgspec.structs.replace(run, moment=f"2026-11-22T08:{minute:02}:00+00:00")


def test_runs_come_back_newest_first(tmp_path: Path) -> None:
    """There are at most as many as asked for, and none before the first run."""
    assert [] == run_history.runs(tmp_path, 5)
    for run in (IDLE, BUSY, BROKEN):
        run_history.remember(tmp_path, run)
    assert [BROKEN, BUSY, IDLE] == run_history.runs(tmp_path, 5)
    assert [BROKEN] == run_history.runs(tmp_path, 1)


def test_consecutive_idle_runs_share_a_line(tmp_path: Path) -> None:
    """An hour of a run per minute is one line with the first and the last moment."""
    run_history.remember(tmp_path, BUSY)
    for minute in range(60):
        run_history.remember(tmp_path, at(IDLE, minute))
    idle, busy = run_history.runs(tmp_path, 5)
    assert BUSY == busy
    assert (60, "2026-11-22T08:00:00+00:00") == (idle.times, idle.moment)
    assert "2026-11-22T08:59:00+00:00" == idle.until == idle.last
    assert 2 == (tmp_path / run_history.RUNS).read_bytes().count(b"\n")


def test_consecutive_equal_failures_share_a_line(tmp_path: Path) -> None:
    """Different failures do not, and two runs that each did something do not."""
    other = RunRecord(moment="x", verdict=FAILED, exit_status=1, error="another")
    for run in (BROKEN, at(BROKEN, 1), other, BUSY, BUSY):
        run_history.remember(tmp_path, run)
    assert [1, 1, 1, 2] == [run.times for run in run_history.runs(tmp_path, 9)]


def test_an_idle_run_with_another_verdict_has_its_own_line(tmp_path: Path) -> None:
    """Here the verdict changes from quiet to no-input."""
    silent = RunRecord(moment="2026-11-22T07:01:00+00:00", verdict="no-input", exit_status=4)
    for run in (IDLE, silent, at(silent, 5)):
        run_history.remember(tmp_path, run)
    assert [("no-input", 2), ("quiet", 1)] == [
        (run.verdict, run.times) for run in run_history.runs(tmp_path, 9)
    ]


@pytest.mark.parametrize(
    "torn",
    [
        b'{"moment":"2026',
        b"\x00\xff",
        b"[]\n",
        b"{}\n",
        b'{"error":"' + b"x" * 20_000,
        bytes(17_000),
    ],
)
def test_a_torn_line_is_skipped(tmp_path: Path, torn: bytes) -> None:
    """A power cut in the middle of a line loses that line only."""
    run_history.remember(tmp_path, BUSY)
    with (tmp_path / run_history.RUNS).open("ab") as file:
        file.write(torn)
    assert [BUSY] == run_history.runs(tmp_path, 5)
    run_history.remember(tmp_path, BROKEN)
    assert [BROKEN, BUSY] == run_history.runs(tmp_path, 5)


def test_the_history_has_a_greatest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it the older half is dropped, and the newest run stays."""
    monkeypatch.setattr(run_history, "MAX_BYTES", 4000)
    sizes = []
    for minute in range(60):
        run_history.remember(tmp_path, at(BUSY, minute))
        sizes.append((tmp_path / run_history.RUNS).stat().st_size)
        assert at(BUSY, minute) == run_history.runs(tmp_path, 1)[0]
    assert max(sizes) < 4000 + 2 * sizes[0]
    files = {file.name for file in tmp_path.iterdir()}
    assert {run_history.RUNS, staging.KEY} == files


def test_notices_are_remembered(tmp_path: Path) -> None:
    """When their file is missing or damaged, there are none."""
    assert {} == run_history.notices(tmp_path)
    run_history.set_notices(tmp_path, {"failed": IDLE.moment})
    assert {"failed": IDLE.moment} == run_history.notices(tmp_path)
    (tmp_path / run_history.NOTICES).write_bytes(b"\x00")
    assert {} == run_history.notices(tmp_path)


def test_notices_are_overwritten_in_their_file(tmp_path: Path) -> None:
    """It keeps its inode and its size for all kinds of notices, as the disk may be full."""
    run_history.set_notices(tmp_path, {})
    before = (tmp_path / run_history.NOTICES).stat()
    sent = dict.fromkeys(NOTICES, IDLE.moment)
    run_history.set_notices(tmp_path, sent)
    after = (tmp_path / run_history.NOTICES).stat()
    assert sent == run_history.notices(tmp_path)
    assert (before.st_ino, before.st_size) == (after.st_ino, after.st_size)
    assert [run_history.NOTICES] == [file.name for file in tmp_path.iterdir()]


def test_notices_that_need_more_room_leave_nothing_behind(tmp_path: Path) -> None:
    """The file is written over and never shortened: many sources, and then none."""
    many = {f"source {number:0100}": IDLE.moment for number in range(100)}
    run_history.set_notices(tmp_path, many)
    assert many == run_history.notices(tmp_path)
    run_history.set_notices(tmp_path, {"failed": IDLE.moment})
    assert {"failed": IDLE.moment} == run_history.notices(tmp_path)
