"""Invented papers whose every field shows to which of them it belongs.

Each paper has a word of its own in its title, abstract and names, and an id and a date that no
small damage turns into those of another. `marks` finds them again in any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

WORDS = ("Alder", "Birch", "Cedar", "Dogwood", "Rowan", "Hazel", "Juniper", "Linden")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug")

# Two words that stand in each title and abstract, by the encodings that can hold them.
FLAVOURS = {
    "latin": "Häfen naïve",
    "central": "Łódź řeka",
    "cyrillic": "Река берег",
    "greek": "Ποτάμι νερό",
    "japanese": "水の流れ 表示",
    "chinese": "河流 测量",
    "traditional": "河流 測量",
    "korean": "강물 바다",
    "thai": "แม่น้ำ ทะเล",
    "ascii": "Harbour Basin",
}
DEFAULT_FLAVOUR = "latin"
TITLE_END = "at Low Tide"  # of every title, and nowhere else

_WORD = re.compile("|".join(WORDS), re.IGNORECASE)
_ID = re.compile(r"2611\.([1-8])\1{4}")
_DAY = re.compile(r"2026-0([1-8])-([12][0-9])")
_SHOWN_DAY = re.compile(rf"({'|'.join(MONTHS)}) ([12][0-9])\b")


class MarkedPaper(NamedTuple):
    """A paper with the number of its marks, from 1."""

    number: int
    title: str
    id: str
    doi: str  # never together with the id: an arXiv paper is known by that
    day: str
    shown: str  # the day as the listing page writes it
    author: str
    second: str  # author
    abstract: str
    votes: str


def paper(number: int, flavour: str = DEFAULT_FLAVOUR) -> MarkedPaper:
    """Return the paper with a number from 1 to 8, always the same."""
    word, extra = WORDS[number - 1], FLAVOURS[flavour]
    day = 11 + 2 * number
    return MarkedPaper(
        number=number,
        title=f"{word} Trees and {extra} {TITLE_END}",
        id=f"2611.{number * 11111}",
        doi=f"10.1000/x.2611.{number * 11111}",
        day=f"2026-0{number}-{day}",
        shown=f"{MONTHS[number - 1]} {day}, 2026",
        author=f"Ann {word}son",
        second=f"Bo {word}man",
        abstract=(
            f"We measure {word.lower()} trees with {extra} and a rope that is long enough. "
            f"The {word.lower()} trees do not mind, and nine of ten measures can be used."
        ),
        votes=str(100 + 11 * number),
    )


def marks(texts: Iterable[str]) -> frozenset[int]:
    """Return the numbers of all papers that have a mark in one of the texts."""
    found: set[int] = set()
    for text in texts:
        found.update(WORDS.index(word.capitalize()) + 1 for word in _WORD.findall(text))
        found.update(int(number) for number in _ID.findall(text))
        days = [(int(month), int(day)) for month, day in _DAY.findall(text)]
        days += [(MONTHS.index(month) + 1, int(day)) for month, day in _SHOWN_DAY.findall(text)]
        found.update(month for month, day in days if day == 11 + 2 * month)
    return frozenset(found)
