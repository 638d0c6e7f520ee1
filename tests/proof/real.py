"""Make publications of real papers, for ``make proof DATA=folder``.

Real papers are not in this repository. Two parts of the folder are read: ``seeds/*.txt``, copies
of listing pages as text, and one ``captures/daily-papers-*.jsonl.gz``, in the form that
`benchmarks.replay` reads.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from benchmarks import replay
from tests.proof import trees
from tests.support.folders import Folder

DAYS = 60  # days that have records; days without any may lie between them
MORNING = "2026-11-20T08:00"


def seeds(root: Path, data: Path) -> Folder:
    """Make a publication of one issue with the papers of all listing pages."""
    folder = Folder(root)
    for file in sorted((data / "seeds").glob("*.txt")):
        folder.drop(file.name, file.read_bytes())
    result = folder.digest("run", now=MORNING)
    assert result.status in {0, 3}, result  # 3: a record could not be completed
    return folder


def days(root: Path, url: str, data: Path) -> trees.Serial:
    """Publish sixty days with papers one after the other.

    Returns the publication with the page of the day after them, which is not dropped yet.
    """
    (records,) = (data / "captures").glob("daily-papers-*.jsonl.gz")
    by_day = dict(itertools.islice(replay.by_day(records).items(), DAYS + 1))
    *before, (following, page) = itertools.takewhile(
        lambda dated_page: dated_page[0] <= max(by_day), replay.pages(by_day)
    )
    folder = Folder(root)
    trees.configure(folder, url)
    for day, answer in before:
        folder.drop(f"daily-papers-{day}.json", answer.encode())
        trees.publish(folder, day)
    return trees.Serial(folder, before[-1][0], following, page.encode())
