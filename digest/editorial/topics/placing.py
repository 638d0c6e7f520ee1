"""Words of one paper -> evidence -> a placement with its reasons."""

from __future__ import annotations

import math
from collections import Counter
from operator import itemgetter

import msgspec

from digest.editorial.topics.lexicon import Lexicon, normal

OTHER = "other"
NOTHING_FOUND = "no words of any topic were found"

IN_TITLE, CAP = 6, 10
CONTENDER = 0.35  # of the best score: below it a topic is not considered
SHARPNESS = 12.0  # the judgement of a topic that has all the evidence, before corrections
ALSO = 0.4  # how likely the second topic is beside the first, from where it is shown
REASONS = 5

_ROOTS = {count: math.sqrt(count) for count in range(1, CAP)}
_FULL = math.sqrt(CAP)
_number = itemgetter(1)


class Placement(msgspec.Struct, frozen=True, gc=False):
    """A paper under a topic: topic ids, how sure (0 to 1), and why, ready to be shown."""

    topic: str
    also: tuple[str, ...] = ()
    score: float = 0.0
    reasons: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What the words of one paper say, before any judgement.

    ``scores`` has a number per topic. ``strengths`` tell of each phrase found how much it says,
    the more often the more; ``titled`` are the phrases that stand in the title.
    """

    scores: list[float]
    strengths: dict[int, float]
    titled: frozenset[int]


def evidence(
    lexicon: Lexicon, title: str, abstract: str | None, categories: tuple[str, ...] = ()
) -> Evidence:
    """Find the phrases and add up what they say, by topic.

    Of the categories only the first is heard, as if it stood in the title.
    """
    find = lexicon.automaton.iter_long
    titled = frozenset(map(_number, find(normal(title))))
    counts = Counter(map(_number, find(normal(abstract or ""))))
    for number in titled:
        counts[number] += IN_TITLE
    if categories and (filed := lexicon.categories.get(categories[0])) is not None:
        counts[filed] += IN_TITLE
    scores, strengths = [0.0] * len(lexicon.topics), dict[int, float]()
    weights, root = lexicon.weights, _ROOTS.get
    for number, count in counts.items():
        strengths[number] = strength = root(count, _FULL)
        for topic, weight in weights[number]:
            scores[topic] += weight * strength
    return Evidence(scores, strengths, titled)


def place(
    lexicon: Lexicon, title: str, abstract: str | None, categories: tuple[str, ...] = ()
) -> Placement:
    """Put a paper under the topic its words speak for most.

    ``also`` names the second topic when it is a close thing. A paper without a word of any
    topic is placed under `OTHER`, and the reason says so.
    """
    found = evidence(lexicon, title, abstract, categories)
    ranked = _ranked(lexicon, found)
    if not ranked:
        return Placement(OTHER, reasons=(NOTHING_FOUND,))
    odds, first = ranked[0]
    also = [n for likely, n in ranked[1:2] if likely >= ALSO * odds]
    return Placement(
        lexicon.topics[first],
        tuple([lexicon.topics[n] for n in also]),
        round(odds, 3),
        _reasons(lexicon, found, first),
    )


def contenders(lexicon: Lexicon, found: Evidence) -> list[tuple[str, float]]:
    """The topics a paper may stand under with how likely each is, the likeliest first.

    None for a paper without a word of any topic.
    """
    return [(lexicon.topics[n], odds) for odds, n in _ranked(lexicon, found)]


def without(lexicon: Lexicon, found: Evidence, phrase: int) -> Evidence:
    """What the words of a paper would say if the topics did not know this phrase."""
    strengths = dict(found.strengths)
    strength = strengths.pop(phrase)
    scores = list(found.scores)
    for topic, weight in lexicon.weights[phrase]:
        scores[topic] -= weight * strength
    return Evidence(scores, strengths, found.titled - {phrase})


def _ranked(lexicon: Lexicon, found: Evidence) -> list[tuple[float, int]]:
    """How likely each topic with enough evidence is a reader's choice, the likeliest first."""
    scores = found.scores
    best = max(scores, default=0.0)
    if best <= 0:
        return []
    least = best * CONTENDER
    contenders = [n for n, score in enumerate(scores) if score >= least]
    if len(contenders) == 1:
        return [(1.0, contenders[0])]
    total = sum([score for score in scores if score > 0])
    logits = [SHARPNESS * scores[n] / total for n in contenders]
    row_of = lexicon.corrections
    rows = [(strength, row_of[n]) for n, strength in found.strengths.items() if n in row_of]
    for at, n in enumerate(contenders):
        learnt = sum([strength * row[n] for strength, row in rows]) / total
        logits[at] += (learnt + lexicon.bias[n]) / 10
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    whole = sum(powers)
    # the sort is stable: of equals the topic that stands first in the file is first
    return sorted(
        [(power / whole, n) for power, n in zip(powers, contenders, strict=True)],
        key=itemgetter(0),
        reverse=True,
    )


def _reasons(lexicon: Lexicon, found: Evidence, topic: int) -> tuple[str, ...]:
    weights = lexicon.weights
    decided = [
        (-weight * strength, number)
        for number, strength in found.strengths.items()
        for other, weight in weights[number]
        if other == topic and weight > 0
    ]
    decided.sort()
    return tuple(
        f"“{lexicon.phrases[number]}”" + (" in the title" if number in found.titled else "")
        for _, number in decided[:REASONS]
    )
