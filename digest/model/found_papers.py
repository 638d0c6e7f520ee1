"""Papers that a search on the web side has found."""

from __future__ import annotations

import msgspec

Pieces = tuple[tuple[str, bool], ...]  # of a text: the words, and whether they were searched for


class FoundPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper and its place in the newest issue that holds it.

    ``address`` is its own. ``snippet`` is the part of its abstract that has the words; it is empty
    if none has. ``guid`` is that of its place.
    """

    title: Pieces
    by: Pieces
    snippet: Pieces
    address: str
    upvotes: int | None
    edition: str
    date: str
    ordinal: int
    guid: str
    heading: str | None


class FoundPapers(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what a search has found, the best first.

    ``total`` counts all papers found, or one more than ``counted`` if there are more than that.
    ``pages`` is the number of pages. ``is_complete`` is False while the index is being made.
    """

    papers: tuple[FoundPaper, ...]
    total: int
    counted: int
    pages: int
    is_complete: bool
