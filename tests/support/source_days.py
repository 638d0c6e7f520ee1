"""Invented papers of every day, as each test source lists them.

A paper has the words of `tests.support.folders.paper`. Its day and its place in the day give its
number, its arXiv id and its DOI, so that any range of days has papers, always the same.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from tests.support import folders

FIRST = date(2020, 1, 1)
A_DAY = 40  # numbers of a day
ARXIV, BIORXIV, FEED, PAGE = range(10), range(10, 16), range(20, 23), range(30, 34)
ON_HF = (0, 3, 6, 9)  # of the arXiv papers of the day before
FILLS = timedelta(hours=7)  # from one paper of a day on Hugging Face to the next: into the next day
KINDS = ("new", "new", "new", "cross", "new", "new", "replace", "new", "new", "replace-cross")
SATURDAY = 5


class SourcePaper(NamedTuple):
    """An invented paper as a source lists it."""

    day: date
    place: int  # in its day
    title: str
    abstract: str

    @property
    def number(self) -> int:
        """Its number in `tests.support.folders.paper`."""
        return (self.day - FIRST).days * A_DAY + self.place

    @property
    def arxiv_id(self) -> str:
        """Its id at arXiv, of its day's month."""
        return f"{self.day:%y%m}.{10_000 + self.day.day * 100 + self.place}"

    @property
    def doi(self) -> str:
        """Its DOI at bioRxiv."""
        return f"10.64898/{self.day:%Y.%m.%d}.{700_000 + self.place}"

    @property
    def authors(self) -> tuple[str, ...]:
        """One to three invented names."""
        return tuple(f"Ann{number} Quillson" for number in range(self.number % 3 + 1))

    @property
    def announced(self) -> str:
        """How arXiv announces it: new, cross, replace or replace-cross."""
        return KINDS[self.place % len(KINDS)]


def paper(day: date, place: int) -> SourcePaper:
    """Return the paper at this place of the day."""
    words = folders.paper((day - FIRST).days * A_DAY + place)
    title = words.title.replace("Delta", "Dell")  # pages show the former as a Greek letter
    return SourcePaper(day, place, title, words.abstract)


def rests(day: date) -> bool:
    """Return whether arXiv announces nothing on this day."""
    return day.weekday() >= SATURDAY


def arxiv(day: date) -> list[SourcePaper]:
    """Return what arXiv announces on this day: nothing at weekends."""
    return [] if rests(day) else [paper(day, place) for place in ARXIV]


def hugging_face(day: date, now: datetime) -> list[SourcePaper]:
    """Return the day's papers on Hugging Face so far: arXiv's of the day before, one by one."""
    papers = [paper(day - timedelta(days=1), place) for place in ON_HF if not rests(day)]
    midnight = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    return [one for place, one in enumerate(papers) if midnight + FILLS * place <= now]


def biorxiv(day: date) -> list[SourcePaper]:
    """Return what bioRxiv posts on this day."""
    return [paper(day, place) for place in BIORXIV]


def feed(now: datetime) -> list[SourcePaper]:
    """Return the papers of a feed: those of the last three days, newest first."""
    days = [now.date() - timedelta(days=back) for back in range(3)]
    return [paper(day, place) for day in days for place in reversed(FEED)]


def page(now: datetime) -> list[SourcePaper]:
    """Return the papers of the listing page of today."""
    return [paper(now.date(), place) for place in PAGE]
