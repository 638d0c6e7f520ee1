"""Whether a sighting and a paper are one, and why. Asks nobody; remembers nothing.

The rules (design, section 5): two different arXiv ids, or two different DOIs, are two
papers whatever their words. A title joins only where one side has no id at all, so it can
never bridge two ids.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from digest import text
from digest.matching.similarity import Likeness
from digest.model.papers import Paper, Sighting


class Match(NamedTuple):
    """Which of the candidates a sighting belongs to (None: a paper of its own), and why.

    ``same`` are further candidates that the sighting shows to be that very paper: entries
    first seen without an id, or with only the other of its two ids.
    """

    paper: Paper | None
    because: str
    same: tuple[Paper, ...] = ()


def keys(sighting: Sighting | Paper) -> tuple[str, ...]:
    """``arxiv:``, ``doi:`` and ``title:`` keys, the best first; the title is always there."""
    return _keys(sighting.arxiv_id, sighting.doi, sighting.title)


@functools.lru_cache(maxsize=4096)  # more than a batch, whose sightings are asked three times
def _keys(arxiv_id: str | None, doi: str | None, title: str) -> tuple[str, ...]:
    found = []
    if arxiv_id:
        found.append(f"arxiv:{arxiv_id}")
    if doi:
        found.append(f"doi:{doi}")
    found.append(f"title:{text.title_key(title)}")
    return tuple(found)


def guid(best_key: str) -> str:
    """The permanent name of a paper first taken in under this key."""
    return f"urn:papers-digest:{hashlib.blake2b(best_key.encode(), digest_size=16).hexdigest()}"


def has_id(thing: Sighting | Paper) -> bool:
    """Whether an arXiv id or a DOI names it."""
    return bool(thing.arxiv_id or thing.doi)


def match(sighting: Sighting, candidates: Sequence[Paper]) -> Match:
    """The candidate that is this sighting's paper; candidates share a key, oldest first."""
    by_id = [paper for paper in candidates if _shares_id(sighting, paper)]
    by_title = [
        paper
        for paper in candidates
        if not _shares_id(sighting, paper) and not (has_id(sighting) and has_id(paper))
    ]
    if by_id:
        named, *further = sorted(by_id, key=lambda paper: paper.arxiv_id != sighting.arxiv_id)
        same = [paper for paper in further if not _contradict(named, paper)]
        return Match(named, f"same {_shared_id(sighting, named)}", (*same, *by_title))
    if by_title:
        without_id = "the earlier page showed" if has_id(sighting) else "the page shows"
        others = tuple(by_title[1:]) if has_id(sighting) else ()
        return Match(by_title[0], f"same title, and {without_id} no id", others)
    return Match(None, f"first seen as {keys(sighting)[0]}")


def match_alike(
    sighting: Sighting, candidates: Iterable[Paper], likeness: Likeness
) -> Match | None:
    """The candidate whose title and abstract are nearly the sighting's.

    Oldest first, and only where a side has no id: two ids are two papers, whatever their
    words.
    """
    open_to_it = [paper for paper in candidates if not (has_id(sighting) and has_id(paper))]
    found = next(likeness.alike(sighting, open_to_it), None)
    because = "nearly the same title and abstract, and one side shows no id"
    return Match(found, because) if found else None


def _shares_id(sighting: Sighting, paper: Paper) -> bool:
    if sighting.arxiv_id and paper.arxiv_id:
        return sighting.arxiv_id == paper.arxiv_id
    return bool(sighting.doi) and sighting.doi == paper.doi


def _contradict(one: Paper, other: Paper) -> bool:
    """Whether they bear two arXiv ids or two DOIs: a sighting that names both joins neither."""
    return (one.arxiv_id or other.arxiv_id) != (other.arxiv_id or one.arxiv_id) or (
        one.doi or other.doi
    ) != (other.doi or one.doi)


def _shared_id(sighting: Sighting, paper: Paper) -> str:
    if sighting.arxiv_id and sighting.arxiv_id == paper.arxiv_id:
        return f"arXiv id {sighting.arxiv_id}"
    return f"DOI {sighting.doi}"
