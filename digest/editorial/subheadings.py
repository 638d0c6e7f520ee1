"""Sub-headings of a long section, out of the words its own papers share. Asks nobody.

A phrase becomes a sub-heading when at least three of the section's papers have it in their
title or line, one of them (two for a single word) in the title, but no more than half of them.
The phrase most papers share goes first, a
longer one before a shorter; a paper stands under the first that it has. What is left over
comes last, and a section of which less than half could be sorted so stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from digest.editorial import phrases
from digest.model.issues import Item, Subheading

LONG = 12  # papers a section may have without sub-headings
LEAST = 3  # papers of a sub-heading
MOST = 6  # sub-headings of a section
REST = "More"


def split(heading: str, papers: Sequence[Item]) -> tuple[Subheading, ...]:
    """The parts of a section under this heading; none where it is short or has no shared words.

    Each paper stands in one part, in the order given.
    """
    if len(papers) <= LONG:
        return ()
    texts = [_text(item) for item in papers]
    fitting = _fitting(heading, papers, texts)
    left = set(range(len(papers)))
    parts: list[Subheading] = []
    while len(parts) < MOST and (chosen := _next(fitting, left)):
        where = [position for position in fitting[chosen] if position in left]
        name = phrases.written(chosen, (texts[position] for position in where))
        parts.append(_part(name[:1].upper() + name[1:], where, papers))
        left.difference_update(where)
    if len(left) > len(papers) // 2:
        return ()
    return (*parts, _part(REST, sorted(left), papers)) if left else tuple(parts)


def _text(item: Item) -> str:
    return f"{item.title} | {item.one_line.text}" if item.one_line else item.title


def _fitting(heading: str, papers: Sequence[Item], texts: Sequence[str]) -> dict[str, list[int]]:
    """The phrases that may become sub-headings, with the positions of the papers that have them."""
    own = set(phrases.tokens(heading))
    found = phrases.headed([item.title for item in papers], texts, LEAST)
    return {
        phrase: where
        for phrase, where in found.items()
        if len(where) <= len(papers) // 2
        and phrases.says_something(phrase)
        and not own.issuperset(phrase.split())
    }


def _next(fitting: dict[str, list[int]], left: set[int]) -> str | None:
    """The phrase that sorts most of what is left; a word more is worth a paper."""
    worth = {phrase: len(left.intersection(where)) for phrase, where in fitting.items()}
    able = [phrase for phrase, papers in worth.items() if papers >= LEAST]
    return min(able, key=lambda phrase: (-worth[phrase] - phrase.count(" "), phrase), default=None)


def _part(name: str, where: Sequence[int], papers: Sequence[Item]) -> Subheading:
    return Subheading(name=name, papers=tuple(papers[position].guid for position in where))
