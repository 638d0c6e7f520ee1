"""K4: ten editions with filters and 200 topics against one edition with the shipped topics."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import measure, vocabulary, working_folders
from digest import settings
from digest.operations import run

_PAPERS = 1000  # new ones a day
_DAYS = 4  # the first one warms up
_TOPICS, _PHRASES = 200, 12
_EDITIONS = 10


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure the processor time of runs in turn, because the other figures depend on the disk."""
    one, ten = away / "one-edition", away / "ten-editions"
    working_folders.without_backups(one)
    working_folders.without_backups(ten)
    _write_editions(ten)
    ratios = []
    for day in range(1, _DAYS + 1):
        numbers = range(day * _PAPERS, (day + 1) * _PAPERS)
        for folder in (one, ten):
            working_folders.drop(folder, f"{day}.txt", numbers)
        ratios.append(_seconds(ten, day) / _seconds(one, day))
    measured = statistics.median(ratios[1:])
    yield measure.at_most("K4", "1,000 new: 10 editions, 200 topics / one, shipped", 2, measured)


def _write_editions(folder: Path) -> None:
    """Write topics of invented phrases, and editions that each have some of them."""
    draw = random.Random(4)
    words = sorted({word for area in vocabulary.AREAS for part in area for word in part})
    topics = (
        f'[[topic]]\nid = "t{number}"\nname = "Topic {number}"\n'
        f'words = ["{", ".join(draw.sample(words, _PHRASES))}"]\n'
        for number in range(_TOPICS)
    )
    (folder / "config" / "topics.toml").write_text("".join(topics), encoding="utf-8")
    with (folder / "config" / "digest.toml").open("a", encoding="utf-8") as file:
        for number in range(_EDITIONS):
            own = [f"t{topic}" for topic in range(number, _TOPICS, _EDITIONS)]
            include, exclude = (draw.sample(words, 3) for _ in range(2))
            file.write(
                f'[[edition]]\nname = "e{number}"\ntopics = {own}\n'
                f"include = {include}\nexclude = {exclude}\n".replace("'", '"')
            )


def _seconds(folder: Path, day: int) -> float:
    """Return the processor time of a run in seconds."""
    loaded = settings.load(folder)
    gc.collect()
    start = time.process_time()
    run.run(loaded, datetime(2026, 12, day, 7, tzinfo=UTC))
    return time.process_time() - start
