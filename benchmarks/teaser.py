"""Measure how many teasers are sentences that a reader of the abstract would accept.

usage: python benchmarks/teaser.py DATA_DIR

``teaser_labels.json`` names papers by arXiv id, or by the SHA-1 of their title key, and lists
the acceptable sentences, counted from 0: those about the result or the contribution. The labels
were set without knowing the product's choices. The product's weights were tuned on the papers of
"tuned". The papers of "held back" were labelled later and never used for tuning. DATA_DIR holds
the abstracts: ``captures/*.jsonl.gz`` with one record a line, and ``seeds/*.txt``, copies of the
listing with the paragraphs title, blank line, abstract.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

from digest import text
from digest.editorial import teaser

LABELS = Path(__file__).with_name("teaser_labels.json")


Choice = Callable[[list[str], str], int | None]


def main(data: Path) -> None:
    """Print the share of acceptable teasers and of three baselines, for each set of labels."""
    sets: dict[str, dict[str, list[int]]] = json.loads(LABELS.read_text())
    abstracts = {**_of_captures(data), **_of_copies(data)}
    for name, labels in sets.items():
        papers = [(abstracts[key], labels[key]) for key in sorted(labels) if key in abstracts]
        print(f"{name}: {len(papers)} of {len(labels)} labelled papers found")
        _compare(papers)


def _compare(papers: list[tuple[str, list[int]]]) -> None:
    draw = random.Random(0)
    choices: dict[str, Choice] = {
        "chosen": _chosen,
        "first sentence": lambda *_: 0,
        "last sentence": lambda sentences, _: len(sentences) - 1,
        "random sentence": lambda sentences, _: draw.randrange(len(sentences)),
    }
    for name, choice in choices.items():
        good = sum(
            choice(teaser.split_sentences(words), words) in accepted for words, accepted in papers
        )
        print(f"  {name:16} {good}/{len(papers)} = {good / len(papers):.2f}")


def _chosen(sentences: list[str], abstract: str) -> int | None:
    line = teaser.choose_teaser(abstract, None)
    if line is None:
        return None
    head = line.text.rstrip("…")
    return next(place for place, sentence in enumerate(sentences) if sentence.startswith(head))


def _of_captures(data: Path) -> dict[str, str]:
    abstracts: dict[str, str] = {}
    for path in sorted(data.glob("captures/*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                abstracts[record["id"]] = text.mend(record["summary"]).text
    return abstracts


def _of_copies(data: Path) -> dict[str, str]:
    """Return the abstracts of the copied pages, by the hash of their title key.

    Any paragraph after a shorter one is taken for an abstract, and the shorter one for its title.
    Wrong pairs do no harm, because no label has their key.
    """
    abstracts: dict[str, str] = {}
    for path in sorted(data.glob("seeds/*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for title, abstract in itertools.pairwise(lines):
            if len(title) < len(abstract):
                key = hashlib.sha1(text.title_key(title).encode()).hexdigest()  # noqa: S324
                abstracts.setdefault(key, text.mend(abstract).text)
    return abstracts


if __name__ == "__main__":
    main(Path(sys.argv[1]))
