"""Replay real days through the product, and check that every paper is issued exactly once.

    python -m benchmarks.replay RECORDS.jsonl.gz

``RECORDS`` holds one record a line: day, id, title, summary, authors, upvotes, comments. The
days are dropped one after the other, and overlap like captures of the API: each page repeats part
of the day before, a day without a page repeats the last one, and a tenth of the papers first come
without their abstract.

Then the same days are backfilled, and the time is compared with reading and decoding the files.
For a backfill with issues, it is also compared with that and writing the finished files. The
exit status is 1 if a paper is missing or issued twice, or if a ratio is over its limit.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import measure
from digest import settings
from digest.model.files import Page
from digest.operations import run
from digest.operations.corrections import backfill
from digest.storage import output

_DROPPED = 1_700_000_000  # when the files were last written: long ago, so they are settled
_REPEATED = 3  # every third record of the day before is on the page again
_LATE_ABSTRACT = 10  # every tenth paper comes without its abstract first

Record = dict[str, Any]


def main(records: Path, away: Path) -> int:
    """Print how many papers were issued, missing or doubled, and the ratios; return the status."""
    days = by_day(records)
    issued = _replay(days, away / "replay")
    papers = {record["id"] for records_of_day in days.values() for record in records_of_day}
    doubled = [key for key, times in issued.items() if times > 1]
    print(
        f"{len(days)} days, {len(papers)} papers: {len(issued)} issued,"
        f" {len(papers - issued.keys())} missing, {len(doubled)} doubled"
    )
    dumps = away / "dumps"
    dumps.mkdir()
    for day, records_of_day in days.items():
        (dumps / f"{day}.json").write_text(_answer(records_of_day, day))
    rows = list(_costs(dumps, away))
    print(*rows, sep="\n")
    within_limits = all(row.is_met for row in rows)
    return 0 if within_limits and papers == issued.keys() and not doubled else 1


def _costs(dumps: Path, away: Path) -> Iterator[measure.Row]:
    read = min(measure.seconds(lambda: _decode(dumps)) for _ in range(3))
    silent = measure.seconds(lambda: _backfill(away / "silent", dumps, silent=True))
    yield measure.at_most("B2", "backfill, silent / read and decode", 20, silent / read)
    dated = measure.seconds(lambda: _backfill(away / "dated", dumps, silent=False))
    finished = list(_pages(away / "dated" / "output"))
    write = measure.seconds(
        lambda: output.publish(away / "finished", finished, {}, away, whole=True)
    )
    what = f"backfill, dated / read, decode, write {len(finished):,} files"
    yield measure.at_most("B2", what, 15, dated / (read + write))
    yield measure.at_most("B2", "backfill, dated / read and decode", 40, dated / read)


def _pages(folder: Path) -> Iterator[Page]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return (Page(file.relative_to(folder).as_posix(), file.read_bytes()) for file in files)


def by_day(records: Path) -> dict[str, list[Record]]:
    """Return the records of each day, oldest day first."""
    days: dict[str, list[Record]] = {}
    with gzip.open(records, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            days.setdefault(record["day"], []).append(record)
    return dict(sorted(days.items()))


def _replay(days: dict[str, list[Record]], folder: Path) -> Counter[str]:
    """Run the days, and return how often each paper was issued."""
    (folder / "inbox").mkdir(parents=True)
    for day, page in pages(days):
        file = folder / "inbox" / f"{day}.json"
        file.write_text(page)
        os.utime(file, (_DROPPED, _DROPPED))
        moment = datetime.fromisoformat(f"{day}T08:00:00").replace(tzinfo=UTC)
        run.run(settings.load(folder), moment)
    return Counter(
        paper["arxiv_id"]
        for file in (folder / "output" / "daily").glob("*-*.json")
        for section in json.loads(file.read_text())["sections"]
        for paper in section["papers"]
    )


def pages(days: dict[str, list[Record]]) -> Iterator[tuple[str, str]]:
    """Yield each calendar day with the answer of the API that is dropped on it.

    Goes on to the day after the last, whose page has the late abstracts of the last day.
    """
    before: list[Record] = []
    day, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    waiting: list[Record] = []
    while day <= last:
        own = days.get(day.isoformat(), [])
        bare = [{**record, "summary": None} for record in own[::_LATE_ABSTRACT]]
        new = bare + [record for n, record in enumerate(own) if n % _LATE_ABSTRACT]
        page = new + waiting + (before[::_REPEATED] if own else before)
        yield day.isoformat(), _answer(page, day.isoformat())
        before, waiting = (own, own[::_LATE_ABSTRACT]) if own else (before, [])
        day += timedelta(days=1)
    yield day.isoformat(), _answer(waiting, day.isoformat())


def _answer(page: list[Record], day: str) -> str:
    return json.dumps(
        [
            {
                "paper": {
                    "id": record["id"],
                    "title": record["title"],
                    "summary": record["summary"],
                    "authors": [{"name": name} for name in record["authors"]],
                    "publishedAt": record["published"],
                    "submittedOnDailyAt": f"{day}T00:00:00.000Z",
                    "upvotes": record["upvotes"],
                },
                "title": record["title"],
                "numComments": record["comments"],
            }
            for record in page
        ]
    )


def _decode(dumps: Path) -> int:
    return sum(len(json.loads(file.read_bytes().decode())) for file in sorted(dumps.iterdir()))


def _backfill(folder: Path, dumps: Path, *, silent: bool) -> None:
    folder.mkdir()
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    backfill.backfill(settings.load(folder), moment, [dumps], silent=silent)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="papers-digest-replay-", dir=measure.MEMORY) as place:
        sys.exit(main(Path(sys.argv[1]), Path(place)))
