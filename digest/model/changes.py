"""The input and the result of comparing a batch of sightings with the ledger."""

from __future__ import annotations

import msgspec

from digest.model.papers import Paper, Sighting, SightingStatus


class Known(msgspec.Struct):
    """The papers of the ledger that share a key or similar words with a batch of sightings.

    They are looked up in one step, before the batch is compared. Papers are identified by their
    number in the ledger. ``variants`` are fingerprints of the titles and abstracts of a paper
    other than its present ones. ``similar`` has the papers that may have nearly the same words as
    an abstract; None if the batch needs no such comparison.
    """

    by_key: dict[str, list[int]]
    papers: dict[int, Paper]
    variants: dict[int, set[bytes]]
    similar: dict[str, list[int]] | None = None
    sketches: dict[str, tuple[int, ...]] = {}  # by abstract, so that each is computed once


class SightingResult(msgspec.Struct, frozen=True):
    """The paper of one sighting, with the reason. ``paper`` is its number, below 0 if new."""

    sighting: Sighting
    paper: int
    status: SightingStatus
    because: str
    own_words: bool  # true if title or abstract differ from those of the paper


class Variant(msgspec.Struct, frozen=True):
    """A title or an abstract in which a paper was seen, with its fingerprint."""

    paper: int
    fingerprint: bytes
    words: str


class Change(msgspec.Struct, frozen=True):
    """A new title or abstract of a known paper, or the news that it was withdrawn.

    A new text differs from all that the paper was seen with before.
    """

    paper: int
    kind: str  # "title", "abstract", "abstract added" or "withdrawn"
    before: str
    after: str


class Outcome(msgspec.Struct):
    """The result of a batch: the fate of every sighting, and the papers after merging.

    ``unseen_revisions`` counts revisions of papers that the ledger does not have. They have no
    fate and count as known.
    """

    fates: list[SightingResult]
    new: dict[int, Paper]
    touched: dict[int, Paper]
    variants: list[Variant]
    aliases: dict[int, int]  # paper -> the older paper it was merged into
    keys: list[tuple[str, int]]  # keys not yet in the ledger
    changes: list[Change]
    blocks: dict[int, tuple[int, ...]]  # of new papers, if `Known.similar` was given
    unseen_revisions: int = 0
