"""Publications of real papers, which stay outside: ``make proof DATA=folder``.

The folder holds, as far as the proofs read it, ``seeds/*.txt``, copies of listing pages as text,
and one ``captures/daily-papers-*.jsonl.gz`` with a record a line, as `benchmarks.replay` reads it.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from benchmarks import replay
from tests.proof import trees
from tests.support.folders import Folder

DAYS = 60  # that have papers of their own
MORNING = "2026-11-20T08:00"


def seeds(root: Path, data: Path) -> Folder:
    """All listing pages as one issue."""
    folder = Folder(root)
    for file in sorted((data / "seeds").glob("*.txt")):
        folder.drop(file.name, file.read_bytes())
    done = folder.digest("run", now=MORNING)
    assert done.status in {0, 3}, done  # 3: a page held something that is no paper
    return folder


def days(root: Path, url: str, data: Path) -> trees.Serial:
    """Sixty days one after the other, days without papers between them, and the page to come."""
    (records,) = (data / "captures").glob("daily-papers-*.jsonl.gz")
    by_day = dict(itertools.islice(replay.by_day(records).items(), DAYS + 1))
    *before, (following, page) = itertools.takewhile(
        lambda shown: shown[0] <= max(by_day), replay.pages(by_day)
    )
    folder = Folder(root)
    trees.configure(folder, url)
    for day, answer in before:
        folder.drop(f"daily-papers-{day}.json", answer.encode())
        trees.publish(folder, day)
    return trees.Serial(folder, before[-1][0], following, page.encode())
