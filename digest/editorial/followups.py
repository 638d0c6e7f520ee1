"""Find the follow-ups of an issue: papers that are updated, rising or late.

An updated or rising paper was in an earlier issue and has changed since. Follow-ups alone make
no issue: they are mentioned in one that is made for other reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from digest.editorial import calendar
from digest.model.issues import Item, PaperHistory, Period, RisingPaper, UpdatedPaper
from digest.text import counting

RISING = 5  # papers an issue shows as rising, at most
RISING_DAYS = 30  # since a paper was issued, in which it can be rising
_LEAST_GAIN = 5  # a smaller gain of attention is noise
_STARS_PER_VOTE = 10
_PER_VOTE = {"vote": 1, "comment": 1, "star": _STARS_PER_VOTE}  # of each count
_STRETCHES = 3  # changed stretches of an abstract that are quoted
_STRETCH_WORDS = 12  # words quoted of each


class TextChange(msgspec.Struct, frozen=True):
    """A changed title or abstract of an issued paper, mended, or its withdrawal."""

    guid: str
    title: str
    url: str
    issue: str  # the key of the issue that holds the paper
    kind: str  # "title", "abstract", "abstract added" or "withdrawn"
    before: str
    after: str


class Counts(msgspec.Struct, frozen=True):
    """A paper's votes, comments and stars at one moment; None where no page stated them."""

    upvotes: int | None
    comments: int | None
    stars: int | None

    @property
    def attention(self) -> int:
        """The three counts as one number, in votes."""
        return (self.upvotes or 0) + (self.comments or 0) + (self.stars or 0) // _STARS_PER_VOTE


class TrackedPaper(msgspec.Struct, frozen=True):
    """An issued paper with its counts when it was issued and now."""

    number: int  # the ledger's own
    issue: str
    issued: str
    then: Counts
    now: Counts
    shown_attention: int | None  # when an issue last showed it as rising


class Gain(msgspec.Struct, frozen=True):
    """The attention that a paper gained during a week or month, as a number and in words."""

    attention: int
    words: str


def find_gains(period: Period) -> dict[str, Gain]:
    """Return the papers of a period that gained attention since they were first seen, by guid.

    Gains too small for a rising paper are left out.
    """
    gains = ((guid, _attention_gained(history), history) for guid, history in period.papers.items())
    return {
        guid: Gain(attention, _describe_gain(history, period))
        for guid, attention, history in gains
        if attention >= _LEAST_GAIN
    }


def describe_gains(counts: Iterable[tuple[str, tuple[int, int]]]) -> tuple[str, ...]:
    """Describe counts that grew, as "from 12 to 140 votes", the one that grew most first.

    ``counts`` are (noun, (then, now)), the noun being "vote", "comment" or "star". Of the others
    only those are named whose own gain is no noise.
    """
    gains = [((now - then) // _PER_VOTE[noun], then, now, noun) for noun, (then, now) in counts]
    gains = sorted((gain for gain in gains if gain[2] > gain[1]), key=lambda gain: -gain[0])
    return tuple(
        _describe_growth(then, now, noun)
        for place, (gain, then, now, noun) in enumerate(gains)
        if place == 0 or gain >= _LEAST_GAIN
    )


def select_rising(tracked: Iterable[TrackedPaper]) -> tuple[TrackedPaper, ...]:
    """Return the papers whose attention grew most, at most `RISING`, best first.

    A paper that an issue has shown as rising returns only once its attention has doubled.
    """
    rising = [paper for paper in tracked if _is_rising(paper)]
    rising.sort(key=lambda paper: (paper.then.attention - paper.now.attention, paper.number))
    return tuple(rising[:RISING])


def rising_paper(tracked: TrackedPaper, item: Item) -> RisingPaper:
    """Return a rising paper as an issue shows it, with the counts that changed.

    A count that was unknown when the paper was issued starts from 0.
    """
    changed = {
        name: (before, after)
        for name in ("upvotes", "comments", "stars")
        if (after := getattr(tracked.now, name)) is not None
        and (before := getattr(tracked.then, name) or 0) != after
    }
    return RisingPaper(
        guid=item.guid,
        title=item.title,
        url=item.url,
        issue=tracked.issue,
        issued=tracked.issued,
        **changed,
    )


def updated_papers(changes: Sequence[TextChange]) -> tuple[UpdatedPaper, ...]:
    """Return each changed paper once, with all its changes in words, in the given order."""
    by_guid: dict[str, list[TextChange]] = {}
    for change in changes:
        by_guid.setdefault(change.guid, []).append(change)
    return tuple(
        UpdatedPaper(
            guid=guid,
            title=own[-1].title,
            url=own[-1].url,
            issue=own[-1].issue,
            changes=tuple(
                describe_change(change.kind, change.before, change.after) for change in own
            ),
        )
        for guid, own in by_guid.items()
    )


def describe_change(kind: str, before: str, after: str) -> str:
    """Describe a change: ``title: “A” → “B”``, or the changed stretches of an abstract."""
    if kind in ("abstract added", "withdrawn"):
        return kind
    if kind == "title":
        return f"title: “{before}” → “{after}”"
    stretches = _changed_stretches(before.split(), after.split())
    quoted = "; ".join(stretches[:_STRETCHES])
    more = f"; and {len(stretches) - _STRETCHES} more" if len(stretches) > _STRETCHES else ""
    return f"abstract: {quoted}{more}" if quoted else "abstract: set differently"


def _attention_gained(history: PaperHistory) -> int:
    changes = (history.upvotes, history.comments, history.stars)
    votes, comments, stars = (change.now - change.then if change else 0 for change in changes)
    return votes + comments + stars // _STARS_PER_VOTE


def _describe_gain(history: PaperHistory, period: Period) -> str:
    """Describe a gain: "Up from 12 to 140 votes and from 2 to 11 comments since Tuesday".

    The sentence names one day, that of the count that grew most, so counts first seen on another
    day are left out.
    """
    changes = zip(_PER_VOTE, (history.upvotes, history.comments, history.stars), strict=True)
    grown = [(noun, change) for noun, change in changes if change and change.now > change.then]
    _, most = max(grown, key=lambda each: (each[1].now - each[1].then) // _PER_VOTE[each[0]])
    sums = describe_gains(
        (noun, (change.then, change.now)) for noun, change in grown if change.since == most.since
    )
    day = calendar.day_name(most.since, period.first, period.last)
    return f"Up {' and '.join(sums)} since {day}"


def _describe_growth(then: int, now: int, noun: str) -> str:
    grown = counting.count(now, noun)
    return f"from {then:,} to {grown}" if then else grown


def _is_rising(paper: TrackedPaper) -> bool:
    if paper.now.attention - paper.then.attention < _LEAST_GAIN:
        return False
    # Readers do not want to hear every day that the same paper is still rising.
    return paper.shown_attention is None or paper.now.attention >= 2 * paper.shown_attention


def _changed_stretches(before: list[str], after: list[str]) -> list[str]:
    import difflib  # only when something changed

    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [
        _describe_stretch(before[start:end], after[first:last])
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _describe_stretch(before: list[str], after: list[str]) -> str:
    if not before:
        return f"added “{_shorten(after)}”"
    if not after:
        return f"dropped “{_shorten(before)}”"
    return f"“{_shorten(before)}” → “{_shorten(after)}”"


def _shorten(words: list[str]) -> str:
    return " ".join(words[:_STRETCH_WORDS]) + (" …" if len(words) > _STRETCH_WORDS else "")
