"""`digest` as processes of their own, several at once."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from tests.support.folders import MINUTE, Folder


def start(folder: Folder, *words: str) -> subprocess.Popen[bytes]:
    """`digest` in the background."""
    pipe = subprocess.PIPE
    return subprocess.Popen([*folder.command(), *words], stdout=pipe, stderr=pipe, env={})


def finish(processes: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Their exit statuses, none of them a failure."""
    statuses = []
    for process in processes:
        _, said = process.communicate(timeout=MINUTE)
        assert process.returncode in (0, 3), said.decode()
        assert b"Traceback" not in said
        statuses.append(process.returncode)
    return statuses
