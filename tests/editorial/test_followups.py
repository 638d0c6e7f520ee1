"""What an issue tells of papers of earlier issues."""

from __future__ import annotations

from typing import Any

import pytest

from digest.editorial import followups
from digest.editorial.followups import Counts, TextChange, TrackedPaper
from digest.model.issues import CountChange, PaperHistory, Period, RisingPaper
from tests.support.builders import item


@pytest.mark.parametrize(
    ("page", "newest", "expected"),
    [
        ("2026-11-20", "2026-11-21", "2026-11-20"),
        ("2026-11-21", "2026-11-21", None),
        ("2026-11-22", "2026-11-21", None),
        (None, "2026-11-21", None),
        ("2026-11-20", None, None),
    ],
)
def test_late_is_older_than_what_the_source_has_brought(
    page: str | None, newest: str | None, expected: str | None
) -> None:
    """A page without a date, or of a source never seen, is never late."""
    assert expected == followups.late_from(page, newest)


def watched(number: int, then: int, now: int, shown: int | None = None) -> TrackedPaper:
    """A paper whose votes moved."""
    return TrackedPaper(
        number=number,
        issue="2026-11-20",
        issued="2026-11-20",
        then=Counts(then, None, None),
        now=Counts(now, None, None),
        shown=shown,
    )


def test_the_five_that_rose_most_are_rising() -> None:
    """Best first; the older paper where two rose alike."""
    moved = [watched(n, 0, 10 + n // 2) for n in range(1, 9)]
    assert [8, 6, 7, 4, 5] == [one.number for one in followups.rising(moved)]


def test_a_small_gain_is_noise_and_a_loss_nothing() -> None:
    """Four votes are not told, five are."""
    moved = [watched(1, 10, 14), watched(2, 10, 15), watched(3, 30, 2)]
    assert [2] == [one.number for one in followups.rising(moved)]


def test_a_paper_rises_again_once_it_has_doubled() -> None:
    """Nobody reads every day that it is still rising."""
    moved = [watched(1, 1, 39, shown=20), watched(2, 1, 40, shown=20)]
    assert [2] == [one.number for one in followups.rising(moved)]


def test_counts_that_moved_are_told_from_nought_where_none_was_known() -> None:
    """A page without comments says nothing about comments."""
    one = TrackedPaper(
        number=1,
        issue="2026-11-20-2",
        issued="2026-11-20",
        then=Counts(3, None, 40),
        now=Counts(9, 4, 40),
        shown=None,
    )
    expected = RisingPaper(
        guid=item().guid,
        title=item().title,
        url=item().url,
        issue="2026-11-20-2",
        issued="2026-11-20",
        upvotes=(3, 9),
        comments=(0, 4),
    )
    assert expected == followups.risen(one, item())


def revision(number: int, kind: str, before: str, after: str) -> TextChange:
    """A change of an issued paper."""
    shown = item(number)
    return TextChange(shown.guid, shown.title, shown.url, "2026-11-20", kind, before, after)


def test_each_revised_paper_stands_once_with_all_its_changes() -> None:
    """In the order in which the changes came."""
    told = followups.updated(
        [
            revision(2, "title", "Lanterns", "Lamps"),
            revision(1, "abstract added", "", "We hang lanterns."),
            revision(2, "abstract", "We hang lanterns.", "We hang lamps."),
        ]
    )
    assert [item(2).guid, item(1).guid] == [one.guid for one in told]
    expected = ("title: “Lanterns” → “Lamps”", "abstract: “lanterns.” → “lamps.”")
    assert [expected, ("abstract added",)] == [one.changes for one in told]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b c", "a b c d", "abstract: added “d”"),
        ("a b c", "a c", "abstract: dropped “b”"),
        ("a\nb", "a  b", "abstract: set differently"),
        ("a 1 b 2 c 3 d 4 e", "a x b x c x d x e",
         "abstract: “1” → “x”; “2” → “x”; “3” → “x”; and 1 more"),
    ],
)  # fmt: skip
def test_an_abstract_is_told_by_its_changed_stretches(
    before: str, after: str, expected: str
) -> None:
    """A few of them, each in its own words."""
    assert expected == followups.described("abstract", before, after)


def test_nothing_moved() -> None:
    """An issue then has neither heading."""
    assert ((), ()) == (followups.rising([]), followups.updated([]))


def span(**papers: PaperHistory) -> Period:
    """The third week of November with these papers."""
    return Period(first="2026-11-16", last="2026-11-22", papers=papers)


def trace(**counts: Any) -> PaperHistory:
    """A paper first seen on Tuesday whose counts moved so."""
    return PaperHistory(seen="2026-11-17", **counts)


@pytest.mark.parametrize(
    ("expected", "counts"),
    [
        ("Up from 12 to 140 votes since Tuesday", {"upvotes": CountChange(12, 140, "2026-11-17")}),
        (
            "Up from 2 to 41 comments and from 12 to 14 votes since Tuesday",
            {
                "upvotes": CountChange(12, 14, "2026-11-17"),
                "comments": CountChange(2, 41, "2026-11-17"),
            },
        ),
        (
            "Up from 1 to 9 votes since Wednesday",
            {
                "upvotes": CountChange(1, 9, "2026-11-18"),
                "comments": CountChange(2, 3, "2026-11-17"),
            },
        ),
        (
            "Up from 900 to 1,200 stars since Tuesday",
            {"stars": CountChange(900, 1200, "2026-11-17")},
        ),
        (
            "Up from 1 to 9 votes since 15 November",
            {
                "upvotes": CountChange(1, 9, "2026-11-15"),
                "comments": CountChange(9, 8, "2026-11-15"),
            },
        ),
    ],
)
def test_gains_in_words(expected: str, counts: dict[str, CountChange]) -> None:
    """What grew most first; other counts only where they were first seen on the same day."""
    assert expected == followups.gains(span(a=trace(**counts)))["a"].words


def test_what_gained_little_is_no_gain() -> None:
    """Four votes, forty stars, and a loss beside a gain that it undoes."""
    day = "2026-11-17"
    found = followups.gains(
        span(
            a=trace(upvotes=CountChange(1, 5, day)),
            b=trace(stars=CountChange(0, 49, day)),
            c=trace(upvotes=CountChange(1, 9, day), comments=CountChange(9, 5, day)),
            d=trace(upvotes=CountChange(1, 6, day)),
            e=trace(),
        )
    )
    assert {"d": 5} == {guid: gain.attention for guid, gain in found.items()}
