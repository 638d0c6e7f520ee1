"""Start processes one by one, and report the time, CPU time and peak memory of each.

Linux counts the memory of the parent at the start into the peak memory of a process. The
benchmarks hold large corpora, so they let this small process start theirs. It reads one JSON
list of arguments a line, and writes exit status, seconds, CPU seconds, KiB and errors as one
JSON line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Start processes until standard input ends."""
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
        errors = process.stderr.read().decode() if process.stderr else ""
        cpu = usage.ru_utime + usage.ru_stime
        result = (os.waitstatus_to_exitcode(status), seconds, cpu, usage.ru_maxrss, errors)
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
