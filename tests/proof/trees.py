"""Make the publications that the proofs check, by running the product on invented papers.

`tests.proof.real` makes those of real papers.
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
EXCHANGED = 0.25  # share of an abstract's words: gzip then packs a page as it does a real one
NOTE = """# This week

A *quiet* one; see [the ferries](https://ferries.example/timetable "Timetable") or `digest search`.

| boat | leaves |
|---|---|
| Heron | 7:10 |

> Bring a coat.

- one thing
- another
"""
# Titles that pages must survive: very long, like markup, right to left, with control characters.
HOSTILE = (
    "Incomprehensibly " + "long" * 70 + " title",
    "<script>alert('x')</script> & [kelp](javascript:alert(1)) | `code` of *it*",
    "海藻の潮汐：深層学習による予測",
    "خوارزمية المد والجزر: تعلم عميق للشواطئ",
    "Kelp \u202etxet desrever\u202c and $\\alpha_{kelp}$ of 😀",
)


class Serial(NamedTuple):
    """A publication of several days, its last day, and the next day with its page."""

    folder: Folder
    last: str
    next: str
    page: bytes

    def publish_next(self, folder: Folder) -> None:
        """Drop the page of the next day into this copy of the publication, and publish."""
        folder.drop(f"daily-papers-{self.next}.json", self.page)
        publish(folder, self.next)


def numbers(day: str, count: int = PER_DAY) -> range:
    """Return the numbers of the papers submitted on this day, different for each day."""
    # As `corpus.paper` dates its papers: 400 a day, from this day on.
    first = (dt.date.fromisoformat(day) - dt.date(2020, 1, 1)).days * 400
    return range(first, first + count)


def page(day: str, papers: Iterable[corpus.Invented]) -> bytes:
    """Return an answer of the daily_papers API with these papers."""
    return corpus.api_json(papers, dt.date.fromisoformat(day)).encode()


def varied(number: int) -> corpus.Invented:
    """Return a paper of the corpus whose abstract repeats as little as a real one does.

    The corpus writes all abstracts from the same few sentences, so gzip would pack a page of
    them to a third of the size of a page of real papers.
    """
    draw = random.Random(number)
    words, weights = _rare()
    paper = corpus.paper(number)
    abstract = " ".join(
        draw.choices(words, cum_weights=weights)[0] if draw.random() < EXCHANGED else word
        for word in paper.abstract.split()
    )
    return paper._replace(abstract=abstract)


@cache
def _rare() -> tuple[list[str], list[float]]:
    """Return 20,000 invented words, and the sums of their frequencies, which follow Zipf's law."""
    count = 20_000
    words = [corpus.coined(number).lower() for number in range(count)]
    return words, list(itertools.accumulate(1 / (rank + 5) for rank in range(count)))


def letters(root: Path, url: str) -> Folder:
    """Make a publication of two editions, daily and weekly, with issues of the days `DAYS`.

    It has a day without papers, an editor's note and hostile titles.
    """
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
    """Make the issues that are due at 08:00 on this day."""
    result = folder.digest("run", "--due", now=f"{day}T08:00")
    assert result.status in {0, 4}, result  # 4: nothing new came


def following(folder: Folder) -> Serial:
    """Return the publication of `letters` with the page of its next day, not yet dropped."""
    return Serial(folder, NOTED, NEXT, page(NEXT, map(varied, numbers(NEXT))))


def drop(folder: Folder, day: str) -> None:
    """Drop the page of a day.

    On the day `NOTED` a second page is dropped. It has papers with hostile titles, and papers of
    an earlier issue with more votes and a changed abstract, for the follow-ups.
    """
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
    """Configure two editions, the address of the output, and a profile that fits the corpus."""
    folder.configure(
        f'[site]\ntitle = "Shore Letters"\nurl = "{url}"\n'
        '[profile]\nwords = ["tool use", "retrieval"]\n'
        '[[edition]]\nname = "daily"\nwhen_empty = "note"\n'
        '[[edition]]\nname = "weekly"\nperiod = "week"\ndays = ["fri"]\n'
    )


def large(root: Path) -> Folder:
    """Make a publication of one issue with 300 papers: about as many as fit one page."""
    folder = Folder(root)
    folder.drop(
        "papers-2026-11-20.json", page("2026-11-20", map(varied, numbers("2026-11-20", 300)))
    )
    folder.run("2026-11-20T08:00")
    return folder


def archive(root: Path) -> Folder:
    """Make a publication of 10,000 papers in 50 issues over ten months."""
    folder = Folder(root)
    dumps = root / "dumps"
    dumps.mkdir()
    for day in _every_sixth_day():
        file = dumps / f"daily-papers-{day}.json"
        file.write_bytes(page(day, map(varied, numbers(day, 200))))
    result = folder.digest("backfill", str(dumps), now="2026-11-20T08:00")
    assert 0 == result.status, result
    return folder


def _every_sixth_day() -> Iterator[str]:
    first = dt.date(2026, 1, 3)
    return ((first + dt.timedelta(days=6 * place)).isoformat() for place in range(50))


def unwritten(root: Path) -> Folder:
    """Make a publication without issues."""
    folder = Folder(root)
    assert 0 == folder.digest("rebuild", now="2026-11-20T08:00").status
    return folder
