"""A reference of a reference manager, as a sighting, whatever format it was exported in.

Takes the fields both formats share; knows where managers put an arXiv id. Reads no format.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.model.papers import Sighting
from digest.parsers.fields import ids, markup, timestamps
from digest.text import links

_SUFFIX = re.compile(r"(?:Jr|Sr|I{1,3}|IV)\.?", re.IGNORECASE)


class Reference(NamedTuple):
    """``addresses`` are the reference's own; ``places`` say where it appeared, in words."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    published: str = ""
    categories: tuple[str, ...] = ()
    line: int = 1


def sighting(reference: Reference) -> Sighting | None:
    """The paper a reference is to, or None where it has no title.

    A reference is a paper without further evidence: nothing else is kept in such files.
    """
    title = markup.line(reference.title)
    if not title:
        return None
    arxiv_id = next((found for one in reference.addresses if (found := ids.arxiv_id(one))), None)
    arxiv_id = arxiv_id or next(
        (found for one in reference.places if (found := ids.cited(one))), None
    )
    doi = next((found for one in reference.addresses if (found := ids.doi(one))), None)
    abstract = markup.words(reference.abstract)
    url = next((url for one in reference.addresses if (url := ids.address(one))), None)
    if url is None:
        url = links.identifier_page(arxiv_id, doi)
    authors = tuple(person for one in reference.authors if (person := _in_order(one)))
    return Sighting(
        title=title,
        abstract=abstract if abstract and not markup.repeats(abstract, title) else None,
        arxiv_id=arxiv_id,
        doi=doi,
        url=url,
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(reference.published),
        published_text=reference.published or None,
        categories=tuple(dict.fromkeys(one.strip() for one in reference.categories if one.strip())),
        line=reference.line,
    )


def _in_order(name: str) -> str:
    """``Family, Given`` as people say it; BibTeX has "Jr" in the middle, RIS at the end."""
    family, *others = (part.strip() for part in name.split(","))
    others.sort(key=lambda part: bool(_SUFFIX.fullmatch(part)))
    given, *suffixes = others or [""]
    return " ".join(f"{given} {family} {' '.join(suffixes)}".split())
