"""Whether two papers' words are nearly the same: title and abstract must both say so.

For papers of which one has no id, and only for those: of all pairs among 11,614 real
records one is alike by these rules, and it bears two ids. A title one word away from another
is no evidence by itself ("part I" and "part II").
"""

from __future__ import annotations

import functools
import re
import string
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from digest import text
from digest.model.papers import Paper, Sighting

TITLE_RATIO = 72.0
OVERLAP = 0.6
_SKETCH = 16  # smallest hashes kept
_BLOCKS = 5  # of these, the ones that papers are looked up by
SHARED = 3  # blocks a candidate must share; a copy with three changed words does in 99 of 100
_WORDS = bytes.maketrans(string.punctuation.encode(), b" " * len(string.punctuation))
_LONG = 7  # bytes a phrase's first word has at least
_COUNTING = re.compile(r"^(?:v?\d+(?:\.\d+)*|[ivx]+|one|two|three|first|second|third)$")


Sketch = tuple[int, ...]


def sketch(abstract: str) -> Sketch:
    """The smallest hashes of an abstract's phrases: two sketches overlap as the texts do.

    A phrase is a long word with the two words after it: pairs of words are so common that
    most papers share some.
    """
    words = abstract.lower().encode("utf-8", "replace").translate(_WORDS).split()
    triples = zip(words, words[1:], words[2:], strict=False)
    phrases = [b" ".join(three) for three in triples if len(three[0]) >= _LONG]
    return tuple(sorted({*map(zlib.crc32, phrases)})[:_SKETCH])


def blocks(found: Sketch) -> Sketch:
    """What papers are looked up by; a near copy shares `SHARED` of them or more."""
    return found[:_BLOCKS]


def near(by_block: Iterable[Iterable[int]]) -> list[int]:
    """Of the papers under each of some blocks, those that share enough of them."""
    shared = Counter(chain.from_iterable(by_block))
    return [number for number, count in shared.items() if count >= SHARED]


def overlap(one: Sketch, other: Sketch) -> float:
    """The share of the smallest hashes of both together that both have (Jaccard, estimated)."""
    smallest = sorted({*one, *other})[:_SKETCH]
    return len({*smallest} & {*one} & {*other}) / len(smallest) if smallest else 0.0


class Likeness:
    """Compares many papers with each other, and works out nothing about one of them twice.

    For a batch at a time: it keeps what it was asked about.
    """

    def __init__(self, sketches: dict[str, Sketch]) -> None:
        self.sketches = sketches  # by abstract; takes further ones in
        self._key = functools.cache(text.title_key)

    def sketch(self, abstract: str | None) -> Sketch:
        """The sketch of an abstract; an empty one where there is none."""
        if not abstract:
            return ()
        found = self.sketches.get(abstract)
        if found is None:
            found = self.sketches[abstract] = sketch(abstract)
        return found

    def alike(self, one: Sighting | Paper, others: Sequence[Paper]) -> Iterator[Paper]:
        """Its near copies: titles similar, told apart by no number, abstracts overlapping.

        Titles go first, because most papers differ there and a sketch costs more.
        """
        if not others:
            return
        from rapidfuzz import fuzz  # only where a side has no id

        key = self._key(one.title)
        for other in others:
            other_key = self._key(other.title)
            if (
                fuzz.ratio(key, other_key, score_cutoff=TITLE_RATIO) >= TITLE_RATIO
                and _numbers(key) == _numbers(other_key)
                and overlap(self.sketch(one.abstract), self.sketch(other.abstract)) >= OVERLAP
            ):
                yield other


def _numbers(key: str) -> list[str]:
    """What tells parts and versions apart."""
    return [word for word in key.split() if _COUNTING.match(word)]
