"""The progress of a long run: a callback, and a bar on a terminal only."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime

from digest import settings
from digest.operations import run
from tests.support.folders import Folder, page

_AT_ONCE = "from digest.cli import main, progress; progress._DELAY = 0.0; main.main()"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_each_long_step_reports_progress_to_its_end(folder: Folder) -> None:
    """Files, papers and issues are counted, each up to its total."""
    steps: list[tuple[str, int, int]] = []
    for day, numbers in (("2026-11-20", range(4)), ("2026-11-21", range(4, 9))):
        folder.drop(f"{day}.txt", page(day, numbers))
    run.run(settings.load(folder.root), NOW, watch=lambda *step: steps.append(step))
    assert [("files", 1, 2), ("files", 2, 2)] == [step for step in steps if step[0] == "files"]
    assert ("papers", 9, 9) in steps
    assert ("issues", 1, 1) in steps


def test_a_pipe_sees_no_bar(folder: Folder) -> None:
    """Standard error stays empty if it is no terminal."""
    folder.drop("a.txt", page("2026-11-20", range(3)))
    assert "" == folder.process("run", now="2026-11-22T08:00").err


def test_a_terminal_sees_a_bar_in_a_long_run(folder: Folder) -> None:
    """The bar is on standard error, and standard output has the report."""
    folder.drop("a.txt", page("2026-11-20", range(20)))
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _AT_ONCE, "--root", str(folder.root), "run"],
        stdout=subprocess.PIPE,
        stderr=follower,
        env={"TERM": "xterm"},
    ) as process:
        os.close(follower)
        screen = _read_all(leader)
        out = process.stdout.read().decode() if process.stdout else ""
    assert b"papers" in screen
    assert "20 new" in out


def _read_all(leader: int) -> bytes:
    """Read what is written to a terminal until its last writer closes it."""
    output = b""
    try:
        while piece := os.read(leader, 65536):
            output += piece
    except OSError:  # Linux reports the last writer's close as an error
        pass
    os.close(leader)
    return output
