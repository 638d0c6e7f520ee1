"""Find the phrases of an issue that may be its terms, however many papers before use them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from digest.editorial import phrases
from digest.editorial.terms.rules import is_name, is_subject, may_be_term
from digest.model.issues import Item

_ADDRESS = re.compile(r"(?:https?:|www\.|github\.com/)\S+")
_NAME = re.compile(r"\b(?=\w*[A-Z][\w-]*[A-Z])[\w-]+")
_FEW = 25  # papers; in a larger issue a term must be in a title: the texts share too much
_NEARLY_ALL, _HALF = 0.75, 0.5  # of the papers with a phrase; with a single word
_TITLED = 2  # titles of a single word that is no name, and one paper more


def find_candidates(
    items: Sequence[Item], least: int, headings: Sequence[Collection[str]]
) -> dict[str, list[int]]:
    """Return the phrases that enough papers use and that may be terms, with their positions."""
    texts = [_ADDRESS.sub(" | ", phrases.join(item.title, item.abstract)) for item in items]
    if len(items) > _FEW:
        titles = phrases.find_shared([phrases.tokens(item.title) for item in items], 1)
        fitting = [phrase for phrase in titles if may_be_term(phrase, headings)]
        shared = phrases.locate(texts, fitting, least)
        return _drop_cut({phrase: where for phrase, where in shared.items() if len(where) >= least})
    shared = phrases.find_shared(phrases.join_hyphenated(map(phrases.tokens, texts)), least)
    names = {name.lower() for text in texts for name in _NAME.findall(text)}
    return _drop_cut(
        {
            phrase: where
            for phrase, where in shared.items()
            # Few single words can be terms, and each that is left out here is not counted.
            if (" " in phrase or len(where) > _TITLED or phrase in names or is_subject(phrase))
            and may_be_term(phrase, headings)
        }
    )


def is_prominent(phrase: str, items: Sequence[Item]) -> bool:
    """Return whether a phrase is no plain word: a name, or a word of three papers and two titles.

    ``items`` are the papers that use it.
    """
    if " " in phrase or is_subject(phrase):
        return True
    if len(items) > _TITLED:
        titled = phrases.locate((item.title for item in items), [phrase])
        if len(titled[phrase]) > 1:
            return True
    return is_name(
        phrases.usual_title_spelling(phrase, (phrases.join(i.title, i.abstract) for i in items))
    )


def _drop_cut(positions: dict[str, list[int]]) -> dict[str, list[int]]:
    cut = find_cut({phrase: len(where) for phrase, where in positions.items()})
    return {phrase: where for phrase, where in positions.items() if phrase not in cut}


def find_cut(counts: Mapping[str, int]) -> set[str]:
    """Return the phrases that are cut from a longer one, which nearly all of their papers have.

    ``counts`` has the number of papers with each phrase. Acronyms of one of the phrases are
    returned too.
    """
    cut: set[str] = set()
    for phrase, count in counts.items():
        cut.update(
            part
            for part in _parts(phrase)
            if count >= (_NEARLY_ALL if " " in part else _HALF) * counts.get(part, 0)
        )
        if acronym := _initials(phrase):
            cut |= {acronym, f"{acronym}s"}
    return cut


def _parts(phrase: str) -> Iterator[str]:
    """Yield all shorter phrases of a phrase."""
    words = phrase.split()
    for length in range(1, len(words)):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def _initials(phrase: str) -> str:
    """Return the acronym of a phrase, or "" for one word."""
    words = phrase.replace("-", " ").split()
    return "".join(word[0] for word in words) if len(words) > 1 else ""
