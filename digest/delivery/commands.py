"""Run a program of the operator: no shell, few variables, bounded in time and output.

Does not decide when to run it, and raises nothing when it fails.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, NamedTuple

PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "SSH_AUTH_SOCK")  # variables that every program gets
_NOT_STARTED = 127
_KEPT = 4096  # bytes at the end of the output
GRACE = 5.0  # seconds between SIGTERM and SIGKILL
_PAUSE = 0.2  # seconds between two looks at ``stop``
_LAST_WORDS = 0.5  # seconds to wait for the output of a program that has ended


class Ending(NamedTuple):
    """How a program ended: why it failed, or None, and the end of what it printed.

    ``status`` is its exit status, negative for a signal, 127 (as shells say) if it could not be
    started, or None if it had to be stopped.
    """

    reason: str | None
    output: str
    status: int | None = None


def environment(names: Sequence[str], extra: Mapping[str, str]) -> dict[str, str]:
    """Return those of `PASSED_ON` and ``names`` that are set here, and ``extra``."""
    return {name: os.environ[name] for name in (*PASSED_ON, *names) if name in os.environ} | {
        **extra
    }


def run(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    seconds: float,
    *,
    stop: threading.Event | None = None,
    inherited: int | None = None,
    stdin: IO[bytes] | None = None,
) -> Ending:
    """Run a program in a folder until it ends, ``seconds`` are over, or ``stop`` is set.

    It reads the file ``stdin``, or nothing, and ``variables`` are its whole environment. In the
    last two cases its whole process group is stopped: by SIGTERM, and `GRACE` seconds later by
    SIGKILL. Besides the standard streams it gets the descriptor ``inherited``, if there is one.
    """
    process = None
    try:
        with _late_interrupts():
            process = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
                command,
                cwd=folder,
                env=dict(variables),
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=() if inherited is None else (inherited,),
                start_new_session=True,  # it leads a group, which can be stopped as a whole
            )
        tail = _Tail(process.stdout)
        stopped = _wait(process, seconds, stop or threading.Event())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        return Ending(f"cannot be started: {reason or error}", "", _NOT_STARTED)
    finally:
        # Also when Ctrl-C ends the wait: the program, in another group, has not seen it.
        if process is not None and process.poll() is None:
            _stop_group(process)
    if stopped:
        return Ending(stopped, tail.text())
    return Ending(_reason(process.returncode), tail.text(), process.returncode)


@contextmanager
def _late_interrupts() -> Iterator[None]:
    """Let Ctrl-C take effect at the end of the block, if it comes within.

    In the midst of `subprocess.Popen` it would leave a program that runs and that nobody knows.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield  # Ctrl-C interrupts the main thread alone, and only by a handler of Python
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda *arguments: came.append(arguments))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    for arguments in came[:1]:
        handler(*arguments)


def _wait(process: subprocess.Popen[bytes], seconds: float, stop: threading.Event) -> str | None:
    """Wait for the end of a program; return why it has to be stopped, or None."""
    deadline = time.monotonic() + seconds
    while not stop.is_set():
        left = deadline - time.monotonic()
        if left <= 0:
            return f"was stopped after {seconds:g} s"
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(_PAUSE, left))
            return None
    return "was stopped"


def _reason(status: int) -> str | None:
    if status >= 0:
        return f"exit status {status}" if status else None
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"


def _stop_group(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and all programs it has started, unless they have left its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    # The program may have ended, and not those it has started.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Tail:
    """Reads all that a program prints, so that it never waits, and keeps the end."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream, self._kept = stream, b""
        # A daemon: what the program has started may hold the other end for ever.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def text(self) -> str:
        """Return the last lines that were printed."""
        self._reader.join(_LAST_WORDS)
        kept = self._kept
        if len(kept) == _KEPT:  # begins inside a line
            kept = kept.partition(b"\n")[2] or kept
        return kept.decode(errors="replace").strip()

    def _read(self) -> None:
        stream = self._stream
        if stream is None:
            return
        with stream:
            while chunk := os.read(stream.fileno(), 1 << 16):
                self._kept = (self._kept + chunk)[-_KEPT:]
