"""Apply a reader's profile: find papers that are muted, followed or similar to the library.

Words and names match as whole words, whatever their case and accents; a word also matches its
plural. Similarity is linear: the cosine of TF-IDF vectors with every paper of the library,
averaged with weights 1 / (1 + ln n), where n counts from the paper added last. Reads no file.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from digest import text
from digest.editorial import phrases
from digest.editorial.common_words import STOP
from digest.editorial.phrases import PaperText
from digest.model.issues import Item
from digest.model.papers import LibraryPaper
from digest.model.settings import Profile
from digest.text import sentences

LIBRARY = 2000  # papers of a library that count: those added last
# Two papers with at least this cosine are close. Measured by holding papers of libraries back: a
# third of these, and 1 in 17 other papers of the same days, are close to two of the library.
CLOSE = 0.1
SEVERAL = 2  # a single close paper may be chance


class ProfileMatch(msgspec.Struct, frozen=True, gc=False):
    """The match of one paper: the entries that follow it, and its similarity to the library.

    ``follows`` are pairs (kind, entry), in the order of the profile.
    """

    follows: tuple[tuple[str, str], ...] = ()
    similarity: float = 0.0  # 0 to 1
    close: int = 0  # papers of the library that it is close to

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons to rank the paper higher, in words as they are shown: one of each kind."""
        entries: dict[str, list[str]] = {}
        for kind, entry in self.follows:
            entries.setdefault(kind, []).append(f"“{entry}”")
        follows = tuple(
            f"Follows your {kind}{'s' if len(quoted) > 1 else ''} {sentences.listed(quoted)}"
            for kind, quoted in entries.items()
        )
        if self.close < SEVERAL:
            return follows
        return (*follows, f"Close to {self.close} papers in your library")


NO_MATCH = ProfileMatch()


class CompiledProfile(msgspec.Struct, frozen=True, eq=False):
    """A profile with normalised entries, and its library as an index by word."""

    follow: tuple[tuple[str, str, str], ...] = ()  # kind, normal form, as it is written
    mute: tuple[tuple[str, str, str], ...] = ()
    index: dict[str, list[tuple[int, float]]] = {}  # word -> papers of the library, weights
    rarity: dict[str, float] = {}
    shares: tuple[float, ...] = ()  # of each paper of the library in the average


def compile_profile(
    profile: Profile, library: Sequence[LibraryPaper] = (), around: Iterable[PaperText] = ()
) -> CompiledProfile:
    """Compile a profile for `match_profile` and `mute_reason`.

    ``library`` begins with the paper added last. ``around`` are other papers of these days,
    which show how rare a word is.
    """
    follow = (profile.words, profile.authors, profile.organizations)
    mute = (profile.mute_words, profile.mute_authors, profile.mute_organizations)
    bags = [Counter(_words(paper.title, paper.abstract)) for paper in library[:LIBRARY]]
    rarity = _rarity(bags, around) if bags else {}
    index: dict[str, list[tuple[int, float]]] = {}
    for place, bag in enumerate(bags):
        for word, weight in _vector(bag, rarity):
            index.setdefault(word, []).append((place, weight))
    weights = [1 / (1 + math.log(place)) for place in range(1, len(bags) + 1)]
    total = math.fsum(weights)
    return CompiledProfile(
        follow=tuple(_normalize(follow)),
        mute=tuple(_normalize(mute)),
        index=index,
        rarity=rarity,
        shares=tuple(weight / total for weight in weights),
    )


def mute_reason(profile: CompiledProfile, item: Item) -> str | None:
    """Return the entry that mutes a paper: ``your word “survey”``; None if none does."""
    matches = _matching_entries(profile.mute, item) if profile.mute else ()
    return next((f"your {kind} “{entry}”" for kind, entry in matches), None)


def match_profile(profile: CompiledProfile, item: Item) -> ProfileMatch:
    """Match a paper with the entries that follow papers, and with the library.

    Ignores the entries that mute papers.
    """
    follows = tuple(_matching_entries(profile.follow, item))
    if not profile.shares:
        return ProfileMatch(follows) if follows else NO_MATCH
    bag = Counter(_words(item.title, item.abstract))
    cosines = [0.0] * len(profile.shares)
    for word, weight in _vector(bag, profile.rarity):
        for place, library_weight in profile.index.get(word, ()):
            cosines[place] += weight * library_weight
    similarity = math.fsum(map(float.__mul__, cosines, profile.shares))
    return ProfileMatch(follows, similarity, sum(cosine >= CLOSE for cosine in cosines))


def _normalize(groups: Iterable[Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    for kind, entries in zip(("word", "author", "organization"), groups, strict=True):
        yield from ((kind, f" {text.title_key(entry)} ", entry) for entry in entries)


def _matching_entries(
    entries: Sequence[tuple[str, str, str]], item: Item
) -> Iterator[tuple[str, str]]:
    """Yield kind and entry of those that match a paper, as the profile writes them."""
    if not entries:
        return
    organization = item.organization
    fields = {
        "word": (item.title, item.abstract or ""),
        "author": item.authors,
        "organization": (organization.slug, organization.name) if organization else (),
    }
    # A bar between the parts, so that no entry matches across two names.
    keys = {kind: f" {' | '.join(map(_key, parts))} " for kind, parts in fields.items()}
    for kind, normal, entry in entries:
        plural = f"{normal[:-1]}s "
        if normal in keys[kind] or (kind == "word" and plural in keys[kind]):
            yield kind, entry


# The same papers are matched for muting and for following, in several editions, and for each
# wish of a subscriber: normal forms took nine tenths of the time. These are a few MB at most.
_key = functools.lru_cache(maxsize=8192)(text.title_key)


def _words(title: str, abstract: str | None) -> list[str]:
    """Return the words that papers are compared by; those of the title count twice."""
    words = phrases.tokens(f"{title} | {title} | {abstract or ''}")
    return [word for word in words if word not in STOP and len(word) > 1]


def _rarity(bags: Sequence[Mapping[str, int]], around: Iterable[PaperText]) -> dict[str, float]:
    """Return the weight of each word (IDF): the fewer papers use it, the higher."""
    # Counted in the library alone, the words of its subjects would seem common. The recall of
    # papers held back was 0.54 without the other papers of their days, and 0.65 with them.
    others = [set(_words(*paper)) for paper in around]
    counts = Counter(word for words in (*bags, *others) for word in words)
    total = len(bags) + len(others) + 1
    return {word: math.log(total / count) for word, count in counts.items()}


def _vector(bag: Mapping[str, int], rarity: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the words of a paper with their weights, as a vector of length 1.

    Words that no other paper uses are left out.
    """
    weights = [
        (word, (1 + math.log(count)) * rarity[word])
        for word, count in bag.items()
        if word in rarity
    ]
    length = math.sqrt(math.fsum(weight * weight for _, weight in weights)) or 1.0
    return [(word, weight / length) for word, weight in weights]
