"""Requests, answers and looks: what is asked of a source, and what is remembered about it.

A look is one request for one listing, with the further pages of its answer. It becomes one file
in the inbox, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

import msgspec

# The hash of a dump's bytes as the ledger has it, in hex; "" if there is none.
Content = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")]


class Request(NamedTuple):
    """An HTTP request: a GET, or a POST if it has a body. Secrets stand in headers only.

    ``method`` is given where it is another one.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    method: str = ""


class Answer(NamedTuple):
    """An HTTP answer, whole and unpacked.

    ``headers`` has lower-case names. ``url`` is the address that answered in the end, and
    ``moved`` is True if only permanent redirects (301, 308) led there.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    url: str
    moved: bool = False


def no_next_page(_: Sequence[Answer]) -> Request | None:
    """Return None: the first page is the whole answer."""
    return None


def whole_bodies(answers: Sequence[Answer]) -> list[bytes]:
    """Return the bytes of every page as they came."""
    return [answer.body for answer in answers]


class Look(NamedTuple):
    """One request to make, and what its answer becomes.

    ``name`` is that of the file, without number and ending. ``next_page`` gets all pages so far
    and returns the request for the next one, which may be the same page again, or None after the
    last; it raises `errors.FetchError` if the pages do not go together. ``bodies`` gets all pages
    in the end and returns what the file holds of each: a page without records among others, and
    items that are not wanted, are left out. ``formats`` are the names of the formats that may read
    a page; empty: any. ``day`` (ISO) is the day asked for, or today if the answer is not one of a
    day.
    """

    name: str
    first: Request
    suffix: str
    formats: tuple[str, ...] = ()
    next_page: Callable[[Sequence[Answer]], Request | None] = no_next_page
    bodies: Callable[[Sequence[Answer]], list[bytes]] = whole_bodies
    day: str | None = None


class LocalFile(NamedTuple):
    """A file that a source on the disk has: its name in the inbox, and its bytes."""

    name: str
    body: bytes


class LookState(msgspec.Struct, omit_defaults=True):
    """What is remembered of the last good answer to one look, by the look's ``name``.

    An unchanged answer (304) is a good one, and moves ``moment`` only.

    ``etag`` and ``last_modified`` are its validators, ``content`` the hash of its file in hex (as
    the ledger has it), ``file`` the file's name, ``moment`` when it came (RFC 3339).
    """

    moment: str = ""
    content: Content = ""
    file: str = ""
    etag: str | None = None
    last_modified: str | None = None


class SourceState(msgspec.Struct, omit_defaults=True):
    """What is remembered of a source. All moments are RFC 3339.

    ``quiet`` counts the looks in a row that brought nothing new, ``burst`` those that did.
    ``failing_since`` and ``reason`` are given while it does not answer, ``failures`` counts the
    looks that failed in a row. ``from_date`` is the ``day`` of the last answer of `arxiv-oai` that
    lies in the inbox: it asks from the day before. ``address`` is where a permanent redirect from
    ``url`` led; another ``url`` in the configuration is asked itself. ``pending`` are the contents
    that the last look brought, while it is not known whether any of it was new. ``asked`` stands
    for the settings it was asked with: nothing of this holds for others. ``passed_over`` are mails
    in which the version ``reader`` of the program read no listing. While ``last_look`` is
    given without ``next_look``, a look is under way, or was killed.
    """

    last_look: str | None = None
    last_answer: str | None = None
    next_look: str | None = None
    quiet: int = 0
    burst: int = 0
    failures: int = 0
    failing_since: str | None = None
    reason: str | None = None
    from_date: str | None = None
    url: str | None = None
    address: str | None = None
    pending: tuple[Content, ...] = ()
    asked: str = ""
    passed_over: tuple[Content, ...] = ()
    reader: str = ""
    looks: dict[str, LookState] = {}


class FetchedFile(msgspec.Struct):
    """A fetched file that lies in the inbox, or in `inbox/done/`: its moment, and its content."""

    moment: str
    content: Content


class Permission(msgspec.Struct, omit_defaults=True):
    """What a robots.txt said of an address that it allows.

    ``until`` is the second since 1970 at which it is asked again, ``delay`` the pause it wants
    between two requests, in seconds.
    """

    until: float
    delay: float = 0.0


class FetchState(msgspec.Struct, omit_defaults=True):
    """The content of `state/fetch.json`, a cache: losing it costs requests, never papers.

    ``not_before`` has for each host the second since 1970 before which it is not asked again.
    ``files`` has the fetched files that have not been deleted since, by name. ``allowed`` has what
    robots.txt allowed, by the hash of the address, which may hold a secret.
    """

    version: int = 1
    sources: dict[str, SourceState] = {}
    not_before: dict[str, float] = {}
    files: dict[str, FetchedFile] = {}
    allowed: dict[str, Permission] = {}


class SourceResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one source gave in a fetch.

    ``outcome`` is "answered" (with a file or more), "unchanged" (304, or the bytes it gave
    before), "failed", "late" (it asked to be left alone until ``next_look``, or the time was used
    up before its turn), or "due" in a dry run. ``files`` are given also if a later look failed.
    ``papers`` is how many they list, or None if that was not looked at, as in a folder.
    ``first_failure`` is True when an outage begins: at the first failure after a good look.
    """

    source: str
    kind: str
    outcome: str
    files: tuple[str, ...] = ()
    papers: int | None = None
    requests: int = 0
    reason: str | None = None
    first_failure: bool = False
    next_look: str | None = None


class FetchReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a fetch did, by source in the order of the configuration."""

    sources: tuple[SourceResult, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that were put into the inbox."""
        return tuple(file for source in self.sources for file in source.files)

    @property
    def outages(self) -> tuple[SourceResult, ...]:
        """The sources that failed now and had answered before."""
        return tuple(source for source in self.sources if source.first_failure)

    @property
    def failed(self) -> tuple[SourceResult, ...]:
        """The sources that failed."""
        return tuple(source for source in self.sources if source.outcome == "failed")

    @property
    def exit_status(self) -> int:
        """0 if all answered, 1 if all failed, 3 if some did."""
        if not self.failed:
            return 0
        return 1 if len(self.failed) == len(self.sources) else 3
