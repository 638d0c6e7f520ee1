"""N1: recall, precision and cost of finding near copies of papers.

An easy copy of a known paper differs in the case, the punctuation, a word or a letter of the
title. A hard copy also differs in three words of the abstract. To measure precision, other papers
have a title that differs in one word from that of a known paper, and an abstract of their own.
They must not be taken for it.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from benchmarks import corpus, measure, working_folders
from digest import settings
from digest.matching import similarity
from digest.model.papers import Paper, Sighting
from digest.operations import run

_KNOWN = 2000
_COPIES = 500
_NEW = 1000
_DAYS = 5  # the first warms up


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure recall and precision for easy and hard copies, then the cost."""
    index = _Index()
    for name, words in (("easy", 0), ("hard", 3)):
        draw = random.Random(words)
        right, wrong = _judge(index, draw, words)
        yield measure.at_least("N1", f"near copies found again, {name}", 0.98, right / _COPIES)
        precision = right / (right + wrong) if right else 0.0
        yield measure.at_least("N1", f"of the papers found, real copies, {name}", 0.99, precision)
    what = "1,000 new without ids / without search for near copies"
    yield measure.at_most("N1", what, 1.7, _cost(away))


class _Index:
    """Invented papers, and their similarity blocks to find them by."""

    def __init__(self) -> None:
        self.similarity = similarity.SimilarityCache({})
        self.papers = [_paper(corpus.paper(number)) for number in range(_KNOWN)]
        self.by_block: dict[int, set[int]] = {}
        for paper in self.papers:
            for block in similarity.lookup_blocks(self.similarity.sketch(paper.abstract)):
                self.by_block.setdefault(block, set()).add(paper.id)

    def find(self, title: str, abstract: str) -> int | None:
        """Return the number of the known paper with nearly this title and abstract, or None."""
        blocks = similarity.lookup_blocks(self.similarity.sketch(abstract))
        near = sorted(
            similarity.find_candidates(self.by_block.get(block, set()) for block in blocks)
        )
        sighting = Sighting(title=title, abstract=abstract)
        alike = self.similarity.near_copies(sighting, [self.papers[number] for number in near])
        return next((paper.id for paper in alike), None)


def _paper(invented: corpus.Invented) -> Paper:
    return Paper(
        id=invented.number, guid="", intake=1, title=invented.title, abstract=invented.abstract
    )


def _judge(index: _Index, draw: random.Random, words: int) -> tuple[int, int]:
    """Return how many copies were found as their paper, and how many papers were found wrongly.

    The latter are copies found as another paper, and strangers found as any.
    """
    right = wrong = 0
    for number in draw.sample(range(_KNOWN), _COPIES):
        paper = corpus.paper(number)
        match = index.find(_edited(paper.title, draw), _touched(paper, draw, words))
        right += match == number
        wrong += match not in (None, number)
    for number in draw.sample(range(_KNOWN), _COPIES):
        stranger = corpus.paper(_KNOWN + number)
        title = _one_word_away(corpus.paper(number).title, draw)
        wrong += index.find(title, stranger.abstract) is not None
    return right, wrong


def _cost(away: Path) -> float:
    """Return the ratio of a run with the search for near copies to one without.

    Each day 1,000 new papers are dropped into two folders, which are run in turn.
    """
    folders = away / "looking", away / "not-looking"
    pairs = []
    for folder in folders:
        working_folders.with_papers(folder, _KNOWN)
    for day in range(1, _DAYS + 1):
        begin = _KNOWN + day * _NEW
        for folder in folders:
            working_folders.drop(folder, f"{day}.txt", range(begin, begin + _NEW))
        looking = measure.seconds(lambda at=day: _run(folders[0], at))  # type: ignore[misc]
        with mock.patch("digest.pipeline.known_papers._add_similar"):
            not_looking = measure.seconds(lambda at=day: _run(folders[1], at))  # type: ignore[misc]
        pairs.append(looking / not_looking)
    return statistics.median(pairs[1:])


def _run(folder: Path, day: int) -> None:
    run.run(settings.load(folder), datetime(2026, 12, day, 7, tzinfo=UTC))


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
