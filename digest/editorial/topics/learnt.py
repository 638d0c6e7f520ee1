"""Weights that were learnt from labelled papers, and how they fit another list of topics."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated

import msgspec

NONE = "N"  # the middle of the printable ASCII characters
UNIT = 0.005  # of the logit of a topic


class LearntWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Corrections learnt from labelled papers, for one list of topics.

    ``bias`` and every row of ``phrases`` have one number per topic, in tenths. A phrase's row
    counts in proportion to the phrase's share of the evidence.

    ``words`` and ``titled`` have rows for single words, which count once if the word is in the
    abstract or in the title, whether a phrase has it or not. Their rows are strings with a
    character per topic: `NONE` says nothing, and each character after or before it in ASCII is
    `UNIT` more or less.
    """

    topics: tuple[str, ...]
    bias: tuple[int, ...]
    phrases: dict[str, tuple[int, ...]]
    words: dict[str, str] = {}
    titled: dict[str, str] = {}

    @classmethod
    def decode(cls, raw: bytes) -> LearntWeights:
        """Decode the bytes of a weights file; raises `msgspec.DecodeError` for any other."""
        return msgspec.json.decode(raw, type=cls)


Tenths = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]


class FolderWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a folder learnt from its own corrections: to be added to the weights in force.

    ``corrections`` is how many papers moved by hand it was learnt from, ``moment`` when (RFC
    3339). The rest is as in `LearntWeights`.
    """

    corrections: int
    moment: str
    topics: tuple[str, ...]
    bias: tuple[Tenths, ...]
    phrases: dict[str, tuple[Tenths, ...]]

    def __post_init__(self) -> None:
        rows = (self.bias, *self.phrases.values())
        if len(set(self.topics)) < len(self.topics):
            raise ValueError("a topic is named twice")
        if any(len(row) != len(self.topics) for row in rows):
            raise ValueError("a row has not one number per topic")

    @classmethod
    def decode(cls, raw: bytes) -> FolderWeights:
        """Decode the bytes of a file; raises `msgspec.DecodeError` for any other."""
        return msgspec.json.decode(raw, type=cls)

    def encode(self) -> bytes:
        """Return the bytes of a file, with a line for each phrase."""
        fields = ("corrections", "moment", "topics", "bias")
        parts = [f'"{name}":{_json(getattr(self, name))}' for name in fields]
        rows = ",\n".join(f"{_json(name)}:{_json(row)}" for name, row in self.phrases.items())
        return ("{" + ",\n".join(parts) + ',\n"phrases":{\n' + rows + "\n}}\n").encode()

    @property
    def weights(self) -> LearntWeights:
        """Return the weights alone."""
        return LearntWeights(topics=self.topics, bias=self.bias, phrases=self.phrases)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


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

    def respelled(rows: dict[str, str]) -> dict[str, str]:
        return {word: "".join([(row + NONE)[n] for n in order]) for word, row in rows.items()}

    return msgspec.structs.replace(
        learnt,
        topics=tuple(topics),
        bias=reordered(learnt.bias),
        phrases={phrase: reordered(row) for phrase, row in learnt.phrases.items()},
        words=respelled(learnt.words),
        titled=respelled(learnt.titled),
    )


def drop_rows(learnt: LearntWeights, phrases: Collection[str]) -> LearntWeights:
    """Return the weights without the rows of these phrases, spelled as in the weights.

    Rows of single words stay: they were learnt from all papers, not for a phrase.
    """
    kept = {phrase: row for phrase, row in learnt.phrases.items() if phrase not in phrases}
    return msgspec.structs.replace(learnt, phrases=kept)
