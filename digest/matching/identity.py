"""Decide which paper a sighting belongs to, and give the reason.

Records with different arXiv ids, or different DOIs, are different papers, even if their words
are the same. Equal titles count only if one side has no id at all, so a title never joins two
ids. The caller looks the candidates up.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from digest import text
from digest.matching.similarity import SimilarityCache
from digest.model.issues import Item
from digest.model.papers import Paper, Sighting


class Match(NamedTuple):
    """The paper that a sighting belongs to, None for a new one, and the reason.

    ``duplicates`` are further candidates that the sighting shows to be the same paper: entries
    first seen without an id, or with only the other one of the sighting's two ids.
    """

    paper: Paper | None
    because: str
    duplicates: tuple[Paper, ...] = ()


def keys(sighting: Sighting | Paper | Item) -> tuple[str, ...]:
    """Return the keys ``arxiv:``, ``doi:`` and ``title:``, best first; the last always exists."""
    return _keys(sighting.arxiv_id, sighting.doi, sighting.title)


# Cached, because each sighting's keys are needed three times. A batch fits into the cache.
@functools.lru_cache(maxsize=4096)
def _keys(arxiv_id: str | None, doi: str | None, title: str) -> tuple[str, ...]:
    ids = []
    if arxiv_id:
        ids.append(f"arxiv:{arxiv_id}")
    # Keys are shown, compared and typed, so they hold nothing that cannot be seen.
    if doi and (shown := text.shown(doi)):
        ids.append(f"doi:{shown}")
    return (*ids, f"title:{text.title_key(title)}")


def guid(best_key: str) -> str:
    """Return the permanent guid of a paper that was first taken in under this key."""
    return f"urn:papers-digest:{hashlib.blake2b(best_key.encode(), digest_size=16).hexdigest()}"


def has_id(paper: Sighting | Paper) -> bool:
    """Return whether a sighting or paper has an arXiv id or a DOI."""
    return bool(paper.arxiv_id or paper.doi)


def match(sighting: Sighting, candidates: Sequence[Paper]) -> Match:
    """Choose the sighting's paper from the papers that share a key with it, oldest first."""
    by_id = [paper for paper in candidates if _shares_id(sighting, paper)]
    by_title = [
        paper
        for paper in candidates
        if not _shares_id(sighting, paper) and not (has_id(sighting) and has_id(paper))
    ]
    if by_id:
        # With one candidate by arXiv id and another by DOI, the arXiv id decides.
        named, *further = sorted(by_id, key=lambda paper: paper.arxiv_id != sighting.arxiv_id)
        same = [paper for paper in further if not _have_different_ids(named, paper)]
        return Match(named, f"same {_shared_id(sighting, named)}", (*same, *by_title))
    if by_title:
        without_id = "the earlier page showed" if has_id(sighting) else "the page shows"
        # A sighting without an id proves nothing about the other papers of that title.
        others = tuple(by_title[1:]) if has_id(sighting) else ()
        return Match(by_title[0], f"same title, and {without_id} no id", others)
    return Match(None, f"first seen as {keys(sighting)[0]}")


def match_similar(
    sighting: Sighting, candidates: Sequence[Paper], similarity: SimilarityCache
) -> Match | None:
    """Choose the first candidate with nearly the same title and abstract as the sighting.

    Only pairs in which one side has no id are compared. ``candidates`` are ordered oldest
    first. Returns None if none is similar.
    """
    if has_id(sighting):
        candidates = [paper for paper in candidates if not has_id(paper)]
    paper = next(similarity.near_copies(sighting, candidates), None)
    because = "nearly the same title and abstract, and one side shows no id"
    return Match(paper, because) if paper else None


def _shares_id(sighting: Sighting, paper: Paper) -> bool:
    """Return whether both have the same arXiv id; if one side has none, the same DOI."""
    if sighting.arxiv_id and paper.arxiv_id:
        return sighting.arxiv_id == paper.arxiv_id
    return bool(sighting.doi) and sighting.doi == paper.doi


def _have_different_ids(paper: Paper, other: Paper) -> bool:
    """Return whether two papers have different arXiv ids or DOIs, so they must not be merged."""
    # Each `or` takes the other paper's id where one has none, so a missing id is no difference.
    return (paper.arxiv_id or other.arxiv_id) != (other.arxiv_id or paper.arxiv_id) or (
        paper.doi or other.doi
    ) != (other.doi or paper.doi)


def _shared_id(sighting: Sighting, paper: Paper) -> str:
    if sighting.arxiv_id and sighting.arxiv_id == paper.arxiv_id:
        return f"arXiv id {sighting.arxiv_id}"
    return f"DOI {sighting.doi}"
