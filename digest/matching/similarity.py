"""Decide whether the titles and the abstracts of two papers are both nearly the same.

Used only for pairs in which one side has no id. Among all pairs of 11,614 real records these
rules find a single similar one, and its two records have different ids. Similar titles alone
are not enough ("part I" and "part II").
"""

from __future__ import annotations

import functools
import re
import string
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from digest import text
from digest.model.papers import Paper, Sighting

TITLE_RATIO = 72.0  # percent, of rapidfuzz's `ratio` between two titles' keys
OVERLAP = 0.6  # of two sketches
_SKETCH = 16  # smallest hashes that make a sketch
_BLOCKS = 5  # of these hashes, by which papers are looked up
SHARED = 3  # blocks a candidate must share; 99 of 100 copies with three changed words do
_WORDS = bytes.maketrans(string.punctuation.encode(), b" " * len(string.punctuation))
_LONG = 7  # bytes of a long word, at least
_COUNTING = re.compile(r"^(?:v?\d+(?:\.\d+)*|[ivx]+|one|two|three|first|second|third)$")


Sketch = tuple[int, ...]


def sketch(abstract: str) -> Sketch:
    """Return the smallest hashes of an abstract's phrases, in ascending order.

    Two sketches overlap about as much as the phrases of the two abstracts do (MinHash). The
    ledger stores a part of each sketch, so its form must not change.
    """
    # A phrase is a long word and the two after it. Phrases of two words are so common that
    # most abstracts share some.
    words = abstract.lower().encode("utf-8", "replace").translate(_WORDS).split()
    triples = zip(words, words[1:], words[2:], strict=False)
    phrases = [b" ".join(triple) for triple in triples if len(triple[0]) >= _LONG]
    return tuple(sorted({*map(zlib.crc32, phrases)})[:_SKETCH])


def lookup_blocks(whole: Sketch) -> Sketch:
    """Return the hashes of a sketch by which papers are looked up.

    A near copy shares at least `SHARED` of these blocks.
    """
    return whole[:_BLOCKS]


def find_candidates(by_block: Iterable[AbstractSet[int]]) -> list[int]:
    """Return the papers that share enough blocks; ``by_block`` has the papers of each block."""
    ranked = sorted(by_block, key=len)
    # A paper that misses too many blocks for the others to be enough is left out from the start.
    # So a phrase of thousands of papers costs no more than a rare one: a third of the time of a
    # run with a thousand new papers went into counting it.
    possible = set[int]().union(*ranked[: len(ranked) - SHARED + 1]) if ranked[SHARED - 1 :] else ()
    shared = Counter(chain.from_iterable(papers & possible for papers in ranked if possible))
    return [number for number, count in shared.items() if count >= SHARED]


def overlap(sketch: Sketch, other: Sketch) -> float:
    """Estimate the Jaccard index of two abstracts' phrases from their sketches; 0 to 1."""
    smallest = sorted({*sketch, *other})[:_SKETCH]
    return len({*smallest} & {*sketch} & {*other}) / len(smallest) if smallest else 0.0


class SimilarityCache:
    """Compares papers with each other, and computes each title key and sketch only once.

    It grows with every paper, so use one for each batch.
    """

    def __init__(self, sketches: dict[str, Sketch]) -> None:
        self.sketches = sketches  # by abstract; further ones are added
        self._title_key = functools.cache(text.title_key)

    def sketch(self, abstract: str | None) -> Sketch:
        """Return the sketch of an abstract; an empty one for None or an empty text."""
        if not abstract:
            return ()
        if abstract not in self.sketches:
            self.sketches[abstract] = sketch(abstract)
        return self.sketches[abstract]

    def near_copies(self, paper: Sighting | Paper, others: Sequence[Paper]) -> Iterator[Paper]:
        """Yield the others with a similar title, the same numbers in it, and a similar abstract."""
        if not others:
            return
        from rapidfuzz import fuzz, process  # only for papers without an id

        # Titles first, and all in one call: most pairs differ there, and a sketch costs more.
        key, keys = self._title_key(paper.title), [self._title_key(other.title) for other in others]
        found = process.extract_iter(key, keys, scorer=fuzz.ratio, score_cutoff=TITLE_RATIO)
        for other_key, _, place in found:
            other = others[place]
            if (
                _numbers(key) == _numbers(other_key)
                and overlap(self.sketch(paper.abstract), self.sketch(other.abstract)) >= OVERLAP
            ):
                yield other


def _numbers(key: str) -> list[str]:
    """Return the words of a title that count parts and versions: "2", "v1.1", "ii", "second"."""
    return [word for word in key.split() if _COUNTING.match(word)]
