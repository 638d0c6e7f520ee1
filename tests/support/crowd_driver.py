"""Start many `digest run --due` at the same moment, day after day.

    python -m tests.support.crowd_driver FOLDER CROWD ROUNDS

Each round is a day: a page with two new papers and one of the day before is dropped, and CROWD
forked processes start at once. Prints their exit statuses, a line of JSON for each round.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date, timedelta
from pathlib import Path

from tests.support.fault_driver import Child, warm_up
from tests.support.folders import Folder, page

FIRST = date(2026, 1, 1)
NEW = 2  # papers a day


def drop(folder: Folder, number: int) -> str:
    """Drop the page of a round, and return its day."""
    day = (FIRST + timedelta(days=number)).isoformat()
    numbers = range(max(0, number * NEW - 1), (number + 1) * NEW)
    folder.drop(f"{day}.txt", page(day, numbers))
    return day


def main() -> None:
    """Run all rounds."""
    root, crowd, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder, scratch = Folder(root), root.parent
    warm_up(root, scratch, ["--now", f"{FIRST}T07:00", "run"])
    for number in range(rounds):
        words = ["--now", f"{drop(folder, number)}T07:00", "run", "--due"]
        reading, writing = os.pipe()

        def wait_for_all(there: int = reading, here: int = writing) -> None:
            os.close(here)
            os.read(there, 1)  # until the parent closes its end

        children = [Child(root, words, wait_for_all) for _ in range(crowd)]
        os.close(writing)
        statuses = [child.end() for child in children]
        os.close(reading)
        sys.stdout.write(f"{json.dumps(statuses)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
