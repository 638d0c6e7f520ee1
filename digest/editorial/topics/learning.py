"""Learn from papers that were moved by hand: corrections to the weights in force.

The model is that of the shipped weights: a softmax regression on each phrase's share of the
evidence, with a bias for each topic, added to what the weights in force say. A quadratic penalty
holds the additions near zero, so that what few papers say moves little. Papers that were not moved
may be added with their present likelihoods as their targets: they hold the model where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import mul

import msgspec

from digest.editorial.topics.learnt import LearntWeights, align
from digest.editorial.topics.lexicon import Lexicon, phrase_key
from digest.editorial.topics.placing import Evidence, rank_topics

PENALTY = 0.03  # on the square of each weight of a phrase
BIAS_PENALTY = 10.0  # on that of each bias
STEPS = 60
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
    total = sum(score for score in evidence.scores if score > 0)
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
    """Return what to add to the weights in force, in tenths.

    Reads no clock and takes nothing from chance: the same examples in the same order give the
    same numbers.
    """
    columns, rows = _columns(examples)
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


_Row = list[tuple[tuple[int, ...], tuple[float, ...]]]  # by topic: columns, and their values


def _columns(examples: Iterable[Example]) -> tuple[dict[tuple[int, int], int], list[_Row]]:
    """Number the weights, one for each pair of a phrase and a topic that comes up."""
    columns: dict[tuple[int, int], int] = {}
    rows = []
    for example in examples:
        shares = ((_BIAS, 1.0), *example.shares)
        values = tuple(share for _, share in shares)
        rows.append([
            (tuple(columns.setdefault((p, topic), len(columns)) for p, _ in shares), values)
            for topic in example.topics
        ])  # fmt: skip
    return columns, rows


def _fit(
    examples: Sequence[Example], rows: Sequence[_Row], columns: dict[tuple[int, int], int]
) -> list[float]:
    """Minimise loss and penalty by accelerated gradient descent; return the weights by column."""
    penalties = [BIAS_PENALTY if phrase == _BIAS else PENALTY for phrase, _ in columns]
    steps = _step_sizes(examples, rows, penalties)
    weights = [0.0] * len(columns)
    ahead = list(weights)
    for number in range(STEPS):
        gradient = [penalty * weight for penalty, weight in zip(penalties, ahead, strict=True)]
        for example, row in zip(examples, rows, strict=True):
            errors = _errors(example, row, ahead)
            for error, (numbers, values) in zip(errors, row, strict=True):
                for column, value in zip(numbers, values, strict=True):
                    gradient[column] += error * value
        moved = [a - s * g for a, s, g in zip(ahead, steps, gradient, strict=True)]
        momentum = number / (number + 3)  # Nesterov's
        ahead = [m + momentum * (m - w) for m, w in zip(moved, weights, strict=True)]
        weights = moved
    return weights


def _errors(example: Example, row: _Row, weights: list[float]) -> list[float]:
    """Return for each topic how much too likely it is with these weights."""
    logits = [
        logit + sum(map(mul, map(weights.__getitem__, numbers), values))
        for logit, (numbers, values) in zip(example.logits, row, strict=True)
    ]
    top = max(logits)  # subtracted, so that no power overflows
    powers = [math.exp(logit - top) for logit in logits]
    scale = example.weight / sum(powers)
    return [
        power * scale - target * example.weight
        for power, target in zip(powers, example.targets, strict=True)
    ]


def _step_sizes(
    examples: Iterable[Example], rows: Iterable[_Row], penalties: list[float]
) -> list[float]:
    """Return a step for each weight that never overshoots."""
    # The curvature of a softmax is at most a half; a sum over the columns of each row bounds
    # the matrix of products by a diagonal.
    bounds = list(penalties)
    for example, row in zip(examples, rows, strict=True):
        for numbers, values in row:
            factor = 0.5 * example.weight * sum(values)
            for column, value in zip(numbers, values, strict=True):
                bounds[column] += factor * value
    return [1 / bound for bound in bounds]


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
