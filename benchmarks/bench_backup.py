"""B1: the cost of a backup, which the first run of a day with new papers makes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import measure, working_folders
from digest.storage.ledger import backups, database

_MOMENT = datetime(2026, 11, 20, 7, tzinfo=UTC)
_YEARS = 40_000  # papers: ten years of the Daily Papers


def rows(away: Path) -> Iterator[measure.Row]:
    """Compare a backup, which includes a check of the copy, with a plain copy and a sync."""
    folder = away / "backups"
    working_folders.with_titles(folder, _YEARS)
    with closing(database.open_to_write(folder / "state")) as ledger:
        ratio = measure.ratio(
            lambda: backups.make(ledger, folder / "state", _MOMENT).unlink(),
            lambda: _plain(folder / "state" / database.FILE, folder / "copy"),
        )
    yield measure.at_most("B1", "40,000 papers: checked backup / cp and sync", 20, ratio)


def _plain(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb") as copied:
        os.fsync(copied.fileno())
    target.unlink()
