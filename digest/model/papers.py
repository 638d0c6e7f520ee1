"""What a dump says and what the ledger knows: sightings, rejects, dumps, papers.

Every record is frozen and slotted; sequences are tuples. Days are ISO strings
(``YYYY-MM-DD``), because they are compared, sorted and stored, never computed with.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec


class Organization(msgspec.Struct, frozen=True, gc=False):
    """Who a paper is filed under on the listing: an address part and a display name."""

    slug: str
    name: str


class Sighting(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One paper as one dump shows it, in the dump's own words.

    ``None`` always means "this dump does not say", never "none": a page without vote
    counts must not overwrite a page that has them.
    """

    title: str
    abstract: str | None = None
    arxiv_id: str | None = None  # never with a version
    doi: str | None = None  # lower case, without resolver
    url: str | None = None
    authors: tuple[str, ...] = ()
    n_authors: int | None = None
    organization: Organization | None = None
    published: str | None = None
    published_text: str | None = None  # the date as the page writes it
    upvotes: int | None = None
    comments: int | None = None
    code_url: str | None = None
    stars: int | None = None
    summary: str | None = None  # the page's own AI summary, never an abstract
    categories: tuple[str, ...] = ()
    line: int = 1  # where it starts, 1-based


class Reject(msgspec.Struct, frozen=True, gc=False):
    """A stretch that begins like a record and cannot be completed."""

    line: int
    reason: str


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """One file from the inbox, read.

    ``evidence`` gives the reasons for what the content does not settle by itself:
    ``dialect`` (why it is in this format), ``year`` (where the capture's year is from).
    Many sightings are no tuple but stand in a file: each loop over them reads them again.
    """

    name: str
    format_name: str
    source: str
    page_date: str | None
    sightings: Collection[Sighting]
    rejects: tuple[Reject, ...] = ()
    evidence: dict[str, str] = {}
    stated: int | None = None  # how many entries the page says it has

    @property
    def entries(self) -> int:
        """Everything that began like a record."""
        return len(self.sightings) + len(self.rejects)


class LibraryPaper(msgspec.Struct, frozen=True, gc=False):
    """A paper of a reader's own library; ``added`` is the day it was put there, if known."""

    title: str
    abstract: str | None = None
    added: str | None = None


class Paper(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What all sightings that share a key are about, as the ledger holds it.

    ``id`` is the ledger's own number and never leaves it; ``guid`` is what the world sees.
    ``first_seen`` is the moment of the run that took it in, ``page_date`` the day of the
    page that showed it first, ``late_from`` that day when the paper came late; ``counted``
    the newest day of a page its votes, comments or stars are from.
    """

    id: int
    guid: str
    intake: int
    title: str
    abstract: str | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    n_authors: int | None = None
    organization: Organization | None = None
    published: str | None = None
    published_text: str | None = None
    upvotes: int | None = None
    comments: int | None = None
    code_url: str | None = None
    stars: int | None = None
    counted: str | None = None
    summary: str | None = None
    categories: tuple[str, ...] = ()
    first_seen: str = ""
    page_date: str | None = None
    late_from: str | None = None


SightingStatus = Literal["new", "changed", "known", "repeated"]
