"""T1: placing papers under topics against lower-casing and splitting their text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import corpus, measure
from digest.editorial import topics
from digest.pipeline.topics import load_headings

_PAPERS = 1000


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure 1,000 papers with the shipped topics, because ``away`` has none of its own."""
    lexicon = load_headings(away).lexicon
    papers = list(corpus.papers(_PAPERS))
    measured = measure.ratio(lambda: _place(lexicon, papers), lambda: _split(papers), 15)
    yield measure.at_most("T1", "topics / lower and split, 1,000 papers", 5, measured)


def _place(lexicon: topics.Lexicon, papers: Sequence[corpus.Invented]) -> int:
    return sum(len(topics.place(lexicon, paper.title, paper.abstract).reasons) for paper in papers)


def _split(papers: Sequence[corpus.Invented]) -> int:
    return sum(len(f"{paper.title} {paper.abstract}".lower().split()) for paper in papers)
