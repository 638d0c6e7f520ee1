"""Run a program in a terminal of its own, and read what it draws."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Iterable, Iterator
from pathlib import Path

ROWS, COLUMNS = 200, 400
QUIET = 1.0  # seconds without output, after which the program has drawn everything
REDRAW = b"\x0c"
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>78])")


def lines_shown(command: Iterable[str], keys: Iterable[bytes], home: Path) -> list[str]:
    """Start a program, press keys, let it draw its screen anew, and return its lines.

    The program gets a home folder of its own. It is killed at the end.
    """
    process, terminal = pty.fork()
    if process == 0:
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
        words = list(command)
        os.execvpe(words[0], words, env)
    try:
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
        drawn = b"".join(_output(terminal))
        for key in (*keys, REDRAW):
            os.write(terminal, key)
            drawn = b"".join(_output(terminal))
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
    # A line ends where the cursor is moved to another one.
    text = re.sub(r"\x1b\[[0-9]+(?:;[0-9]+)?[dH]", "\n", drawn.decode("utf-8", "replace"))
    return [line.strip() for line in _ESCAPE.sub("", text).replace("\r", "\n").split("\n")]


def _output(terminal: int) -> Iterator[bytes]:
    while select.select([terminal], [], [], QUIET)[0]:
        yield os.read(terminal, 1 << 16)
