"""``make bench``: every ratio of the design with its target, measured now on this machine.

Ratios are medians of interleaved pairs. Exit status 1 when one is over its target. With a
folder of real papers (``make bench DATA=folder``) also what the order of papers is worth;
``python -m benchmarks.bench --parts`` tells instead what each part of a run costs.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import (
    bench_archive,
    bench_backup,
    bench_dialects,
    bench_interest,
    bench_likeness,
    bench_parse,
    bench_process,
    bench_rebuild,
    bench_render,
    bench_topics,
    parts,
)
from benchmarks.measure import Row

Measured = Callable[[Path], Iterator[Row]]
SUITES: tuple[Measured, ...] = (
    bench_parse.rows,
    bench_dialects.rows,
    bench_process.rows,
    bench_archive.rows,
    bench_backup.rows,
    bench_topics.rows,
    bench_render.rows,
    bench_rebuild.rows,
    bench_likeness.rows,
)


def main() -> int:
    """Prints one line a ratio; with ``--parts`` one a part."""
    if sys.argv[1:] == ["--parts"]:
        return _parts()
    over = 0
    with tempfile.TemporaryDirectory(prefix="papers-digest-bench-") as away:
        tasks = [(suite, Path(away)) for suite in SUITES]
        tasks += [(bench_interest.rows, Path(folder)) for folder in sys.argv[1:]]
        for row in _measured(tasks):
            print(row, flush=True)
            over += not row.kept
    return 1 if over else 0


def _measured(tasks: Sequence[tuple[Measured, Path]]) -> Iterator[Row]:
    """Each suite in a process of its own: what one leaves in memory slows the next."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as alone:
        for suite, folder in tasks:
            yield from alone.submit(_rows, suite, folder).result()


def _rows(suite: Measured, folder: Path) -> list[Row]:
    return list(suite(folder))


def _parts() -> int:
    with tempfile.TemporaryDirectory(prefix="papers-digest-parts-") as away:
        for line in parts.lines(Path(away)):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
