"""Topic definitions, compiled: which phrases there are and what each of them says."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence

import ahocorasick
import msgspec

from digest.model import settings

STRONG, WEAK = 2.0, 0.5
_PLAIN = bytes.maketrans(
    f"{string.punctuation}\t\n\r{string.ascii_uppercase}".encode(),
    f"{'':35}{string.ascii_lowercase}".encode(),
)
_TYPOGRAPHIC = re.compile("[‐‑–—‘’“”…]")


class Learnt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Corrections learnt from labelled papers, for one list of topics, in tenths.

    ``bias`` and every row of ``phrases`` have a number per topic. A phrase's row counts with
    the phrase's share of the evidence.
    """

    topics: tuple[str, ...]
    bias: tuple[int, ...]
    phrases: dict[str, tuple[int, ...]]

    @classmethod
    def decode(cls, raw: bytes) -> Learnt:
        """Read the weights file's bytes; raises `msgspec.DecodeError` if they are not one."""
        return msgspec.json.decode(raw, type=cls)


class Lexicon(msgspec.Struct, frozen=True, eq=False):
    """Compiled topics: made by `compile`, used by `place`.

    ``weights`` holds per phrase the topics it speaks for and how loudly, ``corrections`` its
    learnt row, ``bias`` what was learnt of each topic: zeros where nothing was.
    """

    topics: tuple[str, ...]
    phrases: tuple[str, ...]
    weights: tuple[tuple[tuple[int, float], ...], ...]
    categories: dict[str, int]
    automaton: ahocorasick.Automaton
    bias: tuple[int, ...]
    corrections: dict[int, tuple[int, ...]]


def compile(  # noqa: A001
    topics: Sequence[settings.Topic], learnt: Learnt | None = None
) -> Lexicon:
    """Make a lexicon of ``topics``, in their order.

    ``learnt`` is left aside unless it was learnt for exactly these topic ids: other topics
    work from their words alone.
    """
    ids = tuple(topic.id for topic in topics)
    spelled: dict[str, str] = {}
    weights: dict[str, dict[int, float]] = {}
    for number, topic in enumerate(topics):
        for key, phrase, weight in _phrases(topic):
            spelled.setdefault(key, phrase)
            weights.setdefault(key, {}).setdefault(number, weight)
    if learnt is None or learnt.topics != ids:
        learnt = Learnt(topics=ids, bias=(0,) * len(ids), phrases={})
    filed = [(category, n) for n, topic in enumerate(topics) for category in topic.categories]
    return Lexicon(
        topics=ids,
        phrases=(*spelled.values(), *(category for category, _ in filed)),
        weights=(
            *(_shared(by_topic) for by_topic in weights.values()),
            *(((n, STRONG),) for _, n in filed),
        ),
        categories={category: len(spelled) + n for n, (category, _) in enumerate(filed)},
        automaton=_automaton(list(weights)),
        bias=learnt.bias,
        corrections={
            n: learnt.phrases[words]
            for n, words in enumerate(spelled.values())
            if words in learnt.phrases
        },
    )


def normal(text: str) -> str:
    """Lower case words with two blanks between them and at least one around.

    No blank is shared, so that of two neighbouring phrases both can be found. Marks become
    blanks too: a hyphen joins words, a comma and its blank part them.
    """
    if "  " in text:  # a raw text, wrapped and indented
        text = " ".join(text.split())
    return f" {_decoded(_plain(text).replace(b' ', b'  '))} "


def _plain(text: str) -> bytes:
    """Lower case without marks; bytes, as their tables and blanks take half the time."""
    if not text.isascii():
        text = _TYPOGRAPHIC.sub(" ", text.lower())
    return text.encode("utf-8", "surrogatepass").translate(_PLAIN)


def _decoded(plain: bytes) -> str:
    return plain.decode("utf-8", "surrogatepass")


def _phrases(topic: settings.Topic) -> Iterator[tuple[str, str, float]]:
    groups = (
        (topic.strong, STRONG),
        (topic.words, 1.0),
        (topic.weak, WEAK),
        (topic.not_words, -1.0),
    )
    for entries, factor in groups:
        for entry in entries:
            text, weight = (entry, 1.0) if isinstance(entry, str) else (entry.phrase, entry.weight)
            for phrase in text.split(","):
                if words := _decoded(_plain(phrase)).split():
                    yield f" {'  '.join(words)} ", phrase.strip(), weight * factor


def _shared(by_topic: dict[int, float]) -> tuple[tuple[int, float], ...]:
    sharing = sum(weight > 0 for weight in by_topic.values()) or 1
    return tuple((n, w / sharing if w > 0 else w) for n, w in by_topic.items())


def _automaton(keys: list[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    automaton.add_word("\n", 0)  # in no normal text: an automaton without words cannot search
    for number, key in enumerate(keys):
        automaton.add_word(_plural(key), number)
    for number, key in enumerate(keys):
        automaton.add_word(key, number)
    automaton.make_automaton()
    return automaton


def _plural(key: str) -> str:
    word = key[:-1]
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es "
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies "
    return f"{word}s "
