"""``make bench``: measure every ratio that has a target, on this machine.

Most ratios are medians of pairs of runs in turn. The exit status is 1 if one misses its target.
With a folder of real papers (``make bench DATA=folder``) it also measures the headings and the
order of papers, their teasers and the terms of issues, and with ``make bench MONTH=1`` a month of
a thousand papers a day, which takes minutes. ``python -m benchmarks.bench --parts`` prints the
cost of each part of a run instead.

A row begins with the name of its target:

    P1, P2  reading a page as plain text     B1, B2  backups; backfill (`benchmarks.replay`)
    D1      reading each format              W1      writing pages and feeds, and a rebuild
    C1, C2  a whole run, and its imports     T1      placing papers under topics
    S3      a run with a large archive       N1      finding near copies
    K1, K2  a month of 1,000 papers a day   K3      a day against a naive script
    K4      many editions with many topics  M1, M2  mails: made, and sent; M3 posts
    V1-V3   a search on the server

With real papers:

    T2      headings against readers        I1, I2  the order of papers
    E1, E2  teasers                         E3      terms
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import (
    arxiv_month,
    bench_archive,
    bench_backup,
    bench_editions,
    bench_formats,
    bench_mail,
    bench_naive,
    bench_parse,
    bench_placing,
    bench_process,
    bench_profile,
    bench_rebuild,
    bench_render,
    bench_similarity,
    bench_teaser,
    bench_terms,
    bench_topics,
    bench_web,
    parts,
)
from benchmarks.measure import Row

Suite = Callable[[Path], Iterator[Row]]
SUITES: tuple[Suite, ...] = (
    bench_parse.rows,
    bench_formats.rows,
    bench_process.rows,
    bench_archive.rows,
    bench_backup.rows,
    bench_topics.rows,
    bench_editions.rows,
    bench_naive.rows,
    bench_render.rows,
    bench_rebuild.rows,
    bench_similarity.rows,
    bench_mail.rows,
    bench_web.rows,
)


def main() -> int:
    """Print one line for each ratio, or with ``--parts`` for each part; return the exit status."""
    if sys.argv[1:] == ["--parts"]:
        return _parts()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="papers-digest-bench-") as away:
        tasks = [(suite, Path(away)) for suite in SUITES]
        month, folders = sys.argv[1:2] == ["--month"], sys.argv[1:]
        real = (bench_placing.rows, bench_profile.rows, bench_teaser.rows, bench_terms.rows)
        tasks += [(suite, Path(folder)) for folder in folders[month:] for suite in real]
        tasks += [(arxiv_month.rows, Path(away))] * month
        for row in _measured(tasks):
            print(row, flush=True)
            missed += not row.is_met
    return 1 if missed else 0


def _measured(tasks: Sequence[tuple[Suite, Path]]) -> Iterator[Row]:
    """Yield the rows of each suite, run in a process of its own.

    In one process, the memory that a suite leaves behind would slow down the next one.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        for suite, folder in tasks:
            yield from pool.submit(_rows, suite, folder).result()


def _rows(suite: Suite, folder: Path) -> list[Row]:
    return list(suite(folder))


def _parts() -> int:
    with tempfile.TemporaryDirectory(prefix="papers-digest-parts-") as away:
        for line in parts.lines(Path(away)):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
