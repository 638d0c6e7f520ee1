"""What the API of the web side answers with.

Its description (`/api/openapi.json`) is made of these records and their docstrings.
"""

from __future__ import annotations

import msgspec

from digest.model.issues import Item


class ListedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper in a published issue.

    `key` identifies it in this API and in commands, `guid` in feeds. `url` is the address of the
    paper, `page` that of its place in the issue. `topic` is the id of its heading there, `heading`
    the name. With `q` the issue is the newest one that holds the paper.
    """

    key: str
    guid: str
    title: str
    url: str
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    upvotes: int | None = None
    edition: str
    issue: str
    date: str
    page: str
    topic: str | None = None
    heading: str | None = None


class PaperList(msgspec.Struct, frozen=True, kw_only=True):
    """Papers in published issues, and how to get more.

    `next` is the address of the papers that follow, or null at the end. A list may be shorter than
    `limit` although more follow. `total` is how many papers have the words of `q`; it counts to
    10,001 at most, and is null without `q`.
    """

    papers: tuple[ListedPaper, ...] = ()
    next: str | None = None
    total: int | None = None


class PaperPlace(msgspec.Struct, frozen=True, kw_only=True):
    """An issue that holds a paper, the address of its place there, and its heading."""

    edition: str
    issue: str
    date: str
    page: str
    topic: str | None = None
    heading: str | None = None


class PaperRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as the newest issue shows it, and all published issues that hold it, newest first."""

    key: str
    guid: str
    paper: Item
    issues: tuple[PaperPlace, ...]


class ListedIssue(msgspec.Struct, frozen=True, kw_only=True):
    """A published issue: its number in the edition, its papers, and the addresses of its page.

    `issue` is its date, with a number from the second issue of a date on. `moment` is when it was
    made, `verdict` one word for what it has. `data` is the address of the whole issue in this API.
    """

    edition: str
    issue: str
    date: str
    number: int
    moment: str
    verdict: str
    papers: int
    page: str
    data: str


class IssueList(msgspec.Struct, frozen=True, kw_only=True):
    """Published issues, newest first. `next` is the address of those that follow, or null."""

    issues: tuple[ListedIssue, ...] = ()
    next: str | None = None
