"""Trending terms: phrases that a day's or a week's papers use more than those before.

In an issue, a phrase trends if two papers use it. A single word needs a title besides, and if it
is not written like a name ("RAG") three papers and two titles. The share of papers that use it
must be a quarter higher than before, and half a standard deviation; of a phrase that none used
before three times as high as half a paper makes expect, and three. Of a week only titles are
compared: a phrase needs three of them, a single word four, twice the share before, and two
standard deviations.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from digest.editorial import phrases
from digest.editorial.common_words import PLAIN
from digest.editorial.phrases import PaperText
from digest.editorial.terms import candidates
from digest.editorial.terms.rules import heading_words, may_be_term
from digest.model.issues import Item, Term

BEFORE = 30  # issues that an issue is compared with
BEFORE_PAPERS = 300  # of them at most: enough to tell a rare word from a common one
ENOUGH = 100  # papers before; with fewer nothing trends
MOST = 6  # terms: one line of a page on a desk
_CLEARLY = (1.25, 0.5)  # times the share before, standard deviations
_OF_A_NEW_PHRASE = (3, 3.0)  # one that no paper before uses
_OF_A_WEEK = (2, 2.0)
_WEEK, _WEEKS_BEFORE = timedelta(days=7), timedelta(days=28)

_ENOUGH_TO_COMPARE = 240  # papers before
_TITLES = 3  # of a week that must have a phrase
_CACHED_ISSUES = 40  # an issue just made is counted again for the terms of the week

TitleCounts = tuple[int, Mapping[str, int]]  # an issue's papers; how many titles have a phrase


def issue_terms(
    items: Sequence[Item], before: Sequence[PaperText], headings: Iterable[str] = ()
) -> tuple[Term, ...]:
    """Return the trending terms of an issue, the clearest first.

    ``before`` are the papers of earlier issues. No term repeats the words of one of the headings.
    """
    if len(before) < ENOUGH or not items:
        return ()
    before = before[:_ENOUGH_TO_COMPARE]
    least = _fewest_to_trend(len(items), len(before))
    positions = candidates.find_candidates(items, least, list(map(heading_words, headings)))
    counts = phrases.count_uses((phrases.join(*paper) for paper in before), positions.keys())
    deviations = {
        phrase: deviation
        for phrase, where in positions.items()
        if (deviation := _deviation(len(where), len(items), counts[phrase], len(before)))
    }
    users = {phrase: [items[at] for at in positions[phrase]] for phrase in deviations}
    clearest = _select_clearest(
        deviations, lambda phrase: candidates.is_prominent(phrase, users[phrase])
    )
    return tuple(_term(phrase, users[phrase]) for phrase in clearest)


@functools.lru_cache(_CACHED_ISSUES)
def count_title_phrases(titles: tuple[str, ...]) -> Mapping[str, int]:
    """Return the informative phrases of these titles, with how many titles have each."""
    positions = phrases.find_shared([phrases.tokens(title) for title in titles], 1)
    return {phrase: len(where) for phrase, where in positions.items() if may_be_term(phrase)}


def week_windows(newest: str) -> tuple[str, str]:
    """Return the first day of the week that ends with ``newest``, and of the 28 days before it."""
    start = date.fromisoformat(newest) - (_WEEK - timedelta(days=1))
    return start.isoformat(), (start - _WEEKS_BEFORE).isoformat()


def week_terms(
    week: Iterable[TitleCounts],
    before: Iterable[TitleCounts],
    titles: Mapping[str, str],
    headings: Iterable[str] = (),
) -> tuple[Term, ...]:
    """Return the trending terms of a week against the weeks before, the clearest first.

    Both are given issue by issue. ``titles`` are those of the week's papers, by guid. No term
    repeats the words of one of the headings.
    """
    papers, counts = _sum_up(week)
    words = list(map(heading_words, headings))
    frequent = {phrase: now for phrase, now in counts.items() if now >= _TITLES}
    cut = candidates.find_cut(frequent)
    forms = {
        phrase: _singular_and_plural(phrase)
        for phrase, now in frequent.items()
        if now >= _TITLES + (" " not in phrase) and phrase not in cut and may_be_term(phrase, words)
    }
    papers_before, counts_before = _sum_up(before, set(itertools.chain(*forms.values())))
    if papers_before < ENOUGH:
        return ()
    deviations = {
        phrase: _deviation(
            counts[phrase],
            papers,
            sum(counts_before[form] for form in of_phrase),
            papers_before,
            _OF_A_WEEK,
        )
        for phrase, of_phrase in forms.items()
    }
    clearest = _select_clearest({term: value for term, value in deviations.items() if value})
    positions = phrases.locate(list(titles.values()), clearest)
    guids, texts = list(titles), list(titles.values())
    return tuple(
        Term(
            term=phrases.usual_title_spelling(phrase, [texts[at] for at in positions[phrase]]),
            papers=tuple(guids[at] for at in positions[phrase]),
        )
        for phrase in clearest
    )


def _sum_up(
    issues: Iterable[TitleCounts], only: AbstractSet[str] | None = None
) -> tuple[int, Counter[str]]:
    """Return the number of papers of all issues, and of titles with each phrase of ``only``.

    Without ``only`` they are all phrases, and a plural counts as its singular.
    """
    papers, counts = 0, Counter[str]()
    # The phrases of all issues are never in memory at once.
    for number, of_issue in issues:
        papers += number
        if only is None:
            counts.update(of_issue)
        else:
            counts.update({phrase: of_issue[phrase] for phrase in only & of_issue.keys()})
    return papers, counts if only is not None else _add_plurals(counts)


def _add_plurals(counts: Mapping[str, int]) -> Counter[str]:
    """Add the count of each plural to that of its singular, if the singular is used too."""
    sums: Counter[str] = Counter()
    for phrase, count in counts.items():
        singular = phrase
        if "s " in f"{phrase} ":
            stripped = " ".join(word.removesuffix("s") for word in phrase.split())
            singular = stripped if stripped in counts else phrase
        sums[singular] += count
    return sums


def _singular_and_plural(phrase: str) -> list[str]:
    """Return the phrase with each of its words in singular or plural."""
    forms = ((word, f"{word}s") for word in phrase.split())
    return list(map(" ".join, itertools.product(*forms)))


def _select_clearest(
    deviations: Mapping[str, float], is_fit: Callable[[str], bool] = lambda _: True
) -> list[str]:
    """Return the fit phrases with the largest deviations; no two share a word of their own."""
    clearest: list[str] = []
    order = sorted(deviations, key=lambda phrase: (-deviations[phrase], -len(phrase), phrase))
    for phrase in order:
        if not any(_share_a_word(phrase, other) for other in clearest) and is_fit(phrase):
            clearest.append(phrase)
            if len(clearest) == MOST:
                break
    return clearest


def _fewest_to_trend(papers: int, papers_before: int) -> int:
    """Return how many papers must use a phrase that none used before; at least two."""
    return next(
        now
        for now in itertools.count(2)
        if _deviation(now, papers, 0, papers_before, _OF_A_NEW_PHRASE)
    )


def _deviation(
    now: int,
    papers: int,
    before: int,
    papers_before: int,
    limits: tuple[float, float] = _CLEARLY,
) -> float:
    """Return how far above expectation a phrase is used, in standard deviations.

    Expected is a binomial sample with the share of papers before. Returns 0 below the limits.
    """
    share = (before + 0.5) / (papers_before + 1)  # half a paper more, so that it is never 0
    expected = share * papers
    deviation = (now - expected) / math.sqrt(expected * (1 - share))
    times, least = limits
    return deviation if now >= times * expected and deviation >= least else 0.0


def _share_a_word(phrase: str, other: str) -> bool:
    """Return whether two phrases share a word that says something, or one is part of the other."""
    words, others = (set(text.replace("-", " ").split()) for text in (phrase, other))
    return not words.isdisjoint(others - PLAIN) or words <= others or others <= words


def _term(phrase: str, items: Sequence[Item]) -> Term:
    texts = [f"{item.abstract or item.title}" for item in items]
    return Term(
        term=phrases.usual_spelling(phrase, texts), papers=tuple(item.guid for item in items)
    )
