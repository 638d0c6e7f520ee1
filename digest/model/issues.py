"""An issue as it is stored: everything its pages, Markdown, JSON and feed items show.

The stored form is canonical JSON (`msgspec.json`, fields in the order below). It bears a
``version``; keys are added and never changed, so every later version of the product
reads all earlier issues.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import msgspec

from digest.model.papers import Organization

FORM = 1  # version of the stored form

VERDICTS = (
    "new", "partial", "unreadable", "revised", "weekend", "no-input", "stale", "quiet",
)  # fmt: skip


class Teaser(msgspec.Struct, frozen=True):
    """The line under a title: a sentence of the abstract, or the page's own AI summary."""

    text: str
    source: str = msgspec.field(name="from")  # "abstract" or "summary"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A paper in an issue, words mended, votes as of the issue's moment."""

    guid: str
    title: str
    arxiv_id: str | None = None
    doi: str | None = None
    url: str
    abstract: str | None = None
    one_line: Teaser | None = None
    authors: tuple[str, ...] = ()
    n_authors: int | None = None
    organization: Organization | None = None
    published: str | None = None
    published_text: str | None = None
    upvotes: int | None = None
    comments: int | None = None
    code_url: str | None = None
    stars: int | None = None
    summary: str | None = None
    also: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    late_from: str | None = None
    first_seen: str = ""
    dumps: int = 1


class Subheading(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-heading of a long section; papers by guid."""

    name: str
    papers: tuple[str, ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with its papers, in reading order; ``parts`` hold all of them or are none."""

    topic: str
    name: str
    papers: tuple[Item, ...]
    parts: tuple[Subheading, ...] = ()

    def without(self, guids: AbstractSet[str]) -> Section:
        """The section as if these papers had never stood in it."""
        if guids.isdisjoint([item.guid for item in self.papers]):
            return self
        left = ((part, tuple(g for g in part.papers if g not in guids)) for part in self.parts)
        return Section(
            topic=self.topic,
            name=self.name,
            papers=tuple(item for item in self.papers if item.guid not in guids),
            parts=tuple(
                Subheading(name=part.name, papers=papers) for part, papers in left if papers
            ),
        )


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase that stands out against the issues before; papers by guid."""

    term: str
    papers: tuple[str, ...]


class Accounting(msgspec.Struct, frozen=True):
    """What was read: ``entries = new + changed + known + repeated + rejected``."""

    dumps: int = 0
    entries: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    repeated: int = 0
    rejected: int = 0

    @property
    def adds_up(self) -> bool:
        """Promise 1 of the design."""
        parts = self.new + self.changed + self.known + self.repeated + self.rejected
        return self.entries == parts

    def __add__(self, other: Accounting) -> Accounting:
        return Accounting(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__}
        )


class UpdatedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of an earlier issue whose words differ from all it was seen with."""

    guid: str
    title: str
    url: str
    issue: str  # the key of the issue that holds it
    changes: tuple[str, ...]  # what changed, in words


class RisingPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of an earlier issue that drew attention since; pairs are (then, now)."""

    guid: str
    title: str
    url: str
    issue: str
    issued: str  # the date of that issue
    upvotes: tuple[int, int] | None = None
    comments: tuple[int, int] | None = None
    stars: tuple[int, int] | None = None


class CountChange(msgspec.Struct, frozen=True):
    """A count when it was first seen, now, and the day of the first."""

    then: int
    now: int
    since: str


class PaperHistory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a paper between its first sight and a week's or month's issue.

    ``seen`` is the day of the page that showed it first (without one, of the run that did).
    ``issue`` is the key of the main edition's issue that holds it, under ``guid`` where it
    has another one there. Counts are those that changed.
    """

    seen: str
    issue: str | None = None
    guid: str | None = None
    upvotes: CountChange | None = None
    comments: CountChange | None = None
    stars: CountChange | None = None


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """The days that a week's or month's issue looks back on, ``first`` to ``last``.

    ``main`` is the edition whose issues held the papers, none where it is this one.
    """

    first: str
    last: str
    main: str | None = None
    papers: dict[str, PaperHistory] = {}  # by guid


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One dated number of an edition, composed once and stored whole."""

    version: int = FORM
    edition: str
    date: str  # YYYY-MM-DD, in the site's time zone
    ordinal: int = 1  # second, third ... issue of one date
    number: int  # counts on through the edition
    moment: str  # when it was made, RFC 3339 with offset: the items' pubDate
    verdict: str
    accounting: Accounting
    sections: tuple[Section, ...]
    topics: dict[str, str] = {}  # names of every topic this issue mentions, "also" included
    updated: tuple[UpdatedPaper, ...] = ()
    rising: tuple[RisingPaper, ...] = ()
    picks: tuple[str, ...] = ()
    picked: dict[str, str] = {}  # guid of a pick -> why it is one
    late: tuple[str, ...] = ()
    muted: int = 0
    filtered: int = 0
    repaired: int = 0  # characters no document may carry, taken out of the words
    chart: tuple[tuple[str, int], ...] = ()  # (date, papers) of the issues before, oldest first
    followed: dict[str, tuple[str, ...]] = {}  # guid -> why the reader's profile puts it higher
    terms: tuple[Term, ...] = ()
    brief: tuple[str, ...] = ()  # topics of one paper that share a heading, "In brief"
    more: tuple[str, ...] = ()  # papers beyond the edition's limit, listed by title
    span: Period | None = None  # of a week's or month's issue

    @property
    def key(self) -> str:
        """``2026-11-22``, then ``2026-11-22-2``: the name of the issue's files."""
        return issue_key(self.date, self.ordinal)

    @property
    def papers(self) -> tuple[Item, ...]:
        """All papers in the order of the page."""
        return tuple(item for section in self.sections for item in section.papers)


class IssueLink(msgspec.Struct, frozen=True, gc=False):
    """What other pages say about an issue: enough to name it and to find its files."""

    edition: str
    date: str
    key: str
    number: int
    papers: int
    verdict: str
    is_history: bool = False  # backfilled: on pages and in the archive, never in live feeds
    span: str | None = None  # what it looks back on: "2026-11-16/2026-11-22", as ISO 8601 writes it


class Page(msgspec.Struct, frozen=True, gc=False):
    """A file of the output tree: its path below ``output/`` and its bytes."""

    path: str
    body: bytes


def issue_key(date: str, ordinal: int) -> str:
    """Return the name of an issue's files: its date, with the ordinal from the second one on."""
    return date if ordinal == 1 else f"{date}-{ordinal}"
