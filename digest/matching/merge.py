"""Sightings against known papers: new, changed, known or repeated, and what a paper gains.

Remembers nothing between batches; what was seen earlier in the run is passed in.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Container, Mapping, Sequence
from typing import Any

import msgspec

from digest import text
from digest.matching import identity, similarity
from digest.model.changes import Change, Known, Outcome, SightingResult, Variant
from digest.model.papers import Dump, Paper, Sighting, SightingStatus


def fingerprint(words: str) -> bytes:
    """A short hash of the comparable form of a title or an abstract."""
    return hashlib.blake2b(text.comparable(words).encode(), digest_size=8).digest()


def compare(
    dump: Dump,
    batch: Sequence[Sighting],
    known: Known,
    seen: Container[int],
    moment: str,
) -> Outcome:
    """Decides each sighting of a batch in order.

    ``seen`` are the papers that earlier batches of the run showed; ``moment`` is when the
    run takes them in.
    """
    comparison = _Comparison(dump, known, seen, moment)
    for sighting in batch:
        comparison.decide(sighting)
    return comparison.outcome


class _Comparison:
    """The papers of a batch while its sightings are merged into them."""

    def __init__(self, dump: Dump, known: Known, seen: Container[int], moment: str) -> None:
        self.dump, self.known, self.moment = dump, known, moment
        self.likeness = similarity.Likeness(known.sketches)
        self.earlier, self.seen = seen, set[int]()  # by earlier batches, by this one
        self.outcome = Outcome([], {}, {}, [], {}, [], [], {})

    def decide(self, sighting: Sighting) -> None:
        keys = identity.keys(sighting)
        candidates = self._candidates(keys)
        match = identity.match(sighting, candidates)
        sketch = self._sketch(sighting) if match.paper is None else ()
        if sketch:
            near = self._near(sketch)
            match = identity.match_alike(sighting, near, self.likeness) or match
        standing: SightingStatus = "new"
        if match.paper is None:
            number = self._new(sighting, keys[0])
            self._index(number, sketch)
        else:
            paper = self._united(match.paper, match.same)
            number, standing = paper.id, self._merge(paper, sighting)
        for key in keys:
            owners = self.known.by_key.setdefault(key, [])
            if number not in owners:
                owners.append(number)
                self.outcome.keys.append((key, number))
        self.seen.add(number)
        own_words = _has_own_words(sighting, self.known.papers[number])
        self.outcome.fates.append(
            SightingResult(sighting, number, standing, match.because, own_words)
        )

    def _candidates(self, keys: Sequence[str]) -> list[Paper]:
        numbers = {number for key in keys for number in self.known.by_key.get(key, ())}
        live = {self._living(number) for number in numbers}
        return [self.known.papers[number] for number in sorted(live, key=_age)]

    def _living(self, number: int) -> int:
        """The paper that this one turned out to be, over as many steps as it took."""
        while number in self.outcome.aliases:
            number = self.outcome.aliases[number]
        return number

    def _sketch(self, sighting: Sighting) -> similarity.Sketch:
        """What near copies are found by; nothing where no side can be without an id."""
        return () if self.known.by_block is None else self.likeness.sketch(sighting.abstract)

    def _near(self, sketch: similarity.Sketch) -> list[Paper]:
        by_block = self.known.by_block or {}
        numbers = similarity.near(by_block.get(block, ()) for block in similarity.blocks(sketch))
        live = {self._living(number) for number in numbers}
        return [self.known.papers[number] for number in sorted(live, key=_age)]

    def _index(self, number: int, sketch: similarity.Sketch) -> None:
        if self.known.by_block is not None and sketch:
            self.outcome.blocks[number] = similarity.blocks(sketch)
            for block in self.outcome.blocks[number]:
                self.known.by_block.setdefault(block, []).append(number)

    def _new(self, sighting: Sighting, best_key: str) -> int:
        number = -1 - len(self.outcome.new)
        paper = Paper(
            id=number,
            guid=identity.guid(best_key),
            intake=0,
            first_seen=self.moment,
            page_date=self.dump.page_date,
            counted=_counted(sighting, None, self.dump.page_date),
            **dict(zip(_SHARED, _shared(sighting), strict=True)),
        )
        self.known.papers[number] = self.outcome.new[number] = paper
        return number

    def _united(self, named: Paper, same: Sequence[Paper]) -> Paper:
        """Papers that turn out to be one: the oldest stays, and takes what the others know."""
        if not same:
            return named
        eldest, *others = sorted((named, *same), key=lambda paper: _age(paper.id))
        for other in others:
            eldest = self._absorbed(eldest, other)
        self._hold(eldest)
        return eldest

    def _absorbed(self, eldest: Paper, other: Paper) -> Paper:
        """The older paper, which was now seen wherever the other was, with all its words."""
        self.outcome.aliases[other.id] = eldest.id
        if self._was_seen(other):
            self.seen.add(eldest.id)
        for kind in _WORDS:
            self._is_unseen(eldest, other, kind)
        variants = self.known.variants.setdefault(eldest.id, set())
        variants |= self.known.variants.get(other.id, set())
        return merged(eldest, other, other.counted)

    def _merge(self, paper: Paper, sighting: Sighting) -> SightingStatus:
        first = not self._was_seen(paper)
        changed = self._differs(paper, sighting)
        better = merged(paper, sighting, self.dump.page_date)
        if paper.abstract is None and better.abstract is not None:
            self._note(Change(paper.id, "abstract added", "", better.abstract))
        if better != paper:
            self._hold(better)
        if not first:
            return "repeated"
        return "changed" if changed else "known"

    def _was_seen(self, paper: Paper) -> bool:
        return paper.id in self.seen or paper.id in self.earlier

    def _differs(self, paper: Paper, sighting: Sighting) -> bool:
        """Whether its title or abstract is none of those the paper was ever seen with."""
        unseen = [kind for kind in _WORDS if self._is_unseen(paper, sighting, kind)]
        for kind in unseen:
            self._note(Change(paper.id, kind, getattr(paper, kind), getattr(sighting, kind)))
        return bool(unseen)

    def _is_unseen(self, paper: Paper, other: Sighting | Paper, kind: str) -> bool:
        """Whether the paper was never seen with these words; remembers that now it was."""
        held, shown = getattr(paper, kind), getattr(other, kind)
        if held is None or shown is None or held == shown or _is_cut(held, shown):
            return False
        variants = self.known.variants.setdefault(paper.id, set())
        mark, old = fingerprint(shown), fingerprint(held)
        if mark == old or mark in variants:
            return False
        variants |= {mark, old}
        self.outcome.variants.append(Variant(paper.id, mark, shown))
        self.outcome.variants.append(Variant(paper.id, old, held))
        return True

    def _note(self, change: Change) -> None:
        """Only of papers the ledger holds: an issue cannot have shown the others yet."""
        if change.paper > 0:
            self.outcome.changes.append(change)

    def _hold(self, paper: Paper) -> None:
        self.known.papers[paper.id] = paper
        (self.outcome.new if paper.id < 0 else self.outcome.touched)[paper.id] = paper


_SHARED = tuple(name for name in Sighting.__struct_fields__ if name in Paper.__struct_fields__)
_shared = operator.attrgetter(*_SHARED)
_WORDS = ("title", "abstract")
_NEWEST = ("upvotes", "comments", "stars")


def merged(paper: Paper, other: Sighting | Paper, page_date: str | None = None) -> Paper:
    """The paper with what the other knows: gaps filled, nothing worsened, counts newest.

    A revised title or abstract takes the place of the old one, unless it is the old one
    cut short; the longer list of authors stays. Counts are those of the newest page, by its
    ``page_date``; where a page has none, those that come last.
    """
    gains: dict[str, Any] = {}
    is_older = bool(page_date and paper.counted and page_date < paper.counted)
    for name in _SHARED:
        held, shown = getattr(paper, name), getattr(other, name)
        if shown in (None, (), held):
            continue
        wanted = held is None or not is_older if name in _NEWEST else not held
        if wanted or _is_better(name, held, shown):
            gains[name] = shown
    if (counted := _counted(other, paper.counted, page_date)) != paper.counted:
        gains["counted"] = counted
    return msgspec.structs.replace(paper, **gains) if gains else paper


def _counted(shown: Sighting | Paper, before: str | None, page_date: str | None) -> str | None:
    """The newest day of a page with counts, now that one more is known."""
    if all(getattr(shown, name) is None for name in _NEWEST):
        return before
    return max(filter(None, (before, page_date)), default=None)


def _has_own_words(sighting: Sighting, paper: Paper) -> bool:
    """Whether the paper holds other words than this sighting shows."""
    return sighting.title != paper.title or sighting.abstract not in (None, paper.abstract)


def _is_cut(held: str, shown: str) -> bool:
    """Whether a text is the beginning of another, as listings show it: that changes nothing."""
    return shown.endswith(("…", "...")) and held.startswith(shown.rstrip("… ."))


def _is_better(name: str, held: Any, shown: Any) -> bool:
    if name in _WORDS:
        return not held.startswith(shown.rstrip("… .")) and fingerprint(held) != fingerprint(shown)
    if name == "authors":
        return len(shown) > len(held)
    return False


def _age(number: int) -> tuple[bool, int]:
    """Oldest first: papers of the ledger by number, then new ones as they came."""
    return (number < 0, abs(number))


def tally(fates: Sequence[SightingResult]) -> Mapping[str, int]:
    """How many sightings became what."""
    counts = dict.fromkeys(("new", "changed", "known", "repeated"), 0)
    for fate in fates:
        counts[fate.status] += 1
    return counts
