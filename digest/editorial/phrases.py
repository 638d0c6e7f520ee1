"""Find the phrases of one to four words that English texts share.

A phrase never crosses a comma, a full stop, a bracket or a stop word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, product, repeat

from digest.editorial.common_words import BREAKING

_BREAK = "|"
_BREAKING, _PARTING = ',;:()?!|[]{}"', "\t\n\r#$%&'*/<=>@\\^_`~"
_MARKS = bytes.maketrans(  # breaking marks to bars, parting ones to blanks: "{'':3}" is three
    f"{_BREAKING}{_PARTING}".encode(), f"{_BREAK * len(_BREAKING)}{'':{len(_PARTING)}}".encode()
)
_TYPOGRAPHIC = (*((mark, _BREAK) for mark in "“”–—…·"), ("‘", " "), ("’", " "))
_RUN = re.compile(r"[^| ]+(?: [^| ]+)*")
_SINGULAR_IN_S = ("ss", "us", "is")
_WORD = re.compile(r"[^\W\d_][\w.+-]*[\w+]")

PaperText = tuple[str, str | None]  # a paper's title and abstract


def join(title: str, abstract: str | None) -> str:
    """Return the text of a paper, in which no phrase crosses from title to abstract."""
    return f"{title} | {abstract or ''}"


def tokens(text: str) -> list[str]:
    """Split a text into its words in lower case, with ``|`` where no phrase may continue."""
    text = text.lower().rstrip(".")
    if not text.isascii():
        for mark, sign in _TYPOGRAPHIC:
            text = text.replace(mark, sign)
    # As bytes, because their `translate` is faster than that of a string.
    plain = text.encode("utf-8", "surrogatepass").translate(_MARKS)
    split = plain.replace(b". ", b"|").replace(b"|", b" | ")
    return split.decode("utf-8", "surrogatepass").split()


def find_shared(texts: Sequence[Sequence[str]], least: int) -> dict[str, list[int]]:
    """Return each phrase that at least ``least`` texts use, with the positions of these texts.

    ``texts`` are results of `tokens`. A plural counts as its singular. Phrases are in the order
    of their first use.
    """
    singulars = _phrase_words(Counter(chain.from_iterable(map(set, texts))), least)
    positions: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        for phrase in dict.fromkeys(_phrases(text, singulars)):
            positions.setdefault(phrase, []).append(position)
    return {phrase: where for phrase, where in positions.items() if len(where) >= least}


def join_hyphenated(texts: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return the words of each text, with a hyphen between two that another text writes with one.

    So "retrieval augmented" becomes "retrieval-augmented" if one of the texts has that.
    """
    lists = [list(text) for text in texts]
    pairs = {word for words in lists for word in words if "-" in word and word.count("-") == 1}
    firsts = {word.partition("-")[0] for word in pairs}
    for words in lists:
        # From the end, because positions after a joined pair shift.
        for at in range(len(words) - 2, -1, -1):
            if words[at] in firsts and (joined := f"{words[at]}-{words[at + 1]}") in pairs:
                words[at : at + 2] = [joined]
    return lists


def find_titled(titles: Sequence[str], texts: Iterable[str], least: int) -> dict[str, list[int]]:
    """Return each phrase of the titles that at least ``least`` texts use, with their positions.

    Titles and texts are plain strings. A single word must be in two of the titles.
    """
    # Most phrases that long texts share are in no title, so only those of titles are searched.
    heads = list(map(tokens, titles))
    words = set().union(*heads)
    # The forms that `_phrase_words` needs to recognise a plural.
    forms = {form for word in words for form in (word, f"{word}s", word[:-1], word[:-2])}
    index = _Index(texts, forms)
    singulars = _phrase_words({word: len(where) for word, where in index.places.items()}, least)
    spellings: dict[str, list[str]] = {}
    for word, singular in singulars.items():
        spellings.setdefault(singular, []).append(word)
    # A title may use a plural that no text does.
    by_form = {form: word for word in spellings for form in (word, f"{word}s")} | singulars
    titled = Counter(chain.from_iterable(dict.fromkeys(_phrases(head, by_form)) for head in heads))
    positions = {
        phrase: index.find(phrase, spellings, least)
        for phrase, count in titled.items()
        if count > (" " not in phrase)  # more than one title for a single word
    }
    return {phrase: where for phrase, where in positions.items() if len(where) >= least}


def locate(texts: Iterable[str], phrases: Collection[str], least: int = 1) -> dict[str, list[int]]:
    """Return for each phrase the positions of the texts (plain strings) that use it.

    There are none if fewer than ``least`` texts do. Each of its words may be in singular or
    plural, and a hyphen may be a blank.
    """
    plain = {phrase: phrase.replace("-", " ") for phrase in phrases}
    spellings = {word: _numbers(word) for words in plain.values() for word in words.split()}
    index = _Index(texts, set(chain.from_iterable(spellings.values())), hyphens=False)
    return {phrase: index.find(words, spellings, least) for phrase, words in plain.items()}


def count_uses(texts: Iterable[str], phrases: Collection[str]) -> dict[str, int]:
    """Return for each phrase how many of the texts (plain strings) use it."""
    return {phrase: len(where) for phrase, where in locate(texts, phrases).items()}


class _Index:
    """Texts, and for each of the given words the positions of the texts that have it."""

    def __init__(self, texts: Iterable[str], words: set[str], *, hyphens: bool = True) -> None:
        self.places = defaultdict[str, set[int]](set)
        self._lines = []
        for position, text in enumerate(texts):
            own = tokens(text if hyphens else text.replace("-", " "))
            self._lines.append(f" {' '.join(own)} ")
            for word in words.intersection(own):
                self.places[word].add(position)

    def find(
        self, phrase: str, spellings: Mapping[str, Collection[str]], least: int = 1
    ) -> list[int]:
        """Return the positions of the texts that use a phrase, in any spelling of its words.

        Returns none if fewer than ``least`` texts have the words at all.
        """
        words = phrase.split()
        # Most phrases fail here, before any spelling of them is made.
        common = set[int].intersection(*(self._with_any(spellings[word]) for word in words))
        if len(common) < least:
            return []
        if len(words) == 1:
            return sorted(common)
        written = [[form for form in spellings[word] if form in self.places] for word in words]
        variants = list(map(" ".join, product(*written)))
        return sorted(place for place in common if self._has_any(place, variants))

    def _with_any(self, forms: Collection[str]) -> set[int]:
        return set[int]().union(*(self.places.get(form, ()) for form in forms))

    def _has_any(self, place: int, variants: Iterable[str]) -> bool:
        """Return whether the words of a variant stand next to each other in this text."""
        line = self._lines[place]
        # Two tests, because the shorter one is faster and already excludes most texts.
        return any(words in line and f" {words} " in line for words in variants)


def usual_spelling(phrase: str, texts: Iterable[str]) -> str:
    """Return the phrase as most of the texts write it: "RAG", not "rag".

    A hyphen or a blank may be between its words. Of forms used equally often, one that begins in
    lower case wins. A plural is written as its singular.
    """
    words = r"[\s/-]+".join(map(re.escape, phrase.replace("-", " ").split()))
    pattern = re.compile(rf"(?<!\w)({words})s?(?!\w)", re.IGNORECASE)
    forms = Counter(" ".join(form.split()) for text in texts for form in pattern.findall(text))
    return min(forms, key=lambda form: (-forms[form], -ord(form[0]), form), default=phrase)


def usual_title_spelling(phrase: str, titles: Iterable[str]) -> str:
    """Return the phrase as most of these titles (or texts) write it, without a plural.

    Looks at the first place in each.
    """
    # Not `usual_spelling`: this runs on every publication, and compiling its pattern
    # costs more than all of this.
    forms: Counter[str] = Counter()
    for title in titles:
        line = title.lower()
        at = f" {line}".find(f" {phrase}")
        # Some capitals have two characters in lower case ("İ"): positions would not agree then.
        if at >= 0 and len(line) == len(title):
            forms[title[at : at + len(phrase)]] += 1
    return min(forms, key=lambda form: (-forms[form], form), default=phrase)


def _numbers(word: str) -> tuple[str, str]:
    """Return a word in singular and plural."""
    is_plural = len(word) > len("gas") and word.endswith("s") and not word.endswith(_SINGULAR_IN_S)
    return (word, word[:-1] if is_plural else f"{word}s")


def _phrase_words(counts: Mapping[str, int], least: int) -> dict[str, str]:
    """Return the words that may be part of a phrase, each with its singular.

    ``counts`` has the number of texts with each word. A word needs ``least``, singular and
    plural together.
    """
    singulars = {}
    for word, count in counts.items():
        singular = word[:-1] if word.endswith("s") and word[:-1] in counts else word
        total = count + (counts.get(f"{word}s", 0) if singular == word else counts[singular])
        if (
            total >= least
            and word not in BREAKING
            and singular not in BREAKING
            and _WORD.fullmatch(word)
        ):
            singulars[word] = singular
    return singulars


def _phrases(text: Sequence[str], singulars: Mapping[str, str]) -> list[str]:
    """Return all phrases of a text that consist of known words, as singulars."""
    line = " ".join(map(singulars.get, text, repeat(_BREAK)))
    phrases: list[str] = []
    for run in _RUN.findall(line):
        words = run.split()
        phrases += words
        if len(words) > 1:
            second, third, fourth = words[1:], words[2:], words[3:]
            phrases += map(" ".join, zip(words, second, strict=False))
            phrases += map(" ".join, zip(words, second, third, strict=False))
            phrases += map(" ".join, zip(words, second, third, fourth, strict=False))
    return phrases
