"""Learn from papers that were moved by hand: corrections to the weights in force.

The model is that of the shipped weights: a softmax regression on each phrase's share of the
evidence, with a bias for each topic, added to what the weights in force say. A quadratic penalty
holds the additions near zero, so that what few papers say moves little. Papers that were not moved
may be added with their present likelihoods as their targets: they hold the model where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import add, mul
from typing import NamedTuple

import msgspec

from digest.editorial.topics.learnt import LearntWeights, align
from digest.editorial.topics.lexicon import Lexicon, phrase_key
from digest.editorial.topics.placing import Evidence, rank_topics

PENALTY = 0.03  # on the square of each weight of a phrase
BIAS_PENALTY = 10.0  # on that of each bias
STEPS = 20
_TENTHS = 10
_BIAS = -1  # in place of a phrase; its share is 1


class Example(msgspec.Struct, frozen=True, gc=False):
    """A paper to learn from: the shares of its phrases, and what is said of its topics.

    ``topics`` are those it may be placed under; ``logits`` say how likely each is by the weights
    in force, and ``targets`` how likely it should be. ``weight`` is what it counts.
    """

    shares: tuple[tuple[int, float], ...]
    topics: tuple[int, ...]
    logits: tuple[float, ...]
    targets: tuple[float, ...]
    weight: float


def make_example(
    lexicon: Lexicon, evidence: Evidence, topic: str | None, weight: float = 1.0
) -> Example | None:
    """Return a paper that should stand under a topic; with None as likely under each as now.

    Returns None if nothing can be learnt from it: it has no words of two topics, or none that
    speak for this topic.
    """
    ranked = rank_topics(lexicon, evidence)
    ids = [each for each, _ in ranked]
    if len(ids) < 2 or (topic is not None and topic not in ids):
        return None
    likely = tuple(likelihood for _, likelihood in ranked)
    total = math.fsum(score for score in evidence.scores if score > 0)
    # Weights are kept by phrase, and a category is none.
    filed = lexicon.categories.values()
    return Example(
        shares=tuple((n, s / total) for n, s in evidence.strengths.items() if n not in filed),
        topics=tuple(map(lexicon.topics.index, ids)),
        logits=tuple(math.log(max(likelihood, 1e-12)) for likelihood in likely),
        targets=likely if topic is None else tuple(float(each == topic) for each in ids),
        weight=weight,
    )


def learn(lexicon: Lexicon, examples: Sequence[Example]) -> LearntWeights:
    """Fit corrections to these papers; return what they add to the weights in force, in tenths.

    Reads no clock and takes nothing from chance: the same examples in the same order give the
    same numbers.
    """
    columns, rows = _rows(examples)
    weights = _fit(examples, rows, columns)
    bias = [0] * len(lexicon.topics)
    phrases: dict[int, list[int]] = {}
    for (phrase, topic), column in columns.items():
        tenths = round(weights[column] * _TENTHS)
        if phrase == _BIAS:
            bias[topic] = tenths
        elif tenths:
            phrases.setdefault(phrase, [0] * len(bias))[topic] = tenths
    return LearntWeights(
        topics=lexicon.topics,
        bias=tuple(bias),
        phrases={lexicon.phrases[phrase]: tuple(phrases[phrase]) for phrase in sorted(phrases)},
    )


class _Vector(NamedTuple):
    """A sparse vector: positions, and the values there."""

    at: tuple[int, ...]
    values: tuple[float, ...]

    def times(self, numbers: Sequence[float]) -> float:
        """Return the scalar product with a dense vector."""
        products: Iterator[float] = map(mul, map(numbers.__getitem__, self.at), self.values)
        return math.fsum(products)


def _rows(examples: Iterable[Example]) -> tuple[dict[tuple[int, int], int], list[_Vector]]:
    """Number the weights, one for each pair of a phrase and a topic that comes up.

    Also returns the inputs: for each example, and each of its topics, the shares by weight.
    """
    columns: dict[tuple[int, int], int] = {}
    rows = []
    for example in examples:
        shares = ((_BIAS, 1.0), *example.shares)
        values = tuple(share for _, share in shares)
        for topic in example.topics:
            at = tuple(columns.setdefault((p, topic), len(columns)) for p, _ in shares)
            rows.append(_Vector(at, values))
    return columns, rows


def _transposed(rows: Sequence[_Vector], columns: int) -> list[_Vector]:
    entries: list[list[tuple[int, float]]] = [[] for _ in range(columns)]
    for number, row in enumerate(rows):
        for column, value in zip(row.at, row.values, strict=True):
            entries[column].append((number, value))
    return [_Vector(*zip(*pairs, strict=True)) for pairs in entries]


def _fit(
    examples: Sequence[Example], rows: Sequence[_Vector], columns: dict[tuple[int, int], int]
) -> list[float]:
    """Minimise loss and penalty by accelerated gradient descent; return the weights by column."""
    penalties = [BIAS_PENALTY if phrase == _BIAS else PENALTY for phrase, _ in columns]
    by_column = _transposed(rows, len(columns))
    steps = _step_sizes(examples, rows, by_column, penalties)
    weights = [0.0] * len(columns)
    ahead = weights
    for number in range(STEPS):
        errors = _errors(examples, [row.times(ahead) for row in rows])
        moved = [
            weight - step * (penalty * weight + column.times(errors))
            for weight, step, penalty, column in zip(
                ahead, steps, penalties, by_column, strict=True
            )
        ]
        momentum = number / (number + 3)  # Nesterov's
        ahead = [m + momentum * (m - w) for m, w in zip(moved, weights, strict=True)]
        weights = moved
    return weights


def _errors(examples: Sequence[Example], additions: Sequence[float]) -> list[float]:
    """Return by row how much too likely its topic is, with these additions to the logits."""
    errors: list[float] = []
    for example in examples:
        start = len(errors)
        end = start + len(example.topics)
        logits = list(map(add, example.logits, additions[start:end]))
        top = max(logits)  # subtracted, so that no power overflows
        powers = [math.exp(logit - top) for logit in logits]
        scale = example.weight / math.fsum(powers)
        errors += [
            power * scale - target * example.weight
            for power, target in zip(powers, example.targets, strict=True)
        ]
    return errors


def _step_sizes(
    examples: Iterable[Example],
    rows: Iterable[_Vector],
    by_column: Iterable[_Vector],
    penalties: Iterable[float],
) -> list[float]:
    """Return a step for each weight that never overshoots."""
    # The curvature of a softmax is at most a half; a sum over the columns of each row bounds
    # the matrix of products by a diagonal.
    factors = [0.5 * example.weight for example in examples for _ in example.topics]
    bounds = [factor * math.fsum(row.values) for factor, row in zip(factors, rows, strict=True)]
    return [
        1 / (penalty + column.times(bounds))
        for penalty, column in zip(penalties, by_column, strict=True)
    ]


def corrected(lexicon: Lexicon, further: LearntWeights) -> Lexicon:
    """Return the lexicon with these weights added to those it has."""
    further = align(further, lexicon.topics)
    numbers: dict[str, int] = {}
    for number, phrase in enumerate(lexicon.phrases):
        numbers.setdefault(phrase_key(phrase), number)
    corrections, zeros = dict(lexicon.corrections), (0,) * len(lexicon.topics)
    for phrase, row in further.phrases.items():
        at = numbers.get(phrase_key(phrase))
        if at is not None:  # else no topic has the phrase any more
            corrections[at] = _sum(corrections.get(at, zeros), row)
    bias = _sum(lexicon.bias, further.bias)
    return msgspec.structs.replace(lexicon, bias=bias, corrections=corrections)


def _sum(row: tuple[int, ...], further: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(row, further, strict=True))
