"""Texts made to keep a pattern busy: one character or pair repeated, behind each form's beginning.

A reader is linear when twice the text costs twice the time. Measured is CPU time, each pair
again at more size before it counts, so that a busy machine is no finding.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from digest import parsers, text
from digest.errors import Unreadable

FOUR_TIMES = 8.0  # the cost for four times the text: 4 is linear, 16 quadratic
FEW = " \n*[<"  # of which many patterns are made
SIGNS = " \t\n\r.,:;-–•·*_#>|<&/\\\"'`$%^~=+!?@()[]{}0aA\u00a0\u200b\u0301é漢"
RECORD = "Kelp at Low Tide\n\nWe measure the kelp. It is long.\n\n  • 3 authors\n·\nNov 17\n\n"
MAIL = "From: a@example.org\nDate: Fri, 21 Nov 2025 07:00:00 +0100\n"
# How a text of each form begins, and what closes it where it would not be asked otherwise.
FORMS = {
    "plain text": ("Daily Papers\n\nNov 18\n\n" + RECORD, ""),
    "labelled": ("Title: Kelp at Low Tide\nAbstract: ", "\n"),
    "linked": ("# Daily Papers\n\n### [Kelp](https://huggingface.co/papers/2611.00001)\n\n", ""),
    "html": ('<!doctype html><html><body><article><h3><a href="/papers/2611.00001">', "</a>"),
    "tag": ("<!doctype html><html><body><div ", ">"),
    "json": ('[{"title": "', '"}]'),
    "literal": ("[{'title': '", "'}]"),
    "json lines": ('{"title": "Kelp", "id": "2611.00001"}\n', ""),
    "bibtex": ("@article{kelp,\n  title = {", "}\n}\n"),
    "ris": ("TY  - JOUR\nTI  - Kelp at Low Tide\nAB  - ", "\nER  - \n"),
    "rss": ("<rss version='2.0'><channel><item><title>", "</title></item></channel></rss>"),
    "atom": ("<feed xmlns='http://www.w3.org/2005/Atom'><entry><summary>", "</summary></entry>"),
    "oai": ("<OAI-PMH><ListRecords><record>", "</record></ListRecords></OAI-PMH>"),
    "mail": (f"{MAIL}Subject: ", "\n\nKelp"),
    "multipart": (
        f"{MAIL}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n",
        "\n--b--\n",
    ),
    "nothing": ("", ""),
}


class Slow(NamedTuple):
    """A text of which four times as much costs much more than four times as much."""

    form: str
    unit: str
    ratio: float
    seconds: float


def read(data: str) -> None:
    """As a run reads it; that nothing can be read is in order."""
    with contextlib.suppress(Unreadable):
        parsers.read_dump("trap", io.BytesIO(data.encode("utf-8", "replace")))


def mend(data: str) -> None:
    """Everything that is done to the words of a paper."""
    text.mend(data)
    text.comparable(data)
    text.title_key(data)
    text.tidy(data)


class Task(NamedTuple):
    """What is done with a text, and what stands around it."""

    form: str
    work: Callable[[str], None]
    before: str = ""
    after: str = ""


TASKS = (
    *(Task(form, read, *around) for form, around in FORMS.items()),
    Task("mend", mend, "Kelp ", " tide"),
)


def units(paired: str = SIGNS) -> Iterator[str]:
    """Each character, and each pair of these."""
    yield from SIGNS
    yield from map("".join, itertools.permutations(paired, 2))


def cost(task: Task, unit: str, size: int) -> float:
    """CPU seconds for so many characters of a repeated unit."""
    trap = task.before + unit * (size // len(unit)) + task.after
    start = time.process_time()
    task.work(trap)
    return time.process_time() - start


def suspicious(task: Task, unit: str, size: int) -> Slow | None:
    """Whether it is slow at this size, and four times the text costs much more than that.

    Only what takes long enough to be measured is looked at again, at more size and the best of
    five: a collection of garbage or a busy machine is no finding.
    """
    once = cost(task, unit, size)
    if once < size * 2e-7:  # 5 MB a second
        return None
    if cost(task, unit, 4 * size) < FOUR_TIMES * once:
        return None
    small, large = (min(cost(task, unit, n * size) for _ in range(5)) for n in (8, 32))
    found = Slow(task.form, unit, large / small, large)
    return found if found.ratio >= FOUR_TIMES else None
