"""Make a sighting of a reference that a reference manager exported, in whichever format.

Takes the fields that BibTeX and RIS share, and looks for an arXiv id where managers put it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.model.papers import Sighting
from digest.parsers.fields import ids, markup, timestamps
from digest.text import links

_SUFFIX = re.compile(r"(?:Jr|Sr|I{1,3}|IV)\.?", re.IGNORECASE)


class Reference(NamedTuple):
    """The fields of a reference.

    ``addresses`` may hold its ids and addresses, each as a whole field; ``places`` are
    sentences about where it appeared, which may cite an arXiv id.
    """

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    published: str = ""
    categories: tuple[str, ...] = ()
    line: int = 1


class LibraryEntry(NamedTuple):
    """A reference of a reader's own library; ``added`` is the date it was added, as written."""

    title: str
    abstract: str = ""
    added: str = ""


def sighting(reference: Reference) -> Sighting | None:
    """Return the paper of a reference, or None if it has no title.

    A title is enough: files of references hold nothing but papers.
    """
    title = markup.to_line(reference.title)
    if not title:
        return None
    arxiv_id = ids.first(ids.arxiv_id, reference.addresses)
    arxiv_id = arxiv_id or ids.first(ids.cited_arxiv_id, reference.places)
    doi = ids.first(ids.doi, reference.addresses)
    url = ids.first(ids.address, reference.addresses)
    authors = tuple(name for author in reference.authors if (name := _given_name_first(author)))
    categories = (category.strip() for category in reference.categories)
    return Sighting(
        title=title,
        abstract=markup.real_abstract(markup.to_text(reference.abstract), title),
        arxiv_id=arxiv_id,
        doi=doi,
        url=url or links.identifier_page(arxiv_id, doi),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(reference.published),
        published_text=reference.published or None,
        categories=tuple(dict.fromkeys(category for category in categories if category)),
        line=reference.line,
    )


def _given_name_first(name: str) -> str:
    """Return ``Family, Given`` as ``Given Family``, with a suffix such as "Jr" at the end.

    BibTeX puts the suffix in the middle (``Family, Jr, Given``), RIS at the end.
    """
    family, *others = (part.strip() for part in name.split(","))
    # A suffix sorts last; the other parts keep their order.
    others.sort(key=lambda part: bool(_SUFFIX.fullmatch(part)))
    first_names, *suffixes = others or [""]
    return " ".join(f"{first_names} {family} {' '.join(suffixes)}".split())
