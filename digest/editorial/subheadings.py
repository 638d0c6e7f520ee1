"""Split a long section under sub-headings, made of the words that its own papers share.

A phrase can be a sub-heading if at least three and at most half of the section's papers have it
in their title or teaser, and one of them in the title (two for a single word). The phrase that
most papers share comes first; a longer phrase comes before a shorter one. A paper stands under
the first sub-heading that fits. The remaining papers come last, under "More"; if they are more
than half, the section gets no sub-headings.
"""

from __future__ import annotations

from collections.abc import Sequence

from digest.editorial import phrases
from digest.editorial.terms.rules import heading_words, may_be_term
from digest.model.issues import Item, Subheading

LONG = 12  # papers a section may have without sub-headings
LEAST = 3  # papers of a sub-heading
MOST = 6  # sub-headings of a section, besides "More"
REST = "More"


def split_section(heading: str, papers: Sequence[Item]) -> tuple[Subheading, ...]:
    """Split a section into sub-headings. Each paper stands under one, in the given order.

    Returns none if the section is short, or if too few of its papers share words.
    """
    if len(papers) <= LONG:
        return ()
    texts = [_title_and_teaser(item) for item in papers]
    candidates = _candidates(heading, papers, texts)
    rest = set(range(len(papers)))
    parts: list[Subheading] = []
    while len(parts) < MOST and (phrase := _best(candidates, rest)):
        where = [position for position in candidates[phrase] if position in rest]
        name = phrases.usual_spelling(phrase, (texts[position] for position in where))
        parts.append(_subheading(name[:1].upper() + name[1:], where, papers))
        rest.difference_update(where)
    if len(rest) > len(papers) // 2:
        return ()
    return (*parts, _subheading(REST, sorted(rest), papers)) if rest else tuple(parts)


def _title_and_teaser(item: Item) -> str:
    return f"{item.title} | {item.one_line.text}" if item.one_line else item.title


def _candidates(heading: str, papers: Sequence[Item], texts: Sequence[str]) -> dict[str, list[int]]:
    """Return the phrases that may be sub-headings, with the positions of their papers."""
    own_words = [heading_words(heading)]
    titled = phrases.find_titled([item.title for item in papers], texts, LEAST)
    return {
        phrase: where
        for phrase, where in titled.items()
        if len(where) <= len(papers) // 2 and may_be_term(phrase, own_words)
    }


def _best(candidates: dict[str, list[int]], rest: set[int]) -> str | None:
    """Return the phrase that fits most of the remaining papers, or None if none fits enough."""
    sizes = {phrase: len(rest.intersection(where)) for phrase, where in candidates.items()}
    large = [phrase for phrase, size in sizes.items() if size >= LEAST]
    # One more word counts as much as one more paper: a longer phrase says more.
    return min(large, key=lambda phrase: (-sizes[phrase] - phrase.count(" "), phrase), default=None)


def _subheading(name: str, where: Sequence[int], papers: Sequence[Item]) -> Subheading:
    return Subheading(name=name, papers=tuple(papers[position].guid for position in where))
