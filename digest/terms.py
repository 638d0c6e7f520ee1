"""Terms of the day: phrases that an issue uses more than the issues before. Asks nobody.

A phrase stands out when two papers use it and one has it in the title, a single word when three
do and two have it there; when that is three times what its share before would bring; and when
it is three standard deviations more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from digest import phrases
from digest.model.issues import Item, Term

BEFORE = 30  # issues that are compared with
ENOUGH = 100  # papers before, or nothing is known to stand out against
MOST = 8  # terms shown
_TIMES = 3
_DEVIATIONS = 3.0

Words = tuple[str, str | None]  # a paper's title and abstract


def of_issue(items: Sequence[Item], before: Sequence[Words]) -> tuple[Term, ...]:
    """The terms of an issue, the clearest first; ``before`` are papers of earlier issues."""
    if len(before) < ENOUGH or not items:
        return ()
    used = _used(items)
    counts = phrases.counted((_text(*words) for words in before), used.keys())
    clear = {
        phrase: how
        for phrase, where in used.items()
        if (how := _stands_out(len(where), len(items), counts[phrase], len(before)))
    }
    chosen: list[str] = []
    for phrase in sorted(clear, key=lambda phrase: (-clear[phrase], -len(phrase), phrase)):
        if not any(_overlap(phrase, other) for other in chosen):
            chosen.append(phrase)
    return tuple(_term(phrase, [items[at] for at in used[phrase]]) for phrase in chosen[:MOST])


def _used(items: Sequence[Item]) -> dict[str, list[int]]:
    """Phrases of at least two papers that some title has, with the papers' positions."""
    texts = [phrases.tokens(_text(item.title, item.abstract)) for item in items]
    shared = {
        phrase: where
        for phrase, where in phrases.shared(texts, 2).items()
        if len(where) > 1 + (" " not in phrase) and phrases.says_something(phrase)
    }
    titled = phrases.counted((item.title for item in items), shared.keys())
    return {
        phrase: where for phrase, where in shared.items() if titled[phrase] > (" " not in phrase)
    }


def _stands_out(now: int, papers: int, before: int, earlier: int) -> float:
    """By how many standard deviations of a binomial; 0 for what does not stand out."""
    share = (before + 0.5) / (earlier + 1)
    expected = share * papers
    deviations = (now - expected) / math.sqrt(expected * (1 - share))
    return deviations if now >= _TIMES * expected and deviations >= _DEVIATIONS else 0.0


def _overlap(one: str, other: str) -> bool:
    return not set(one.split()).isdisjoint(other.split())


def _term(phrase: str, items: Sequence[Item]) -> Term:
    texts = [f"{item.abstract or item.title}" for item in items]
    return Term(term=phrases.written(phrase, texts), papers=tuple(item.guid for item in items))


def _text(title: str, abstract: str | None) -> str:
    return f"{title} | {abstract or ''}"
