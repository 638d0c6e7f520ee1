"""Weights that were learnt from labelled papers, and how they fit another list of topics."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec


class LearntWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Corrections learnt from labelled papers, for one list of topics, in tenths.

    ``bias`` and every row of ``phrases`` have one number per topic. A phrase's row counts in
    proportion to the phrase's share of the evidence.
    """

    topics: tuple[str, ...]
    bias: tuple[int, ...]
    phrases: dict[str, tuple[int, ...]]

    @classmethod
    def decode(cls, raw: bytes) -> LearntWeights:
        """Decode the bytes of a weights file; raises `msgspec.DecodeError` for any other."""
        return msgspec.json.decode(raw, type=cls)


def align(learnt: LearntWeights, topics: Sequence[str]) -> LearntWeights:
    """Return the weights for another list of topic ids: each topic keeps its numbers.

    A topic that the weights do not know gets zeros; the numbers of one not listed are left out.
    """
    if learnt.topics == tuple(topics):
        return learnt
    columns = {topic: column for column, topic in enumerate(learnt.topics)}
    order = [columns.get(topic, -1) for topic in topics]  # -1: the zero put at the end of a row

    def reordered(row: tuple[int, ...]) -> tuple[int, ...]:
        return tuple([(*row, 0)[column] for column in order])

    return msgspec.structs.replace(
        learnt,
        topics=tuple(topics),
        bias=reordered(learnt.bias),
        phrases={phrase: reordered(row) for phrase, row in learnt.phrases.items()},
    )


def drop_rows(learnt: LearntWeights, phrases: Collection[str]) -> LearntWeights:
    """Return the weights without the rows of these phrases, spelled as in the weights."""
    kept = {phrase: row for phrase, row in learnt.phrases.items() if phrase not in phrases}
    return msgspec.structs.replace(learnt, phrases=kept)


def add(weights: LearntWeights, further: LearntWeights) -> LearntWeights:
    """Return the sum of two sets of weights, for the topics of the first."""
    further = align(further, weights.topics)
    zeros = (0,) * len(weights.topics)
    phrases = dict(weights.phrases)
    for phrase, row in further.phrases.items():
        phrases[phrase] = _sum(phrases.get(phrase, zeros), row)
    return msgspec.structs.replace(
        weights, bias=_sum(weights.bias, further.bias), phrases=phrases
    )


def _sum(row: tuple[int, ...], further: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(row, further, strict=True))
