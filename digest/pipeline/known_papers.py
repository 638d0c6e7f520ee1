"""Look up the papers of the ledger that new sightings may be about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from digest.matching import identity, similarity
from digest.model.changes import Known
from digest.model.papers import Sighting
from digest.pipeline.context import RunContext


def look_up(context: RunContext, batch: Sequence[Sighting]) -> Known:
    """Return the papers of the ledger that a batch of sightings may be about.

    They are the papers that share a key. Papers with a similar abstract are added only if a
    sighting of the batch, or a recent paper of the ledger, has no id: two papers with ids are
    never joined by their words (docs/design/identity.md).
    """
    keys_of_each = [identity.keys(sighting) for sighting in batch]
    known = context.ledger.papers.look_up({key for keys in keys_of_each for key in keys})
    unknown = [
        sighting
        for sighting, keys in zip(batch, keys_of_each, strict=True)
        # A known key decides already, and without an abstract two papers never count as similar.
        if sighting.abstract and not any(key in known.by_key for key in keys)
    ]
    without_id = any(not identity.has_id(sighting) for sighting in unknown)
    if without_id or (unknown and context.ledger.similarity_blocks.has_papers_without_id()):
        _add_similar(context, known, unknown)
    return known


def _add_similar(context: RunContext, known: Known, unknown: Sequence[Sighting]) -> None:
    """Add to ``known`` the papers whose abstracts may be similar to those of ``unknown``.

    Also adds the candidates of each abstract, for `comparison.compare`, and the sketches.
    """
    _index_abstracts(context)
    abstracts = [sighting.abstract or "" for sighting in unknown]
    known.sketches = {abstract: similarity.sketch(abstract) for abstract in abstracts}
    sketches = known.sketches.values()
    blocks = sorted({block for sketch in sketches for block in similarity.lookup_blocks(sketch)})
    by_block, none = context.ledger.similarity_blocks.papers_by_block(blocks), frozenset[int]()
    known.similar = {
        abstract: similarity.find_candidates(
            by_block.get(block, none) for block in similarity.lookup_blocks(sketch)
        )
        for abstract, sketch in known.sketches.items()
    }
    candidates = set(chain.from_iterable(known.similar.values()))
    missing = sorted(candidates - known.papers.keys())
    known.papers.update((paper.id, paper) for paper in context.ledger.papers.by_number(missing))


def _index_abstracts(context: RunContext) -> None:
    """Add the recent papers that are not in the similarity index yet."""
    # Only when it is needed: most ledgers never get a paper without an id.
    abstracts = context.ledger.similarity_blocks.list_unindexed()
    context.ledger.similarity_blocks.record_blocks(
        (paper, similarity.lookup_blocks(similarity.sketch(abstract)))
        for paper, abstract in abstracts
    )
