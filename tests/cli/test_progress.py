"""How far a long run is: told to whoever watches, shown on a terminal only."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime

from digest import settings
from digest.operations import run
from tests.support.folders import Folder, page

_AT_ONCE = "from digest.cli import main, progress; progress._PATIENCE = 0.0; main.main()"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_each_long_step_is_told_to_its_end(folder: Folder) -> None:
    """Files read, papers placed, issues rendered; each count ends at its total."""
    told: list[tuple[str, int, int]] = []
    for day, numbers in (("2026-11-20", range(4)), ("2026-11-21", range(4, 9))):
        folder.drop(f"{day}.txt", page(day, numbers))
    run.run(settings.load(folder.root), NOW, progress=lambda *step: told.append(step))
    assert [("files", 1, 2), ("files", 2, 2)] == [step for step in told if step[0] == "files"]
    assert ("papers", 9, 9) in told
    assert ("issues", 1, 1) in told


def test_a_pipe_sees_no_bar(folder: Folder) -> None:
    """Standard error stays empty when it is no terminal."""
    folder.drop("a.txt", page("2026-11-20", range(3)))
    assert "" == folder.process("run", now="2026-11-22T08:00").err


def test_a_terminal_sees_one_when_it_takes_long(folder: Folder) -> None:
    """A bar on standard error once patience is over, and standard output is as ever."""
    folder.drop("a.txt", page("2026-11-20", range(20)))
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _AT_ONCE, "--root", str(folder.root), "run"],
        stdout=subprocess.PIPE,
        stderr=follower,
        env={"TERM": "xterm"},
    ) as process:
        os.close(follower)
        shown = _all(leader)
        out = process.stdout.read().decode() if process.stdout else ""
    assert b"papers" in shown
    assert "20 new" in out


def _all(leader: int) -> bytes:
    """What was written to a terminal until its last writer has gone."""
    shown = b""
    try:
        while piece := os.read(leader, 65536):
            shown += piece
    except OSError:  # how Linux says that nobody writes any more
        pass
    os.close(leader)
    return shown
