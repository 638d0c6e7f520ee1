"""Find texts that take more than linear time to read: a repeated character or pair.

Each such unit is repeated inside a file of each format. A reader is linear if twice the text
takes twice the time. CPU time is measured, and a slow unit is measured again at larger sizes, so
that a busy machine gives no false result.
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

MAX_RATIO = 8.0  # of the time for four times the text: 4 is linear, 16 quadratic
PAIRED_CHARACTERS = " \n*[<"  # many patterns look for these
CHARACTERS = " \t\n\r.,:;-–•·*_#>|<&/\\\"'`$%^~=+!?@()[]{}0aA\u00a0\u200b\u0301é漢"
RECORD = "Kelp at Low Tide\n\nWe measure the kelp. It is long.\n\n  • 3 authors\n·\nNov 17\n\n"
MAIL = "From: a@example.org\nDate: Fri, 21 Nov 2025 07:00:00 +0100\n"
# For each format the text before the repeated unit, and the text after it.
FORMATS = {
    "plain text": ("Daily Papers\n\nNov 18\n\n" + RECORD, ""),
    "labelled": ("Title: Kelp at Low Tide\nAbstract: ", "\n"),
    "arxiv mail": ("\\\\\narXiv:2611.00001\n\nTitle: Kelp at Low Tide\n\\\\\n", "\n"),
    "arxiv listing": ("[1] arXiv:2611.00001 [pdf]\nTitle: Kelp at Low Tide\nAda Quill\n\n", "\n"),
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


class SlowUnit(NamedTuple):
    """A unit that takes more than linear time; ``ratio`` is that of four times the text."""

    format_name: str
    unit: str
    ratio: float
    seconds: float


def read(data: str) -> None:
    """Read a text as a run does; a text without a paper is no error here."""
    with contextlib.suppress(Unreadable):
        parsers.read_dump("trap", io.BytesIO(data.encode("utf-8", "replace")))


def mend(data: str) -> None:
    """Apply the functions of `digest.text` that the text of a paper goes through."""
    text.mend(data)
    text.comparable(data)
    text.title_key(data)
    text.tidy(data)


class Task(NamedTuple):
    """A function to measure, and the text around the repeated unit."""

    format_name: str
    work: Callable[[str], None]
    before: str = ""
    after: str = ""


TASKS = (
    *(Task(format_name, read, *around) for format_name, around in FORMATS.items()),
    Task("mend", mend, "Kelp ", " tide"),
)


def units(paired: str = CHARACTERS) -> Iterator[str]:
    """Yield each character, and each pair of the ``paired`` ones."""
    yield from CHARACTERS
    yield from map("".join, itertools.permutations(paired, 2))


def cost(task: Task, unit: str, size: int) -> float:
    """Return the CPU seconds for ``size`` characters of a repeated unit."""
    trap = task.before + unit * (size // len(unit)) + task.after
    start = time.process_time()
    task.work(trap)
    return time.process_time() - start


def check_unit(task: Task, unit: str, size: int) -> SlowUnit | None:
    """Return the unit with its ratio if it takes more than linear time, else None.

    A unit that is fast at this size counts as linear. Any other is measured again at larger
    sizes, and the best of five counts: this leaves out garbage collections and a busy machine.
    """
    seconds = cost(task, unit, size)
    if seconds < size * 2e-7:  # faster than 5 MB a second
        return None
    if cost(task, unit, 4 * size) < MAX_RATIO * seconds:
        return None
    small, large = (min(cost(task, unit, n * size) for _ in range(5)) for n in (8, 32))
    ratio = large / small
    return SlowUnit(task.format_name, unit, ratio, large) if ratio >= MAX_RATIO else None
