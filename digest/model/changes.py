"""What is known before a batch of sightings is compared, and what comes of it."""

from __future__ import annotations

import msgspec

from digest.model.papers import Paper, Sighting, SightingStatus


class Known(msgspec.Struct):
    """What the ledger knows about a batch of sightings, looked up at once.

    ``variants`` are fingerprints of the texts a paper was seen with besides those it holds.
    ``by_block`` finds papers whose words may be nearly the same; None where nobody asks.
    """

    by_key: dict[str, list[int]]
    papers: dict[int, Paper]
    variants: dict[int, set[bytes]]
    by_block: dict[int, list[int]] | None = None
    sketches: dict[str, tuple[int, ...]] = {}  # of abstracts, so that none is made twice


class SightingResult(msgspec.Struct, frozen=True):
    """What became of one sighting. ``paper`` is the ledger's number; below 0 it is new."""

    sighting: Sighting
    paper: int
    standing: SightingStatus
    because: str
    own_words: bool  # the paper does not hold the words it shows


class Variant(msgspec.Struct, frozen=True):
    """A title or an abstract a paper was seen with: its fingerprint and its words."""

    paper: int
    fingerprint: bytes
    words: str


class Change(msgspec.Struct, frozen=True):
    """A known paper's words that differ from all it was seen with, or came at last."""

    paper: int
    kind: str  # "title", "abstract" or "abstract added"
    before: str
    after: str


class Outcome(msgspec.Struct):
    """What a batch amounts to: every sighting's fate, and the papers as they are now."""

    fates: list[SightingResult]
    new: dict[int, Paper]
    touched: dict[int, Paper]
    variants: list[Variant]
    aliases: dict[int, int]  # paper -> the older one it turned out to be
    keys: list[tuple[str, int]]  # keys not yet in the ledger
    changes: list[Change]
    blocks: dict[int, tuple[int, ...]]  # of new papers, where anybody asked
