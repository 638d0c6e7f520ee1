"""Publications under proof: trees that the product itself makes, from papers nobody wrote.

Real papers, for those who have some, stay where they are: see `real`.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpus
from tests.support.folders import Folder

DAYS = ("2025-12-30", "2026-10-05", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20")
NEXT, AFTER = "2026-11-21", "2026-11-22"
PER_DAY = 30
EMPTY_DAY, NOTED = "2026-11-19", "2026-11-20"
EXCHANGED = 0.25  # of a paper's words: its page then weighs what one of real papers does
NOTE = """# This week

A *quiet* one; see [the ferries](https://ferries.example/timetable "Timetable") or `digest search`.

| boat | leaves |
|---|---|
| Heron | 7:10 |

> Bring a coat.

- one thing
- another
"""
# What a listing might hold at its worst: long, foreign, right to left, looking like markup.
HOSTILE = (
    "Incomprehensibly " + "long" * 70 + " title",
    "<script>alert('x')</script> & [kelp](javascript:alert(1)) | `code` of *it*",
    "海藻の潮汐：深層学習による予測",
    "خوارزمية المد والجزر: تعلم عميق للشواطئ",
    "Kelp \u202etxet desrever\u202c and $\\alpha_{kelp}$ of 😀",
)


class Serial(NamedTuple):
    """A publication up to a day, and the page that comes on the next."""

    folder: Folder
    last: str
    next: str
    page: bytes

    def go_on(self, folder: Folder) -> None:
        """The next day, in this copy of the publication."""
        folder.drop(f"daily-papers-{self.next}.json", self.page)
        publish(folder, self.next)


def numbers(day: str, count: int = PER_DAY) -> range:
    """The papers submitted on this day; those of another day are others."""
    first = (dt.date.fromisoformat(day) - dt.date(2020, 1, 1)).days * 400
    return range(first, first + count)


def page(day: str, shown: Iterable[corpus.Invented]) -> bytes:
    """An answer of the daily_papers API about these papers."""
    return corpus.api_json(shown, dt.date.fromisoformat(day)).encode()


def varied(number: int) -> corpus.Invented:
    """A paper of the corpus, whose abstract repeats as little as real ones do.

    The corpus writes all abstracts from the same few sentences; gzip would make a page of them
    three times as light as one of real papers.
    """
    draw = random.Random(number)
    words, weights = _rare()
    made = corpus.paper(number)
    abstract = " ".join(
        draw.choices(words, cum_weights=weights)[0] if draw.random() < EXCHANGED else word
        for word in made.abstract.split()
    )
    return made._replace(abstract=abstract)


@cache
def _rare() -> tuple[list[str], list[float]]:
    """Words nobody uses, and how often each comes, by Zipf's law."""
    count = 20_000
    words = [corpus.coined(number).lower() for number in range(count)]
    return words, list(itertools.accumulate(1 / (rank + 5) for rank in range(count)))


def letters(root: Path, url: str) -> Folder:
    """Two series over two years: a day without papers, an editor's note, hostile titles."""
    folder = Folder(root)
    configure(folder, url)
    (root / "notes").mkdir()
    (root / "notes" / f"{NOTED}.md").write_text(NOTE, "utf-8")
    for day in DAYS:
        if day != EMPTY_DAY:
            drop(folder, day)
        publish(folder, day)
    return folder


def publish(folder: Folder, day: str) -> None:
    """What is due on this morning."""
    done = folder.digest("run", "--due", now=f"{day}T08:00")
    assert done.status in {0, 4}, done  # 4: nothing new came


def following(folder: Folder) -> Serial:
    """The publication of `letters`, before its next day."""
    return Serial(folder, NOTED, NEXT, page(NEXT, map(varied, numbers(NEXT))))


def drop(folder: Folder, day: str) -> None:
    """A day's page; that of the noted day also holds hostile titles and news of earlier papers."""
    folder.drop(f"daily-papers-{day}.json", page(day, map(varied, numbers(day))))
    if day == NOTED:
        titles = zip(HOSTILE, numbers(EMPTY_DAY), strict=False)
        hostile = (varied(number)._replace(title=title) for title, number in titles)
        earlier = map(varied, numbers("2026-11-18", 3))
        grown = (
            paper._replace(upvotes=paper.upvotes + 200, abstract=f"{paper.abstract} Revised.")
            for paper in earlier
        )
        folder.drop(f"papers-{day}.json", page(day, [*hostile, *grown]))


def configure(folder: Folder, url: str) -> None:
    """The series and where it stands; of the profile, words that the corpus uses."""
    folder.configure(
        f'[site]\ntitle = "Shore Letters"\nurl = "{url}"\n'
        '[profile]\nwords = ["tool use", "retrieval"]\n'
        '[[edition]]\nname = "daily"\nwhen_empty = "note"\n'
        '[[edition]]\nname = "weekly"\nperiod = "week"\ndays = ["fri"]\n'
    )


def large(root: Path) -> Folder:
    """One issue of 328 papers."""
    folder = Folder(root)
    folder.drop(
        "papers-2026-11-20.json", page("2026-11-20", map(varied, numbers("2026-11-20", 328)))
    )
    folder.run("2026-11-20T08:00")
    return folder


def archive(root: Path) -> Folder:
    """10,000 papers in 50 issues over ten months."""
    folder = Folder(root)
    dumps = root / "dumps"
    dumps.mkdir()
    for day in _every_sixth_day():
        file = dumps / f"daily-papers-{day}.json"
        file.write_bytes(page(day, map(varied, numbers(day, 200))))
    done = folder.digest("backfill", str(dumps), now="2026-11-20T08:00")
    assert 0 == done.status, done
    return folder


def _every_sixth_day() -> Iterator[str]:
    first = dt.date(2026, 1, 3)
    return ((first + dt.timedelta(days=6 * place)).isoformat() for place in range(50))


def unwritten(root: Path) -> Folder:
    """A publication before its first issue."""
    folder = Folder(root)
    assert 0 == folder.digest("rebuild", now="2026-11-20T08:00").status
    return folder
