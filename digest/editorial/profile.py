"""What a reader's profile says of a paper: muted, followed, like what the reader keeps.

Words and names are compared as whole words without case and accents; a word also fits its
plural. Likeness is linear: the cosine of TF-IDF vectors with every paper of the library,
averaged with weights 1 / (1 + ln place), the last added being the first. How rare a word is
comes from the library and the papers around it; without these, what a library is about would
pass for a common word (recall of held-back papers 0.54, with them 0.65). Reads no file.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from digest import text
from digest.editorial import phrases
from digest.model.issues import Item
from digest.model.papers import LibraryPaper
from digest.model.settings import Profile

LIBRARY = 2000  # papers of a library that count: those added last
# Two papers this close or closer: a third of the held-back papers are so to two papers of
# their library, and one in seventeen of the others of their days.
CLOSE = 0.1
SEVERAL = 2

Words = tuple[str, str | None]  # a paper's title and abstract


class ProfileMatch(msgspec.Struct, frozen=True, gc=False):
    """What the profile says of one paper: what is followed, how like the library (0 to 1)."""

    follows: tuple[str, ...] = ()
    likeness: float = 0.0
    close: int = 0  # papers of the library that it is close to

    @property
    def reasons(self) -> tuple[str, ...]:
        """In words, ready to be shown."""
        if self.close < SEVERAL:
            return self.follows
        return (*self.follows, f"Close to {self.close} papers in your library")


NO_MATCH = ProfileMatch()


class CompiledProfile(msgspec.Struct, frozen=True, eq=False):
    """A profile made ready by `ready`: normal words, and the library as an index by word."""

    follow: tuple[tuple[str, str, str], ...] = ()  # kind, normal form, as it is written
    mute: tuple[tuple[str, str, str], ...] = ()
    index: dict[str, list[tuple[int, float]]] = {}
    rarity: dict[str, float] = {}
    shares: tuple[float, ...] = ()  # of each paper of the library in the average


def ready(
    profile: Profile, library: Sequence[LibraryPaper] = (), around: Iterable[Words] = ()
) -> CompiledProfile:
    """The profile, ready to judge papers.

    The ``library`` has what was added last first; ``around`` are other papers of these days.
    """
    follow = (profile.words, profile.authors, profile.organizations)
    mute = (profile.mute_words, profile.mute_authors, profile.mute_organizations)
    bags = [Counter(_words(kept.title, kept.abstract)) for kept in library[:LIBRARY]]
    rarity = _rarity(bags, around) if bags else {}
    index: dict[str, list[tuple[int, float]]] = {}
    for place, bag in enumerate(bags):
        for word, weight in _vector(bag, rarity):
            index.setdefault(word, []).append((place, weight))
    weights = [1 / (1 + math.log(place)) for place in range(1, len(bags) + 1)]
    whole = math.fsum(weights)
    return CompiledProfile(
        follow=tuple(_normal(follow)),
        mute=tuple(_normal(mute)),
        index=index,
        rarity=rarity,
        shares=tuple(weight / whole for weight in weights),
    )


def muted(taste: CompiledProfile, item: Item) -> str | None:
    """What of the profile hides a paper: ``the word “survey”``; None for most."""
    return next(_matches(taste.mute, item), None) if taste.mute else None


def judge(taste: CompiledProfile, item: Item) -> ProfileMatch:
    """What the profile says of a paper."""
    follows = tuple(f"Follows {match}" for match in _matches(taste.follow, item))
    if not taste.shares:
        return ProfileMatch(follows) if follows else NO_MATCH
    bag = Counter(_words(item.title, item.abstract))
    cosines = [0.0] * len(taste.shares)
    for word, weight in _vector(bag, taste.rarity):
        for place, other in taste.index.get(word, ()):
            cosines[place] += weight * other
    likeness = math.fsum(map(float.__mul__, cosines, taste.shares))
    return ProfileMatch(follows, likeness, sum(cosine >= CLOSE for cosine in cosines))


def _normal(groups: Iterable[Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    for kind, entries in zip(("word", "author", "organization"), groups, strict=True):
        yield from ((kind, f" {text.title_key(entry)} ", entry) for entry in entries)


def _matches(wanted: Sequence[tuple[str, str, str]], item: Item) -> Iterator[str]:
    """The entries that fit a paper, as they stand in the profile."""
    if not wanted:
        return
    organization = item.organization
    shown = {
        "word": (item.title, item.abstract or ""),
        "author": item.authors,
        "organization": (organization.slug, organization.name) if organization else (),
    }
    keys = {kind: f" {' | '.join(map(text.title_key, parts))} " for kind, parts in shown.items()}
    for kind, normal, entry in wanted:
        plural = f"{normal[:-1]}s "
        if normal in keys[kind] or (kind == "word" and plural in keys[kind]):
            yield f"your {kind} “{entry}”"


def _words(title: str, abstract: str | None) -> list[str]:
    """The words that tell papers apart; those of the title count twice."""
    found = phrases.tokens(f"{title} | {title} | {abstract or ''}")
    return [word for word in found if word not in phrases.STOP and len(word) > 1]


def _rarity(bags: Sequence[Mapping[str, int]], around: Iterable[Words]) -> dict[str, float]:
    """The weight of each word: the fewer papers use it, the more it says."""
    others = [set(_words(*words)) for words in around]
    counts = Counter(word for used in (*bags, *others) for word in used)
    whole = len(bags) + len(others) + 1
    return {word: math.log(whole / count) for word, count in counts.items()}


def _vector(bag: Mapping[str, int], rarity: Mapping[str, float]) -> list[tuple[str, float]]:
    """The words of a paper with their weights, of length 1; words nobody else uses are left out."""
    weights = [
        (word, (1 + math.log(count)) * rarity[word])
        for word, count in bag.items()
        if word in rarity
    ]
    length = math.sqrt(math.fsum(weight * weight for _, weight in weights)) or 1.0
    return [(word, weight / length) for word, weight in weights]
