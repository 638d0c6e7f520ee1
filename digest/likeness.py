"""Whether two papers' words are nearly the same: title and abstract must both say so.

For papers of which one has no id, and only for those: of all pairs among 11,614 real
records one is alike by these rules, and it bears two ids. A title one word away from another
is no evidence by itself ("part I" and "part II").
"""

from __future__ import annotations

import re
import string
import zlib
from collections.abc import Iterable

from digest import text

TITLE_RATIO = 72.0
OVERLAP = 0.6
_SKETCH = 16  # smallest hashes kept
_BLOCKS = 5  # of these, the ones that papers are looked up by
SHARED = 3  # blocks a candidate must share; a copy with three changed words does in 99 of 100
_WORDS = bytes.maketrans(string.punctuation.encode(), b" " * len(string.punctuation))
_LONG = 7  # bytes a phrase's first word has at least
_COUNTING = re.compile(r"^(?:v?\d+(?:\.\d+)*|[ivx]+|one|two|three|first|second|third)$")


def sketch(abstract: str) -> tuple[int, ...]:
    """The smallest hashes of an abstract's phrases: two sketches overlap as the texts do.

    A phrase is a long word with the two words after it: pairs of words are so common that
    most papers share some.
    """
    words = abstract.lower().encode("utf-8", "replace").translate(_WORDS).split()
    triples = zip(words, words[1:], words[2:], strict=False)
    hashes = {zlib.crc32(b" ".join(three)) for three in triples if len(three[0]) >= _LONG}
    return tuple(sorted(hashes)[:_SKETCH])


def blocks(found: tuple[int, ...]) -> tuple[int, ...]:
    """What papers are looked up by; a near copy shares `SHARED` of them or more."""
    return found[:_BLOCKS]


def overlap(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The share of the smallest hashes of both together that both have (Jaccard, estimated)."""
    smallest = sorted({*one, *other})[:_SKETCH]
    return len({*smallest} & {*one} & {*other}) / len(smallest) if smallest else 0.0


def are_alike(title: str, found: tuple[int, ...], other_title: str, other: tuple[int, ...]) -> bool:
    """Whether near copies: titles similar, told apart by no number, abstracts overlapping."""
    if overlap(found, other) < OVERLAP:
        return False
    from rapidfuzz import fuzz  # only where a side has no id

    one_key, other_key = text.title_key(title), text.title_key(other_title)
    if _numbers(one_key.split()) != _numbers(other_key.split()):
        return False
    return float(fuzz.ratio(one_key, other_key)) >= TITLE_RATIO


def _numbers(words: Iterable[str]) -> list[str]:
    """What tells parts and versions apart."""
    return [word for word in words if _COUNTING.match(word)]
