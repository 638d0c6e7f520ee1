"""N1: near copies of papers found again, and nothing else taken for one.

Copies differ by case, punctuation, a word or a letter of the title; the hard ones also by
three words of the abstract. The strangers have a title one word away from a known one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import corpus, measure
from digest import likeness

_KNOWN = 2000
_COPIES = 500

Sketched = tuple[str, tuple[int, ...]]


def rows(_away: Path) -> Iterator[measure.Row]:
    """Recall and precision on both sets."""
    known = [(one.title, likeness.sketch(one.abstract)) for one in corpus.papers(_KNOWN)]
    by_block: dict[int, list[int]] = {}
    for number, (_, sketch) in enumerate(known):
        for block in likeness.blocks(sketch):
            by_block.setdefault(block, []).append(number)
    for name, words in (("easy", 0), ("hard", 3)):
        draw = random.Random(words)
        right, wrong = _judge(known, by_block, draw, words)
        yield measure.at_least("N1", f"near copies found again, {name}", 0.98, right / _COPIES)
        precision = right / (right + wrong) if right else 0.0
        yield measure.at_least("N1", f"of those found, really copies, {name}", 0.99, precision)


def _judge(
    known: Sequence[Sketched], by_block: dict[int, list[int]], draw: random.Random, words: int
) -> tuple[int, int]:
    """Copies that were found as what they are; anything found that is something else."""
    right = wrong = 0
    for number in draw.sample(range(_KNOWN), _COPIES):
        paper = corpus.paper(number)
        found = _find(known, by_block, _edited(paper.title, draw), _touched(paper, draw, words))
        right += found == number
        wrong += found not in (None, number)
    for number in draw.sample(range(_KNOWN), _COPIES):
        stranger = corpus.paper(_KNOWN + number)
        title = _one_word_away(corpus.paper(number).title, draw)
        wrong += _find(known, by_block, title, stranger.abstract) is not None
    return right, wrong


def _find(
    known: Sequence[Sketched], by_block: dict[int, list[int]], title: str, abstract: str
) -> int | None:
    sketch = likeness.sketch(abstract)
    shared: dict[int, int] = {}
    for block in likeness.blocks(sketch):
        for number in by_block.get(block, ()):
            shared[number] = shared.get(number, 0) + 1
    near = sorted(number for number, count in shared.items() if count >= likeness.SHARED)
    alike = (number for number in near if likeness.are_alike(title, sketch, *known[number]))
    return next(alike, None)


def _edited(title: str, draw: random.Random) -> str:
    kind, place = draw.randrange(4), draw.randrange(len(title))
    if kind == 0:
        return title.upper()
    if kind == 1:
        return title.replace(":", " -").replace("-", " ")
    return _one_word_away(title, draw) if kind == 2 else title[:place] + title[place + 1 :]


def _one_word_away(title: str, draw: random.Random) -> str:
    words = title.split()
    words[draw.randrange(1, len(words))] = draw.choice(("Fast", "Sparse", "Modular", "Grounded"))
    return " ".join(words)


def _touched(paper: corpus.Invented, draw: random.Random, words: int) -> str:
    text = paper.abstract.split()
    for _ in range(words):
        text[draw.randrange(len(text))] = draw.choice(("lantern", "orchard", "harbour"))
    return " ".join(text)
