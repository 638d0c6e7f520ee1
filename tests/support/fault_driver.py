"""End `digest` at every step of a run in turn, and then run it again.

    python -m tests.support.fault_driver FOLDER SCRATCH KIND FIRST STRIDE WORD... [--then WORD...]

For each fault n = FIRST, FIRST + STRIDE, ...: a copy of FOLDER in SCRATCH/n, `digest WORD...`
with the fault in it, a copy of the output as it then is in SCRATCH/n.broken, and `digest WORD...`
once more without the fault, with the words after `--then` if there are any. Prints a line of JSON
for each, and ends after the first run that ends before its fault. The product itself is not
changed: steps are Python's audit events, calls of `os.fsync` and SQL statements. Nothing is really
synced with the disk: syncs take most of the time, and the kernel keeps everything a killed process
has written.

    kill    SIGKILL before the n-th opening to write, rename, removal, begin or commit
    deep    the same, and before every sync and every SQL statement that writes
    cut     no file may grow beyond n * 4096 bytes: SIGXFSZ in the middle of that write
    full    the same, but the write fails as on a full disk
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from digest.cli import main as cli_main

FILE_STEPS = ("os.rename", "os.remove", "os.mkdir", "shutil.copyfile")
# Events that change nothing: making a folder that exists, removing a file that does not.
IDLE = {"os.mkdir": True, "os.remove": False}
LOOKING = ("SELECT", "PRAGMA")
PIECE = 4096  # bytes by which the limit grows from fault to fault
MOST = 1000  # faults: many more than a run has steps


class Steps:
    """Counts the steps of this process in a folder, and kills it before step number ``last``.

    Steps are counted from 0, so with -1 they are only counted. The last one is written to ``log``.
    """

    def __init__(self, root: Path, last: int, log: Path) -> None:
        self.root, self.last, self.log, self.count = f"{root}{os.sep}", last, log, 0

    def step(self, what: str) -> None:
        """Count the step that comes now; if it is the last, log it and kill the process instead."""
        if self.count == self.last:
            self.log.write_text(what, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def watch(self, *, deep: bool = False) -> None:
        """Count from now on in this process; with ``deep`` also syncs and writing statements."""
        sys.addaudithook(self._audit)
        vars(os)["fsync"] = lambda _: self.step("fsync") if deep else None
        counting = _counting(self.step, deep=deep)
        vars(sqlite3)["connect"] = functools.partial(sqlite3.connect, factory=counting)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        writes = (
            event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if (writes or event in FILE_STEPS) and str(args[0]).startswith(self.root):
            idle = event in IDLE and Path(args[0]).exists() is IDLE[event]
            if not idle:
                self.step(f"{event} {args[0]}")


def _counting(step: Callable[[str], None], *, deep: bool) -> type[sqlite3.Connection]:
    class Counting(sqlite3.Connection):
        def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            self._watch(sql)
            return super().execute(_unsynchronised(sql), *rest)

        def executemany(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            self._watch(sql)
            return super().executemany(sql, *rest)

        def _watch(self, sql: str) -> None:
            # A write inside a transaction changes nothing lasting before the COMMIT.
            is_lasting = not self.in_transaction or sql == "COMMIT"
            if (deep or is_lasting) and not sql.lstrip().startswith(LOOKING):
                step(sql)

    return Counting


def _unsynchronised(sql: str) -> str:
    return "PRAGMA synchronous = OFF" if sql.startswith("PRAGMA synchronous") else sql


def limit(size: int, *, kill: bool) -> None:
    """Let no file of this process grow beyond ``size`` bytes.

    A larger write kills the process if ``kill``, else it fails with an `OSError`.
    """
    # Of a larger module Python would leave half the bytecode, which no later process can import.
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if kill else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class Child:
    """A forked `digest`. It prints to a pipe, to which the limit on files does not apply."""

    def __init__(self, root: Path, words: list[str], before: Callable[[], None]) -> None:
        reading, writing = os.pipe()
        self.process = os.fork()
        if not self.process:
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            _digest(root, words, before)
        os.close(writing)
        self.printed = os.fdopen(reading, encoding="utf-8")

    def kill(self) -> None:
        """Send SIGKILL; a process that has ended by itself is still there until `end`."""
        os.kill(self.process, signal.SIGKILL)

    def end(self) -> tuple[int, str]:
        """Return its exit status (below 0 the signal that ended it) and what it printed."""
        with self.printed:
            output = self.printed.read()
        _, status = os.waitpid(self.process, 0)
        return os.waitstatus_to_exitcode(status), output


def in_child(root: Path, words: list[str], before: Callable[[], None]) -> tuple[int, str]:
    """Run `digest` in a forked process; return its exit status and what it printed."""
    return Child(root, words, before).end()


def _digest(root: Path, words: list[str], before: Callable[[], None]) -> NoReturn:
    sys.argv = ["digest", "--root", str(root), *words]
    status = 70  # of an unexpected error
    try:
        before()
        cli_main.main()
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    except BaseException:  # noqa: BLE001 - the parent reports it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def run_broken(
    folder: Path, scratch: Path, kind: str, number: int, words: list[str], then: list[str]
) -> dict[str, Any]:
    """Run once with fault number ``number``, then ``then`` without; return a row for the report.

    ``first`` and ``again`` in it are the exit statuses, below 0 for a signal, and ``said`` is the
    output of the first run.
    """
    root, log = scratch / str(number), scratch / f"{number}.step"
    shutil.copytree(folder, root, symlinks=True)
    if kind in {"kill", "deep"}:
        before = functools.partial(Steps(root, number, log).watch, deep=kind == "deep")
    else:
        before = functools.partial(limit, number * PIECE, kill=kind == "cut")
    first, message = in_child(root, words, before)
    shutil.copytree(root / "output", scratch / f"{number}.broken", dirs_exist_ok=True)
    again, _ = in_child(root, then, Steps(root, -1, log).watch)
    step = log.read_text("utf-8") if log.exists() else ""
    return {"number": number, "step": step, "first": first, "said": message, "again": again}


def warm_up(folder: Path, scratch: Path, words: list[str]) -> None:
    """Run once in this process, so that forked children need not import anything."""
    shutil.copytree(folder, scratch / "warm", symlinks=True)
    sys.argv = ["digest", "-q", "--root", str(scratch / "warm"), *words]
    with contextlib.suppress(SystemExit), contextlib.redirect_stderr(None):
        cli_main.main()


def main() -> None:
    """Run with fault after fault until a run ends before its fault."""
    folder, scratch, kind, first, stride, *words = sys.argv[1:]
    place = words.index("--then") if "--then" in words else len(words)
    words, then = words[:place], words[place + 1 :] or words
    warm_up(Path(folder), Path(scratch), words)
    for number in range(int(first), MOST, int(stride)):
        outcome = run_broken(Path(folder), Path(scratch), kind, number, words, then)
        sys.stdout.write(f"{json.dumps(outcome)}\n")
        sys.stdout.flush()
        if outcome["first"] in (0, 3) or (kind != "full" and outcome["first"] > 0):
            return
    sys.exit("no end of faults")


if __name__ == "__main__":
    main()
