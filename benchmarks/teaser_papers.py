"""The labelled papers of `teaser_labels.json`, with their abstracts from a folder of real papers.

The labels name papers by arXiv id and sentences by number, from 0: the ``best``, all that are
``ok``, and those that should ``never`` stand under a title. Readers set them without knowing
the product's choices. The weights of the product are fitted to "tuning". The papers of "kept out"
were labelled after the rules were written, and are only judged.

The folder holds ``captures/*.jsonl.gz`` and ``arxiv/papers*.jsonl.gz``, a paper a line with
``id``, ``title`` and ``summary`` or ``abstract``.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from digest import text

LABELS = Path(__file__).with_name("teaser_labels.json")


class Label(msgspec.Struct, frozen=True):
    """Sentences of an abstract by number."""

    best: tuple[int, ...]
    ok: tuple[int, ...]
    never: tuple[int, ...] = ()


class Paper(msgspec.Struct, frozen=True):
    """A paper with its mended abstract."""

    id: str
    title: str
    abstract: str


def labels(name: str) -> dict[str, Label]:
    """Return the labels of one of the two sets, by id."""
    return msgspec.json.decode(LABELS.read_bytes(), type=dict[str, dict[str, Label]])[name]


def papers(data: Path, folder: str = "*") -> Iterator[Paper]:
    """Yield each paper of the folder once."""
    seen: set[str] = set()
    files = [*data.glob("captures/*.jsonl.gz"), *data.glob("arxiv/papers*.jsonl.gz")]
    for file in sorted(file for file in files if file.parent.match(folder)):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                words = record.get("summary") or record.get("abstract") or ""
                if words and record["id"] not in seen:
                    seen.add(record["id"])
                    title = text.mend(record["title"]).text
                    yield Paper(record["id"], title, text.mend_prose(words).text)


def find(line: str, sentences: list[str]) -> int | None:
    """Return which sentence a teaser was made from."""
    letters = _letters(line)
    return next((at for at, each in enumerate(sentences) if letters in _letters(each)), None)


def _letters(words: str) -> str:
    return re.sub(r"\W", "", words.lower())
