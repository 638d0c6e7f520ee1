"""Compile topic definitions: all their phrases, and the weight of each for each topic."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence

import ahocorasick
import msgspec

from digest.editorial.topics.learnt import LearntWeights, align
from digest.model import topic_settings

STRONG, WEAK = 2.0, 0.5
# Punctuation (32 marks), tab and line ends become blanks: "{'':35}" is 35 of them.
_PLAIN = bytes.maketrans(
    f"{string.punctuation}\t\n\r{string.ascii_uppercase}".encode(),
    f"{'':35}{string.ascii_lowercase}".encode(),
)
_TYPOGRAPHIC = re.compile("[‐‑–—‘’“”…]")


class Lexicon(msgspec.Struct, frozen=True, eq=False):
    """Compiled topics: made by `compile_lexicon`, used by `place`.

    A phrase is given by its position in ``phrases``, a topic by its position in ``topics``.
    ``weights`` has for each phrase the topics it counts for and how much; ``corrections`` has its
    learnt row, if there is one; ``bias`` has the learnt number of each topic, 0 if nothing was
    learnt. ``words`` and ``titled`` are the learnt rows of single words in the abstract and in the
    title (see `LearntWeights`).
    """

    topics: tuple[str, ...]
    phrases: tuple[str, ...]
    weights: tuple[tuple[tuple[int, float], ...], ...]
    categories: dict[str, int]
    automaton: ahocorasick.Automaton
    bias: tuple[int, ...]
    corrections: dict[int, tuple[int, ...]]
    words: dict[str, str]
    titled: dict[str, str]


def compile_lexicon(
    topics: Sequence[topic_settings.Topic], learnt: LearntWeights | None = None
) -> Lexicon:
    """Compile topic definitions, in their order.

    ``learnt`` is aligned to these topics by their ids. Without it, topics work from their words
    alone.
    """
    ids = tuple(topic.id for topic in topics)
    spelled: dict[str, str] = {}
    weights: dict[str, dict[int, float]] = {}
    for number, topic in enumerate(topics):
        for key, phrase, weight in topic_phrases(topic):
            spelled.setdefault(key, phrase)
            weights.setdefault(key, {}).setdefault(number, weight)
    learnt = align(learnt or LearntWeights(topics=(), bias=(), phrases={}), ids)
    rows = {phrase_key(phrase): row for phrase, row in learnt.phrases.items()}
    filed = [(category, n) for n, topic in enumerate(topics) for category in topic.categories]
    return Lexicon(
        topics=ids,
        phrases=(*spelled.values(), *(category for category, _ in filed)),
        weights=(
            *(_divide(by_topic) for by_topic in weights.values()),
            *(((n, STRONG),) for _, n in filed),
        ),
        categories={category: len(spelled) + n for n, (category, _) in enumerate(filed)},
        automaton=_automaton(list(weights)),
        bias=learnt.bias,
        corrections={n: rows[key] for n, key in enumerate(weights) if key in rows},
        words=learnt.words,
        titled=learnt.titled,
    )


def find_phrases(lexicon: Lexicon, text: str) -> list[int]:
    """Return the phrases in a text, from left to right, without overlaps.

    The text must be one that `normalize` returned. Of two phrases that overlap, the one that
    begins first hides the other, and of two that begin at the same word the longer one.
    """
    # Not by `iter_long` of the automaton: it loses phrases inside a longer one that begins in
    # the text and does not go on there.
    longest = {}
    for end, (length, number) in lexicon.automaton.iter(text):
        longest[end - length] = end, number  # by the start; ends come in rising order
    found, hidden = [], -1
    for start in sorted(longest):
        if start >= hidden:
            end, number = longest[start]
            hidden = end - 1  # the next one may begin with the blank at which this one ends
            found.append(number)
    return found


def find_words(rows: dict[str, str], text: str) -> str:
    """Return the rows of the words in a text, each once, one after the other in no fixed order.

    The text must be one that `normalize` returned.
    """
    return "".join(map(rows.__getitem__, rows.keys() & text.split()))


def normalize(text: str) -> str:
    """Return a text in lower case, without marks, with a blank between words and one around.

    Every mark becomes a blank of its own. So "tide-driven" equals "tide driven", while a comma
    and the blank after it become two blanks, which no phrase crosses.
    """
    if "  " in text:  # a raw text, wrapped and indented
        text = " ".join(text.split())
    return f" {_decoded(_plain(text))} "


def _plain(text: str) -> bytes:
    """Return a text in lower case with marks as blanks, as bytes."""
    # As bytes, because their `translate` and `replace` take half the time of a string's.
    if not text.isascii():
        text = _TYPOGRAPHIC.sub(" ", text.lower())
    return text.encode("utf-8", "surrogatepass").translate(_PLAIN)


def _decoded(plain: bytes) -> str:
    return plain.decode("utf-8", "surrogatepass")


def topic_phrases(topic: topic_settings.Topic) -> Iterator[tuple[str, str, float]]:
    """Yield the key of each phrase of a topic, the phrase as written, and its weight.

    A phrase may come twice: then the first one counts.
    """
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
                if key := phrase_key(phrase):
                    yield key, phrase.strip(), weight * factor


def phrase_key(phrase: str) -> str:
    """Return the form in which phrases are compared and searched; "" if there is no word in it.

    It is the same for all ways to write a phrase with capitals, hyphens or other marks.
    """
    words = _decoded(_plain(phrase)).split()
    return f" {' '.join(words)} " if words else ""


def _divide(by_topic: dict[int, float]) -> tuple[tuple[int, float], ...]:
    """Divide the weight of a phrase among the topics that list it; weights against stay whole."""
    sharing = sum(weight > 0 for weight in by_topic.values()) or 1
    return tuple((n, w / sharing if w > 0 else w) for n, w in by_topic.items())


def _automaton(keys: list[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    automaton.add_word("\n", (0, 0))  # in no normal text: one without words cannot search
    for number, key in enumerate(keys):
        plural = _plural(key)
        automaton.add_word(plural, (len(plural), number))
    # After the plurals: a phrase as written replaces an equal plural of another.
    for number, key in enumerate(keys):
        automaton.add_word(key, (len(key), number))
    automaton.make_automaton()
    return automaton


def _plural(key: str) -> str:
    word = key[:-1]
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es "
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies "
    return f"{word}s "
