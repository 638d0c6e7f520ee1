"""Sightings, rejects and dumps as they are read, and papers as the ledger holds them.

Every record is frozen and slotted, and sequences are tuples. Days are ISO strings
(``YYYY-MM-DD``): they are only compared, sorted and stored.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from typing import Literal

import msgspec

REST = "rest"  # evidence: why the source publishes nothing on the day of the dump


class Organization(msgspec.Struct, frozen=True, gc=False):
    """The organization that a listing shows for a paper. ``slug`` is its part of the address."""

    slug: str
    name: str


class Sighting(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One paper as one dump shows it, with its texts unchanged.

    ``None`` means that the dump does not show the value, never that the value is zero or
    empty: a page without vote counts must not overwrite the counts of another.
    """

    title: str
    abstract: str | None = None
    arxiv_id: str | None = None  # never with a version
    doi: str | None = None  # lower case, without https://doi.org/
    url: str | None = None
    authors: tuple[str, ...] = ()
    n_authors: int | None = None
    organization: Organization | None = None
    published: str | None = None
    published_text: str | None = None  # the date as written on the page
    upvotes: int | None = None
    comments: int | None = None
    code_url: str | None = None
    stars: int | None = None
    summary: str | None = None  # the page's AI summary, not the abstract
    categories: tuple[str, ...] = ()
    revision: bool = False  # announced as a later version, as arXiv's ``replace`` does
    retracted: bool = False  # withdrawn by its authors, or retracted by its publisher
    line: int = 1  # its first line in the dump, from 1


class Reject(msgspec.Struct, frozen=True, gc=False):
    """A passage of a dump that begins like a record and cannot be completed."""

    line: int
    reason: str


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """One file from the inbox, after reading.

    ``evidence`` gives the reasons for conclusions that are not certain: ``dialect`` says why it
    is in this format, ``year`` where the year of its date is from, `REST` that the source says it
    rests on that day. ``sightings`` is a tuple, or
    a temporary file if there are many; each loop over them reads that file again. ``is_cut``
    says that the file ends inside a record, as a copy does that was not finished.
    """

    name: str
    format_name: str
    source: str
    page_date: str | None
    sightings: Collection[Sighting]
    rejects: tuple[Reject, ...] = ()
    evidence: dict[str, str] = {}
    stated: int | None = None  # how many entries the page says it has
    is_cut: bool = False

    @property
    def entries(self) -> int:
        """The number of sightings and rejects."""
        return len(self.sightings) + len(self.rejects)


class Shortfall(enum.IntEnum):
    """Whether papers are missing from a dump, and how that is known. Stored in the ledger."""

    NONE = 0
    UNUSUAL = 1  # far fewer entries than the source ever had on such a day: for the operator
    EVIDENT = 2  # the dump itself shows it: for readers as well


class LibraryPaper(msgspec.Struct, frozen=True, gc=False):
    """A paper of a reader's own library, and the day it was added, if known."""

    title: str
    abstract: str | None = None
    added: str | None = None


class Paper(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A paper in the ledger, merged from all sightings that share a key.

    ``id`` is its number in the ledger, and appears in no output; ``guid`` is its permanent
    public identifier. ``first_seen`` is the moment of the run that took it in. ``page_date`` is
    the day of the page that showed it first, and ``late_from`` the same if it came late.
    ``counted`` is the newest day of a page that gave its votes, comments or stars.
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
    retracted: bool = False
    first_seen: str = ""
    page_date: str | None = None
    late_from: str | None = None


SightingStatus = Literal["new", "changed", "known", "repeated"]
