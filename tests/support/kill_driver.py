"""Kill `digest` at random moments by a signal of another process, and run it again.

    python -m tests.support.kill_driver FOLDER SCRATCH ROUNDS WORD...

For each round n: a copy of FOLDER in SCRATCH/n, `digest WORD...` ended by SIGKILL after a time
drawn from how long an unbroken one takes, a copy of the output as it then is in SCRATCH/n.broken,
and `digest WORD...` once more. Prints a line of JSON for each. The process is not watched or
slowed down, and syncs with the disk as it always does.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from tests.support.fault_driver import Child, in_child, warm_up


def nothing() -> None:
    """Change nothing in the process before it runs."""


def run_killed(folder: Path, scratch: Path, number: int, words: list[str], after: float) -> Any:
    """Run once and kill it after ``after`` seconds, then run again; return a row for the report.

    ``first`` and ``again`` in it are the exit statuses, below 0 for a signal.
    """
    root = scratch / str(number)
    shutil.copytree(folder, root, symlinks=True)
    child = Child(root, words, nothing)
    time.sleep(after)
    child.kill()
    first, message = child.end()
    shutil.copytree(root / "output", scratch / f"{number}.broken")
    again, _ = in_child(root, words, nothing)
    return {"number": number, "after": after, "first": first, "said": message, "again": again}


def main() -> None:
    """Run all rounds."""
    folder, scratch, rounds, *words = sys.argv[1:]
    warm_up(Path(folder), Path(scratch), words)
    shutil.copytree(folder, Path(scratch, "unbroken"), symlinks=True)
    started = time.perf_counter()
    in_child(Path(scratch, "unbroken"), words, nothing)
    longest = 1.1 * (time.perf_counter() - started)
    dice = random.Random(7)
    for number in range(int(rounds)):
        after = dice.uniform(0, longest)
        outcome = run_killed(Path(folder), Path(scratch), number, words, after)
        sys.stdout.write(f"{json.dumps(outcome)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
