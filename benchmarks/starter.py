"""Starts processes one by one and says what each cost; stays small itself.

The system counts to a process's peak memory what the one that started it held at that
moment. So benchmarks, which hold whole corpora, have this one start theirs. Reads a JSON
list of arguments a line, writes exit status, seconds, KiB and errors as JSON a line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Until standard input ends."""
    for line in sys.stdin:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *json.loads(line)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        said = process.stderr.read().decode() if process.stderr else ""
        result = (os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss, said)
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
