"""Compare the sightings of a run with the papers of the ledger.

Each sighting becomes new, changed, known or repeated. No state is kept between batches: the
caller passes in the papers that earlier batches of the run showed.
"""

from __future__ import annotations

import bisect
import operator
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from digest.matching import identity, merge, similarity
from digest.model.changes import Change, Known, Outcome, SightingResult, Variant
from digest.model.papers import Dump, Paper, Sighting, SightingStatus

_shared_values = operator.attrgetter(*merge.SHARED)


def compare(
    dump: Dump,
    batch: Sequence[Sighting],
    known: Known,
    earlier: Container[int],
    moment: str,
) -> Outcome:
    """Compare the sightings of a batch, in order, with the known papers.

    ``earlier`` are the numbers of the papers that earlier batches of the run showed; ``moment``
    is the time of the run. Adds the papers and keys of this batch to ``known``.
    """
    comparison = _Comparison(dump, known, earlier, moment)
    for sighting in batch:
        comparison.add(sighting)
    return comparison.outcome


class _Comparison:
    """The comparison of one batch: the known papers, with its sightings merged so far."""

    def __init__(self, dump: Dump, known: Known, earlier: Container[int], moment: str) -> None:
        self.dump, self.known, self.moment = dump, known, moment
        self.similarity = similarity.SimilarityCache(known.sketches)
        # Papers shown by earlier batches, and by this one.
        self.earlier, self.seen = earlier, set[int]()
        self.new_by_block = defaultdict[int, set[int]](set)  # new papers by similarity block
        self.outcome = Outcome([], {}, {}, [], {}, [], [], {})

    def add(self, sighting: Sighting) -> None:
        """Find the sighting's paper, or make a new one, and record the result."""
        keys = identity.keys(sighting)
        match = identity.match(sighting, self._candidates(keys))
        sketch = self._sketch(sighting) if match.paper is None else ()
        if sketch:
            similar = self._similar_candidates(sighting, sketch)
            match = identity.match_similar(sighting, similar, self.similarity) or match
        status: SightingStatus = "new"
        if match.paper is None and sighting.revision:
            # Not news: the paper is older than its revision. Its first announcement, or any
            # other sighting that is no revision, makes it a new paper.
            self.outcome.unseen_revisions += 1
            return
        if match.paper is None:
            number = self._add_paper(sighting, keys[0])
            self._index(number, sketch)
        else:
            paper = self._unite(match.paper, match.duplicates)
            number, status = paper.id, self._merge(paper, sighting)
        for key in keys:
            owners = self.known.by_key.setdefault(key, [])
            if number not in owners:
                owners.append(number)
                self.outcome.keys.append((key, number))
        self.seen.add(number)
        own_words = _has_own_words(sighting, self.known.papers[number])
        self.outcome.fates.append(
            SightingResult(sighting, number, status, match.because, own_words)
        )

    def _candidates(self, keys: Sequence[str]) -> list[Paper]:
        """Return the papers under these keys, oldest first."""
        return self._current(number for key in keys for number in self.known.by_key.get(key, ()))

    def _similar_candidates(self, sighting: Sighting, sketch: similarity.Sketch) -> list[Paper]:
        """Return the papers that share enough blocks with an abstract, oldest first."""
        in_ledger = (self.known.similar or {}).get(sighting.abstract or "", ())
        blocks = similarity.lookup_blocks(sketch)
        new = similarity.find_candidates(self.new_by_block[block] for block in blocks)
        return self._current([*in_ledger, *new])

    def _current(self, numbers: Iterable[int]) -> list[Paper]:
        """Return the papers with these numbers, aliases replaced, oldest first."""
        # A sighting may have hundreds. Most runs have no alias, and sorting by a key is slow.
        aliases, papers = self.outcome.aliases, self.known.papers
        current = {self._follow_aliases(number) for number in numbers} if aliases else {*numbers}
        ascending = sorted(current)
        new = bisect.bisect(ascending, 0)
        return [papers[number] for number in (*ascending[new:], *reversed(ascending[:new]))]

    def _follow_aliases(self, number: int) -> int:
        """Return the number of the paper that this one was united with, or its own."""
        while number in self.outcome.aliases:
            number = self.outcome.aliases[number]
        return number

    def _sketch(self, sighting: Sighting) -> similarity.Sketch:
        """Return the sketch of the abstract, or an empty one if similar papers are not needed."""
        if self.known.similar is None:  # every paper in question has an id
            return ()
        return self.similarity.sketch(sighting.abstract)

    def _index(self, number: int, sketch: similarity.Sketch) -> None:
        if sketch:
            self.outcome.blocks[number] = similarity.lookup_blocks(sketch)
            for block in self.outcome.blocks[number]:
                self.new_by_block[block].add(number)

    def _add_paper(self, sighting: Sighting, best_key: str) -> int:
        """Make a new paper of a sighting and return its number."""
        # Negative, so that it differs from every number that the ledger has given.
        number = -1 - len(self.outcome.new)
        paper = Paper(
            id=number,
            guid=identity.guid(best_key),
            intake=0,
            first_seen=self.moment,
            page_date=self.dump.page_date,
            counted=merge.counts_date(sighting, None, self.dump.page_date),
            **dict(zip(merge.SHARED, _shared_values(sighting), strict=True)),
        )
        self.known.papers[number] = self.outcome.new[number] = paper
        return number

    def _unite(self, paper: Paper, duplicates: Sequence[Paper]) -> Paper:
        """Unite papers that turned out to be one: the oldest stays, the others become aliases."""
        if not duplicates:
            return paper
        eldest, *others = sorted((paper, *duplicates), key=lambda paper: _age_key(paper.id))
        for other in others:
            eldest = self._absorb(eldest, other)
        self._store(eldest)
        return eldest

    def _absorb(self, eldest: Paper, other: Paper) -> Paper:
        """Merge a paper into an older one, with its words and whether it was seen in this run."""
        self.outcome.aliases[other.id] = eldest.id
        if self._was_seen(other):
            self.seen.add(eldest.id)
        for kind in merge.WORDS:
            self._add_variant(eldest, other, kind)
        variants = self.known.variants.setdefault(eldest.id, set())
        variants |= self.known.variants.get(other.id, set())
        return merge.merge_papers(eldest, other, other.counted)

    def _merge(self, paper: Paper, sighting: Sighting) -> SightingStatus:
        """Merge a sighting into its paper and return the sighting's status."""
        is_first = not self._was_seen(paper)
        has_new_words = self._add_words(paper, sighting)
        better = merge.merge_papers(paper, sighting, self.dump.page_date)
        if paper.abstract is None and better.abstract is not None:
            self._add_change(Change(paper.id, "abstract added", "", better.abstract))
        was_withdrawn = better.retracted and not paper.retracted
        if was_withdrawn:
            self._add_change(Change(paper.id, "withdrawn", "", ""))
        if better != paper:
            self._store(better)
        if not is_first:
            return "repeated"
        return "changed" if has_new_words or was_withdrawn else "known"

    def _was_seen(self, paper: Paper) -> bool:
        return paper.id in self.seen or paper.id in self.earlier

    def _add_words(self, paper: Paper, sighting: Sighting) -> bool:
        """Record the words of a sighting; return whether the paper was never seen with them."""
        new = [kind for kind in merge.WORDS if self._add_variant(paper, sighting, kind)]
        for kind in new:
            self._add_change(Change(paper.id, kind, getattr(paper, kind), getattr(sighting, kind)))
        return bool(new)

    def _add_variant(self, paper: Paper, other: Sighting | Paper, kind: str) -> bool:
        """Record a title or abstract; return whether the paper was never seen with it."""
        own, new = getattr(paper, kind), getattr(other, kind)
        if own is None or new is None or own == new or merge.is_notice(kind, other):
            return False
        if merge.is_cut_short(own, new):
            return False
        variants = self.known.variants.setdefault(paper.id, set())
        new_mark, own_mark = merge.fingerprint(new), merge.fingerprint(own)
        if new_mark == own_mark or new_mark in variants:
            return False
        variants |= {new_mark, own_mark}
        self.outcome.variants.append(Variant(paper.id, new_mark, new))
        self.outcome.variants.append(Variant(paper.id, own_mark, own))
        return True

    def _add_change(self, change: Change) -> None:
        # No issue can have shown a paper that is not in the ledger yet.
        if change.paper > 0:
            self.outcome.changes.append(change)

    def _store(self, paper: Paper) -> None:
        self.known.papers[paper.id] = paper
        (self.outcome.new if paper.id < 0 else self.outcome.touched)[paper.id] = paper


def _has_own_words(sighting: Sighting, paper: Paper) -> bool:
    """Return whether a sighting shows other words than the paper has."""
    return sighting.title != paper.title or sighting.abstract not in (None, paper.abstract)


def _age_key(number: int) -> tuple[bool, int]:
    """Return the key that sorts papers oldest first: those of the ledger, then new ones."""
    return (number < 0, abs(number))


def count_statuses(outcome: Outcome) -> Mapping[str, int]:
    """Count the sightings of a batch by status: new, changed, known, repeated."""
    counts = dict.fromkeys(("new", "changed", "known", "repeated"), 0)
    for result in outcome.fates:
        counts[result.status] += 1
    counts["known"] += outcome.unseen_revisions
    return counts
