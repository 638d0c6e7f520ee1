"""P1: the plain-text reader against two lower bounds for reading the same file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import corpus, measure
from benchmarks.working_folders import DAY
from digest import parsers
from digest.storage import inbox


def rows(away: Path) -> Iterator[measure.Row]:
    """Compare the reader with both lower bounds, on pages of 10,000 and 100,000 papers."""
    for count in (10_000, 100_000):
        file = away / "page.txt"
        with file.open("w", encoding="utf-8") as page:
            page.writelines(corpus.plain_text(corpus.papers(count), DAY))
        rounds = 7 if count < 50_000 else 5
        parse = partial(_parse, file)
        lines = measure.ratio(partial(_keep_lines, file), parse, rounds)
        split = measure.ratio(partial(_split_whole, file), parse, rounds)
        yield measure.at_least("P1", f"keeping the lines / parsing, {count:,} papers", 0.5, lines)
        yield measure.at_least("P1", f"read, decode, split / parsing, {count:,}", 0.9, split)
        file.unlink()


def _parse(file: Path) -> int:
    """Read the file as a run does, with the temporary file for many sightings."""
    with file.open("rb") as stream:
        return len(parsers.read_dump(file.name, stream, spill_factory=inbox.unnamed_file).sightings)


def _keep_lines(file: Path) -> int:
    with file.open(encoding="utf-8") as stream:
        return len(list(stream))


def _split_whole(file: Path) -> int:
    return len(file.read_bytes().decode().split("\n"))
