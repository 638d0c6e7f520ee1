"""Judge whether a phrase may be a term or a sub-heading: a noun phrase that names a subject.

The rules are closed lists and endings, not a parser. A phrase of several words must end with a
noun that is not a word of every abstract ("reasoning capabilities"), and begin with neither a
verb nor an adjective that only praises or compares ("larger model"). A single word must not be
an adjective, a participle or a plain word. What the lists do not know passes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable

from digest.editorial.common_words import PLAIN
from digest.editorial.terms import words as word_lists

_PARTS = re.compile(r"[^\W_][\w.+]*")

# Phrases that begin with one of `NO_BEGINNING` and are names all the same.
_NAMES = re.compile(
    r"(large|small) .*(model|llm|mllm|lmm|vlm)s?"
    r"|long (video|context|chain-of-thought|cot|document|sequence|horizon).*"
    r"|natural (gradient|image|scene|evolution|gas|science).*|optimal (transport|control).*"
    r"|model (merging|selection|collapse|compression|editing|distillation|stealing|routing"
    r"|predictive|checking|extraction|inversion|fusion|poisoning).*"
)
_ADJECTIVES = tuple(
    "able ible ive ous ful less ical onal ural ual oral eral ial istic etic antic actic amic"
    " omic ific entic matic ptic odic aic ly ed ary ory wise -free -based -driven -aware -level"
    " -agnostic modal -grained -guided -specific -efficient -like -centric -oriented -shot"
    " -language lingual ian ese -purpose -scale -image -view -time -fidelity"
    " -quality -resolution".split()
)
_ALL_PLAIN = PLAIN | word_lists.PLAIN_ALONE
_CACHED_WORDS = 1 << 14  # titles and texts repeat them


def is_subject(word: str) -> bool:
    """Return whether a single word (in lower case) is a known method or task."""
    return _singular(word) in word_lists.SUBJECTS


def may_be_term(phrase: str, headings: Iterable[Collection[str]] = ()) -> bool:
    """Return whether a phrase (in lower case) is a noun phrase that a reader would look up.

    ``headings`` are the words of each heading, as `heading_words` gives them. A phrase all of
    whose words stand in one of them would repeat it.
    """
    words = phrase.split()
    if not word_lists.CONFERENCES.isdisjoint(words):
        return False
    if len(words) == 1:
        is_noun = _singular(phrase) not in _ALL_PLAIN and not _needs_a_noun(phrase)
    else:
        is_noun = not PLAIN.issuperset(words) and _begins_well(words) and _ends_well(words)
    return is_noun and not any(repeats_heading(words, heading) for heading in headings)


def is_name(spelling: str) -> bool:
    """Return whether a single word is written like a name: "RAG", "LoRA", "GPT-4"."""
    capitals = sum(letter.isupper() for letter in spelling)
    return capitals > 1 or (capitals == 1 and not spelling[0].isupper())


def heading_words(heading: str) -> frozenset[str]:
    """Return the words of a heading, in the form that `may_be_term` compares."""
    return frozenset(map(_singular, _split(heading.lower())))


def repeats_heading(words: Iterable[str], heading: Collection[str]) -> bool:
    """Return whether a heading has all these words, in singular or plural."""
    # "pre-training" repeats "pretraining" too.
    return all(
        _singular(word.replace("-", "")) in heading
        or all(_singular(part) in heading for part in _split(word))
        for word in words
    )


def _split(words: str) -> list[str]:
    return _PARTS.findall(words)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > len("ties"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _begins_well(words: list[str]) -> bool:
    return _can_begin(words[0]) or _NAMES.fullmatch(" ".join(words)) is not None


@functools.lru_cache(_CACHED_WORDS)
def _can_begin(word: str) -> bool:
    if word.endswith("ly") or word_lists.NO_BEGINNING.intersection((word, _singular(word))):
        return False
    return not word.endswith("ing") or word.rsplit("-", maxsplit=1)[-1] in word_lists.GERUNDS


def _ends_well(words: list[str]) -> bool:
    if words[-2:] == ["large", "language"]:  # "model" follows
        return False
    return _can_end(words[-1]) or f"{words[-2]}-{_singular(words[-1])}" in word_lists.NAMED


@functools.lru_cache(_CACHED_WORDS)
def _can_end(word: str) -> bool:
    return _singular(word) not in word_lists.GENERAL_NOUNS and not _needs_a_noun(word)


def _needs_a_noun(word: str) -> bool:
    """Return whether lists or endings tell that a word is an adjective, a participle or a verb."""
    if word in word_lists.NO_END:
        return True
    if word.endswith("ing"):
        return word.rsplit("-", maxsplit=1)[-1] not in word_lists.GERUNDS
    return word.endswith(_ADJECTIVES) and _singular(word) not in word_lists.NOUNS_ALL_THE_SAME
