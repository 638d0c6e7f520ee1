"""An interactive shell on a terminal of its own, to type into."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tests.support.folders import MINUTE


class Shell:
    """A running shell, and all that it has shown so far."""

    def __init__(self, terminal: int) -> None:
        self.terminal, self.shown = terminal, ""

    def type(self, keys: str, expected: str) -> None:
        """Type keys and wait until what is shown after them contains ``expected``."""
        begin = len(self.shown)
        os.write(self.terminal, keys.encode())
        deadline = time.monotonic() + MINUTE
        while expected not in self.shown[begin:]:
            ready, _, _ = select.select([self.terminal], [], [], deadline - time.monotonic())
            assert ready, self.shown
            self.shown += os.read(self.terminal, 65_536).decode(errors="replace")


@contextmanager
def shell(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Shell]:
    """Start an interactive shell for a block, and end it."""
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        command, stdin=inside, stdout=inside, stderr=inside, env=environment, start_new_session=True
    ) as process:
        os.close(inside)
        try:
            yield Shell(terminal)
        finally:
            process.kill()
            os.close(terminal)
