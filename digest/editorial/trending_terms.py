"""Terms of a day or a week: phrases used more than in the issues before. Asks nobody.

A phrase stands out when two papers use it and one has it in the title, a single word when three
do and two have it there; when that is three times what its share before would bring; and when
it is three standard deviations more. Of a week only titles are compared: a phrase needs three of
them, a single word four; twice its share before and two deviations are enough.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from digest.editorial import phrases
from digest.model.issues import Item, Term

BEFORE = 30  # issues that are compared with
ENOUGH = 100  # papers before, or nothing is known to stand out against
MOST = 8  # terms shown
_CLEARLY = (3, 3.0)  # times the share before, standard deviations
_OF_A_WEEK = (2, 2.0)

_TITLES = 3  # of a week that a phrase needs
_KEPT = 40  # issues: those just made are counted again when what is shown is

Titles = tuple[int, Mapping[str, int]]  # an issue's number of papers, and `titled` of them
Words = tuple[str, str | None]  # a paper's title and abstract


def of_issue(items: Sequence[Item], before: Sequence[Words]) -> tuple[Term, ...]:
    """The terms of an issue, the clearest first; ``before`` are papers of earlier issues."""
    if len(before) < ENOUGH or not items:
        return ()
    used = _used(items, _fewest(len(items), len(before)))
    counts = phrases.counted((_text(*words) for words in before), used.keys())
    clear = {
        phrase: how
        for phrase, where in used.items()
        if (how := _stands_out(len(where), len(items), counts[phrase], len(before)))
    }
    return tuple(_term(phrase, [items[at] for at in used[phrase]]) for phrase in _chosen(clear))


@functools.lru_cache(_KEPT)
def titled(titles: tuple[str, ...]) -> Mapping[str, int]:
    """The phrases of these titles that say something, with how many titles have each."""
    found = phrases.shared([phrases.tokens(title) for title in titles], 1)
    return {phrase: len(where) for phrase, where in found.items() if phrases.says_something(phrase)}


def of_week(
    week: Sequence[Titles], before: Sequence[Titles], titles: Mapping[str, str]
) -> tuple[Term, ...]:
    """The terms of a week against the weeks before, the clearest first.

    Both are given issue by issue; ``titles`` are the week's, by guid.
    """
    papers, earlier = (sum(number for number, _ in issues) for issues in (week, before))
    if earlier < ENOUGH:
        return ()
    counts: Counter[str] = Counter()
    for _, found in week:
        counts.update(found)
    clear = {}
    for phrase, now in _singular(counts).items():
        if now >= _TITLES + (" " not in phrase):
            either = _forms(phrase)
            then = sum(found.get(form, 0) for _, found in before for form in either)
            clear[phrase] = _stands_out(now, papers, then, earlier, _OF_A_WEEK)
    chosen = _chosen({phrase: how for phrase, how in clear.items() if how})
    using = phrases.using(list(titles.values()), chosen)
    guids, words = list(titles), list(titles.values())
    return tuple(
        Term(
            term=_in_titles(phrase, [words[at] for at in using[phrase]]),
            papers=tuple(guids[at] for at in using[phrase]),
        )
        for phrase in chosen
    )


def _singular(counts: Mapping[str, int]) -> Counter[str]:
    """The counts with each plural added to its singular, where that is used, too."""
    sums: Counter[str] = Counter()
    for phrase, count in counts.items():
        singular = phrase
        if "s " in f"{phrase} ":
            stripped = " ".join(word.removesuffix("s") for word in phrase.split())
            singular = stripped if stripped in counts else phrase
        sums[singular] += count
    return sums


def _in_titles(phrase: str, titles: Iterable[str]) -> str:
    """The phrase as most of these titles write it, without a plural.

    Pages are made of it on every run, and a pattern costs more to compile than this.
    """
    forms: Counter[str] = Counter()
    for title in titles:
        line = title.lower()
        at = f" {line}".find(f" {phrase}")
        if at >= 0 and len(line) == len(title):  # a few capitals have two small letters
            forms[title[at : at + len(phrase)]] += 1
    return min(forms, key=lambda form: (-forms[form], form), default=phrase)


def _forms(phrase: str) -> list[str]:
    """A phrase with each of its words in singular or plural."""
    either = ((word, f"{word}s") for word in phrase.split())
    return list(map(" ".join, itertools.product(*either)))


def _chosen(clear: Mapping[str, float]) -> list[str]:
    """The clearest, none of which repeats a word of another."""
    chosen: list[str] = []
    for phrase in sorted(clear, key=lambda phrase: (-clear[phrase], -len(phrase), phrase)):
        if not any(_overlap(phrase, other) for other in chosen):
            chosen.append(phrase)
    return chosen[:MOST]


def _used(items: Sequence[Item], least: int) -> dict[str, list[int]]:
    """Phrases that some title and so many papers have, with the papers' positions."""
    titles = [item.title for item in items]
    found = phrases.headed(titles, (_text(item.title, item.abstract) for item in items), least)
    return {
        phrase: where
        for phrase, where in found.items()
        if len(where) > 1 + (" " not in phrase) and phrases.says_something(phrase)
    }


def _fewest(papers: int, earlier: int) -> int:
    """How many must use a phrase that no paper before did, so that it stands out; at least two."""
    return next(now for now in itertools.count(2) if _stands_out(now, papers, 0, earlier))


def _stands_out(
    now: int, papers: int, before: int, earlier: int, enough: tuple[int, float] = _CLEARLY
) -> float:
    """By how many standard deviations of a binomial; 0 for what does not stand out."""
    share = (before + 0.5) / (earlier + 1)
    expected = share * papers
    deviations = (now - expected) / math.sqrt(expected * (1 - share))
    times, least = enough
    return deviations if now >= times * expected and deviations >= least else 0.0


def _overlap(one: str, other: str) -> bool:
    return not set(one.split()).isdisjoint(other.split())


def _term(phrase: str, items: Sequence[Item]) -> Term:
    texts = [f"{item.abstract or item.title}" for item in items]
    return Term(term=phrases.written(phrase, texts), papers=tuple(item.guid for item in items))


def _text(title: str, abstract: str | None) -> str:
    return f"{title} | {abstract or ''}"
