"""What moved since a paper was first issued: updated, rising, late. Asks nobody.

Changes alone make no issue; an issue that is made tells of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from digest.editorial import calendar
from digest.model.issues import Item, PaperHistory, Period, RisingPaper, UpdatedPaper

RISING = 5  # papers an issue shows as rising, at the most
RISING_DAYS = 30
_LEAST = 5  # a smaller gain of attention is noise
_STARS = 10  # so many stars weigh as much as a vote
_STRETCHES = 3  # changed stretches of an abstract that are quoted
_QUOTED = 12  # words of a stretch


class TextChange(msgspec.Struct, frozen=True):
    """A change of an issued paper's words, mended."""

    guid: str
    title: str
    url: str
    issue: str
    kind: str
    before: str
    after: str


class Counts(msgspec.Struct, frozen=True):
    """Votes, comments and stars at one moment."""

    upvotes: int | None
    comments: int | None
    stars: int | None

    @property
    def attention(self) -> int:
        """One number to compare by."""
        return (self.upvotes or 0) + (self.comments or 0) + (self.stars or 0) // _STARS


class TrackedPaper(msgspec.Struct, frozen=True):
    """An issued paper with its counts when it was issued and now.

    ``shown`` is its attention when it was last shown as rising.
    """

    number: int  # the ledger's own
    issue: str
    issued: str
    then: Counts
    now: Counts
    shown: int | None


class Gain(msgspec.Struct, frozen=True):
    """What a paper of a week or month gained since its first sight; ``words`` say it."""

    attention: int
    words: str


def gains(span: Period) -> dict[str, Gain]:
    """By guid, the papers whose votes, comments or stars grew since they were first seen.

    A smaller gain than of a paper that rises is noise.
    """
    grown = ((guid, _gained(trace), trace) for guid, trace in span.papers.items())
    return {
        guid: Gain(gained, _told(trace, span)) for guid, gained, trace in grown if gained >= _LEAST
    }


def late_from(page_date: str | None, newest_of_source: str | None) -> str | None:
    """The day a late paper should have come on, or None.

    ``newest_of_source`` is the newest page date of the same source in earlier live runs.
    A page without a date is never late.
    """
    if page_date and newest_of_source and page_date < newest_of_source:
        return page_date
    return None


def rising(watched: Iterable[TrackedPaper]) -> tuple[TrackedPaper, ...]:
    """At most five papers whose votes, comments or stars moved most, best first.

    A paper that was shown is shown again only once its attention has doubled.
    """
    moved = [one for one in watched if _has_risen(one)]
    moved.sort(key=lambda one: (one.then.attention - one.now.attention, one.number))
    return tuple(moved[:RISING])


def risen(one: TrackedPaper, item: Item) -> RisingPaper:
    """A rising paper as an issue shows it; counts that moved, from 0 where none was known."""
    pairs = {
        name: (before, after)
        for name in ("upvotes", "comments", "stars")
        if (after := getattr(one.now, name)) is not None
        and (before := getattr(one.then, name) or 0) != after
    }
    return RisingPaper(
        guid=item.guid,
        title=item.title,
        url=item.url,
        issue=one.issue,
        issued=one.issued,
        **pairs,
    )


def updated(revisions: Sequence[TextChange]) -> tuple[UpdatedPaper, ...]:
    """Each revised paper once, with what changed in words, in the order they came."""
    papers: dict[str, list[TextChange]] = {}
    for revision in revisions:
        papers.setdefault(revision.guid, []).append(revision)
    return tuple(
        UpdatedPaper(
            guid=guid,
            title=found[-1].title,
            url=found[-1].url,
            issue=found[-1].issue,
            changes=tuple(described(one.kind, one.before, one.after) for one in found),
        )
        for guid, found in papers.items()
    )


def described(kind: str, before: str, after: str) -> str:
    """What changed, in words: ``title: “A” → “B”``, or the stretches of an abstract."""
    if kind == "abstract added":
        return "abstract added"
    if kind == "title":
        return f"title: “{before}” → “{after}”"
    stretches = _stretches(before.split(), after.split())
    shown = "; ".join(stretches[:_STRETCHES])
    more = f"; and {len(stretches) - _STRETCHES} more" if len(stretches) > _STRETCHES else ""
    return f"abstract: {shown}{more}" if shown else "abstract: set differently"


def _gained(trace: PaperHistory) -> int:
    votes, comments, stars = (
        one.now - one.then if one else 0 for one in (trace.upvotes, trace.comments, trace.stars)
    )
    return votes + comments + stars // _STARS


def _told(trace: PaperHistory, span: Period) -> str:
    """The most first: "Up from 12 to 140 votes and from 2 to 11 comments since Tuesday".

    Counts first seen on other days than the first that is told are left out.
    """
    weights = {"votes": 1, "comments": 1, "stars": _STARS}
    counts = zip(weights, (trace.upvotes, trace.comments, trace.stars), strict=True)
    grown = [(one, noun) for noun, one in counts if one and one.now > one.then]
    grown.sort(key=lambda each: -(each[0].now - each[0].then) // weights[each[1]])
    since = grown[0][0].since
    said = [f"from {one.then:,} to {one.now:,} {noun}" for one, noun in grown if one.since == since]
    return f"Up {' and '.join(said)} since {calendar.within(since, span.first, span.last)}"


def _has_risen(one: TrackedPaper) -> bool:
    if one.now.attention - one.then.attention < _LEAST:
        return False
    return one.shown is None or one.now.attention >= 2 * one.shown


def _stretches(before: list[str], after: list[str]) -> list[str]:
    import difflib  # only when something changed

    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [
        _stretch(before[start:end], after[first:last])
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _stretch(before: list[str], after: list[str]) -> str:
    if not before:
        return f"added “{_quoted(after)}”"
    if not after:
        return f"dropped “{_quoted(before)}”"
    return f"“{_quoted(before)}” → “{_quoted(after)}”"


def _quoted(words: list[str]) -> str:
    return " ".join(words[:_QUOTED]) + (" …" if len(words) > _QUOTED else "")
