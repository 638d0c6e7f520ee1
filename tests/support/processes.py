"""Start `digest` processes in the background, to run several at once."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from tests.support.folders import MINUTE, Folder


def start(folder: Folder, *words: str) -> subprocess.Popen[bytes]:
    """Start `digest` in the background."""
    pipe = subprocess.PIPE
    return subprocess.Popen([*folder.command(), *words], stdout=pipe, stderr=pipe, env={})


def finish(processes: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Wait for the processes and return their exit statuses, each of which must be 0 or 3."""
    statuses = []
    for process in processes:
        _, errors = process.communicate(timeout=MINUTE)
        assert process.returncode in (0, 3), errors.decode()
        assert b"Traceback" not in errors
        statuses.append(process.returncode)
    return statuses
