"""Merge the values of a sighting, or of another paper, into a paper."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from digest import text
from digest.model.papers import Paper, Sighting

# The fields that a sighting and a paper have in common.
SHARED = tuple(name for name in Sighting.__struct_fields__ if name in Paper.__struct_fields__)
WORDS = ("title", "abstract")
_COUNTS = ("upvotes", "comments", "stars")


def fingerprint(words: str) -> bytes:
    """Return a short hash of the comparable form of a title or an abstract."""
    return hashlib.blake2b(text.comparable(words).encode(), digest_size=8).digest()


def merge_papers(paper: Paper, other: Sighting | Paper, page_date: str | None = None) -> Paper:
    """Return the paper with everything that the other adds; no value becomes worse.

    Missing values are filled. A revised title or abstract replaces the old one, unless it is
    the old one cut short, or ``other`` is withdrawn: then its abstract is mostly a notice. The
    longer list of authors stays. Counts come from the page with the newest ``page_date``; if one
    of two pages has no date, from the one that is read later.
    """
    gains: dict[str, Any] = {}
    is_older = bool(page_date and paper.counted and page_date < paper.counted)
    for name in SHARED:
        own, new = getattr(paper, name), getattr(other, name)
        if new in (None, (), own):
            continue
        replaces = own is None or not is_older if name in _COUNTS else not own
        if replaces or (_is_better(name, own, new) and not is_notice(name, other)):
            gains[name] = new
    if (newest := counts_date(other, paper.counted, page_date)) != paper.counted:
        gains["counted"] = newest
    return msgspec.structs.replace(paper, **gains) if gains else paper


def is_notice(name: str, other: Sighting | Paper) -> bool:
    """Return whether a text may be the notice of a withdrawal in place of a paper's words."""
    return name in WORDS and other.retracted


def counts_date(other: Sighting | Paper, before: str | None, page_date: str | None) -> str | None:
    """Return the newest page date with counts, given that of the pages before."""
    if all(getattr(other, name) is None for name in _COUNTS):
        return before
    return max(filter(None, (before, page_date)), default=None)


def is_cut_short(whole: str, part: str) -> bool:
    """Return whether ``part`` is the beginning of ``whole`` and ends in an ellipsis."""
    # Listings shorten long abstracts, which is no change of the paper's words.
    return part.endswith(("…", "...")) and whole.startswith(part.rstrip("… ."))


def _is_better(name: str, own: Any, new: Any) -> bool:
    if name in WORDS:
        return not own.startswith(new.rstrip("… .")) and fingerprint(own) != fingerprint(new)
    if name == "authors":
        return len(new) > len(own)
    return False
