"""Make working folders for whole runs, with pages in the inbox and large ledgers."""

from __future__ import annotations

import datetime
import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks import corpus, measure
from digest import text
from digest.matching import identity
from digest.model.issues import Accounting
from digest.storage.ledger import database, papers

DAY = datetime.date(2026, 11, 20)
_SETTLED = 1_700_000_000  # a file time long before any run
_SHORT = "An abstract kept short, because the wide table is only appended to."


def drop(folder: Path, name: str, numbers: range) -> None:
    """Put a page with these invented papers into the inbox."""
    page = corpus.plain_text((corpus.paper(number) for number in numbers), DAY)
    put(folder, name, "".join(page))


def put(folder: Path, name: str, page: str) -> None:
    """Put a dump into the inbox, with an old file time, so that a run reads it at once.

    A folder without a configuration gets an empty one.
    """
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "digest.toml").touch()
    file = inbox / name
    file.write_text(page, encoding="utf-8")
    os.utime(file, (_SETTLED, _SETTLED))


def four_pages(folder: Path) -> None:
    """Put pages of 16, 114, 110 and 106 records into the inbox: 346 entries, 328 papers."""
    pages = (range(16), range(16, 130), range(112, 222), range(222, 328))
    for number, numbers in enumerate(pages):
        drop(folder, f"page-{number}.txt", numbers)


def run(folder: Path, day: int) -> measure.Process:
    """Run ``digest run`` at 07:00 on a day of December 2026, in a process of its own."""
    return run_at(folder, f"2026-12-{day:02}T07:00:00+00:00")


def run_at(folder: Path, moment: str) -> measure.Process:
    """Run ``digest run`` at a moment (RFC 3339), in a process of its own."""
    return measure.python("-m", "digest", "--root", str(folder), "--now", moment, "-q", "run")


def without_backups(folder: Path) -> None:
    """Make a folder that is configured without backups, which `bench_backup` measures."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "config" / "digest.toml").write_text("[state]\nbackups = 0\n", encoding="utf-8")


def with_titles(folder: Path, count: int) -> None:
    """Make a ledger with ``count`` papers that all have the same short abstract.

    The first run does not issue them, because they are in the ledger before the edition is.
    Backups are switched off.
    """
    without_backups(folder)
    titles = (f"Known paper number {number} {corpus.coined(number)}" for number in range(count))
    _fill(folder, count, ((title, _SHORT) for title in titles))


def with_papers(folder: Path, count: int) -> None:
    """Make a ledger with ``count`` invented papers and their whole abstracts."""
    _fill(folder, count, ((paper.title, paper.abstract) for paper in corpus.papers(count)))


def _fill(folder: Path, count: int, words: Iterable[tuple[str, str]]) -> None:
    """Write papers and keys as one intake does; ``words`` are their titles and abstracts.

    Keys are sorted, which makes the insert quick.
    """
    keys: list[bytes] = []

    def rows(intake: int) -> Iterator[tuple[object, ...]]:
        for number, (title, abstract) in enumerate(words, start=1):
            key = f"title:{text.title_key(title)}"
            keys.append(papers.key_hash(key))
            yield number, identity.guid(key), intake, title, abstract

    with closing(database.open_to_write(folder / "state")) as ledger, ledger.transaction():
        number = ledger.intakes.begin("2020-01-01T00:00:00+00:00", "live", "0")
        ledger.intakes.finish(number, Accounting(1, count, count))
        ledger.connection.executemany(
            "INSERT INTO paper (id, guid, intake, first_seen, title, abstract, facts)"
            " VALUES (?, ?, ?, '2020-01-01T00:00:00+00:00', ?, ?, '{}')",
            rows(number),
        )
        ledger.connection.executemany(
            "INSERT INTO paper_key (hash, paper) VALUES (?, ?)",
            sorted(zip(keys, itertools.count(1))),
        )
