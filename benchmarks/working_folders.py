"""Working folders for whole runs: pages to drop, and ledgers that have seen a great deal."""

from __future__ import annotations

import datetime
import itertools
import os
import sqlite3
from pathlib import Path

from benchmarks import corpus
from digest import identity
from digest.ledger import database, intakes, papers
from digest.model.issues import Accounting

DAY = datetime.date(2026, 11, 20)
_SETTLED = 1_700_000_000  # seconds: long before any run
_SHORT = "An abstract kept short, because the wide table is only appended to."


def drop(folder: Path, name: str, numbers: range) -> None:
    """A page with these invented papers in the folder's inbox, settled."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    page = "".join(corpus.plain_text((corpus.paper(number) for number in numbers), DAY))
    file = inbox / name
    file.write_text(page, encoding="utf-8")
    os.utime(file, (_SETTLED, _SETTLED))


def four_pages(folder: Path) -> None:
    """Pages of 16, 114, 110 and 106 records: 346 entries, 328 papers."""
    pages = (range(16), range(16, 130), range(112, 222), range(222, 328))
    for number, numbers in enumerate(pages):
        drop(folder, f"page-{number}.txt", numbers)


def seen(folder: Path, count: int) -> None:
    """A ledger that has taken in this many papers, in the past of its edition."""
    ledger = database.open_to_write(folder / "state")
    try:
        with database.transaction(ledger):
            number = intakes.begin(ledger, "2020-01-01T00:00:00+00:00", "live", "0")
            intakes.finish(ledger, number, Accounting(1, count, count))
            _fill(ledger, number, count)
    finally:
        ledger.close()


def _fill(ledger: sqlite3.Connection, intake: int, count: int) -> None:
    """Rows as an intake writes them; keys in order, so that filling is quick."""
    titles = (f"Known paper number {number} {corpus.coined(number)}" for number in range(count))
    guids = (identity.guid(f"title:{number}") for number in range(count))
    ledger.executemany(
        "INSERT INTO paper VALUES (?, ?, ?, '2020-01-01T00:00:00+00:00', NULL, NULL, NULL, NULL,"
        " ?, ?, '{}', NULL, NULL)",
        (
            (number, guid, intake, title, _SHORT)
            for number, guid, title in zip(itertools.count(1), guids, titles)
        ),
    )
    hashes = sorted(
        papers.key_hash(f"title:known paper number {number}") for number in range(count)
    )
    ledger.executemany("INSERT INTO paper_key VALUES (?, ?)", zip(hashes, itertools.count(1)))
