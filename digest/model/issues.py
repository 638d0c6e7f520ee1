"""The stored form of an issue: everything its pages, Markdown, JSON and feed items show.

Issues are stored as canonical JSON (`msgspec.json`, with the fields in the order below). The
form has a ``version``. Keys are added and never changed, so every later version of the product
can read all earlier issues.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import msgspec

from digest.model.papers import Organization

FORM_VERSION = 1  # of the stored form; see above

VERDICTS = (
    "new", "partial", "unreadable", "revised", "weekend", "no-input", "stale", "quiet",
)  # fmt: skip


class Teaser(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line under a title: a sentence of the abstract, the page's AI summary, or a model's.

    ``model`` is the language model that wrote it when asked, and empty for the other two.
    """

    text: str
    source: str = msgspec.field(name="from")  # "abstract", "summary" or "model"
    model: str = ""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A paper in an issue, with cleaned texts, and votes as of the moment of the issue."""

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
    unsure: bool = False  # of its topic: it stands perhaps as well under the first of ``also``
    reasons: tuple[str, ...] = ()
    late_from: str | None = None
    first_seen: str = ""
    dumps: int = 1
    retracted: bool = False
    seconds_before: int | None = None  # the issue's moment; for its date in feeds


class Subheading(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-heading of a long section, and the guids of its papers."""

    name: str
    papers: tuple[str, ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with its papers, in the order of the page.

    ``parts`` are its sub-headings. They hold all papers of the section, or there are none.
    """

    topic: str
    name: str
    papers: tuple[Item, ...]
    parts: tuple[Subheading, ...] = ()

    def without(self, guids: AbstractSet[str]) -> Section:
        """Return the section without these papers, and without sub-headings that become empty."""
        if guids.isdisjoint([item.guid for item in self.papers]):
            return self
        parts = (
            Subheading(
                name=part.name, papers=tuple(guid for guid in part.papers if guid not in guids)
            )
            for part in self.parts
        )
        return Section(
            topic=self.topic,
            name=self.name,
            papers=tuple(item for item in self.papers if item.guid not in guids),
            parts=tuple(part for part in parts if part.papers),
        )


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase that is more frequent than in earlier issues, and the guids of its papers."""

    term: str
    papers: tuple[str, ...]


class Accounting(msgspec.Struct, frozen=True):
    """The entries read: ``entries = new + changed + known + repeated + rejected``."""

    dumps: int = 0
    entries: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    repeated: int = 0
    rejected: int = 0

    @property
    def adds_up(self) -> bool:
        """True if every entry is accounted for."""
        parts = self.new + self.changed + self.known + self.repeated + self.rejected
        return self.entries == parts

    def __add__(self, other: Accounting) -> Accounting:
        return Accounting(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__}
        )


class UpdatedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of an earlier issue that was revised or withdrawn since."""

    guid: str
    title: str
    url: str
    issue: str  # key of the issue that holds the paper
    changes: tuple[str, ...]  # sentences for the reader


class RisingPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of an earlier issue that drew attention since. Pairs are counts (then, now)."""

    guid: str
    title: str
    url: str
    issue: str
    issued: str  # the date of that issue
    upvotes: tuple[int, int] | None = None
    comments: tuple[int, int] | None = None
    stars: tuple[int, int] | None = None


class CountChange(msgspec.Struct, frozen=True):
    """A count on the day ``since``, when it was first seen, and now."""

    then: int
    now: int
    since: str


class PaperHistory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The changes of a paper between its first sighting and a weekly or monthly issue.

    ``seen`` is the day of the run that took it in; in older issues that of its first page, if any.
    ``issue`` is the key of the main edition's issue that holds it, and ``guid`` its guid there
    if that is a different one. Only counts that changed are given.
    """

    seen: str
    issue: str | None = None
    guid: str | None = None
    upvotes: CountChange | None = None
    comments: CountChange | None = None
    stars: CountChange | None = None


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a weekly or monthly issue, ``first`` to ``last``, both included.

    ``main`` is the edition whose issues first held the papers; None if it is this one.
    """

    first: str
    last: str
    main: str | None = None
    papers: dict[str, PaperHistory] = {}  # by guid
    incomplete: bool = False  # the edition began after the week or month did

    @property
    def interval(self) -> str:
        """Its days in ISO 8601: "2026-11-16/2026-11-22", or "2026-11-19/.." if incomplete."""
        return f"{self.first}/{'..' if self.incomplete else self.last}"


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One dated issue of an edition, composed once and stored whole."""

    version: int = FORM_VERSION
    edition: str
    date: str  # YYYY-MM-DD, in the site's time zone
    ordinal: int = 1  # second, third ... issue of one date
    number: int  # consecutive within the edition, from 1
    moment: str  # when it was made, RFC 3339 with offset: the items' pubDate
    verdict: str
    accounting: Accounting
    sections: tuple[Section, ...]
    topics: dict[str, str] = {}  # names of all topics in this issue, "also" included
    updated: tuple[UpdatedPaper, ...] = ()
    rising: tuple[RisingPaper, ...] = ()
    picks: tuple[str, ...] = ()
    picked: dict[str, str] = {}  # guid of a pick -> the reason for it
    late: tuple[str, ...] = ()
    muted: int = 0
    filtered: int = 0
    repaired: int = 0  # invalid characters removed from the texts
    chart: tuple[tuple[str, int], ...] = ()  # (date, papers) of the issues before, oldest first
    followed: dict[str, tuple[str, ...]] = {}  # guid -> reasons from the reader's profile
    terms: tuple[Term, ...] = ()
    brief: tuple[str, ...] = ()  # topics with one paper, under the common heading "In brief"
    more: tuple[str, ...] = ()  # guids of papers beyond the edition's limit, listed by title
    span: Period | None = None  # only of a weekly or monthly issue

    @property
    def key(self) -> str:
        """``2026-11-22``, then ``2026-11-22-2``: the name of the issue's files."""
        return issue_key(self.date, self.ordinal)

    @property
    def papers(self) -> tuple[Item, ...]:
        """All papers, by section."""
        return tuple(item for section in self.sections for item in section.papers)


def issue_key(date: str, ordinal: int) -> str:
    """Return the name of an issue's files: its date, with the ordinal from the second one on."""
    return date if ordinal == 1 else f"{date}-{ordinal}"
