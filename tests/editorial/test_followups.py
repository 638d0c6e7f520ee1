"""Follow-ups: updated, rising and late papers."""

from __future__ import annotations

from typing import Any

import pytest

from digest.editorial import followups, lateness
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
def test_a_paper_is_late_if_its_source_has_had_a_newer_page(
    page: str | None, newest: str | None, expected: str | None
) -> None:
    """A page without a date is never late, nor is the first page of a source."""
    assert expected == lateness.late_from(page, newest)


def tracked(number: int, then: int, now: int, shown_attention: int | None = None) -> TrackedPaper:
    """Return a paper whose votes changed."""
    return TrackedPaper(
        number=number,
        issue="2026-11-20",
        issued="2026-11-20",
        then=Counts(then, None, None),
        now=Counts(now, None, None),
        shown_attention=shown_attention,
    )


def test_the_five_papers_that_rose_most_are_rising() -> None:
    """Best first; of two that rose equally, the older one."""
    papers = [tracked(n, 0, 10 + n // 2) for n in range(1, 9)]
    assert [8, 6, 7, 4, 5] == [paper.number for paper in followups.select_rising(papers)]


def test_a_small_gain_or_a_loss_is_not_rising() -> None:
    """A gain of four votes is noise, one of five is not."""
    papers = [tracked(1, 10, 14), tracked(2, 10, 15), tracked(3, 30, 2)]
    assert [2] == [paper.number for paper in followups.select_rising(papers)]


def test_a_paper_rises_again_once_it_has_doubled() -> None:
    """Readers do not want to hear every day that it is still rising."""
    papers = [tracked(1, 1, 39, shown_attention=20), tracked(2, 1, 40, shown_attention=20)]
    assert [2] == [paper.number for paper in followups.select_rising(papers)]


def test_an_unknown_count_rises_from_0() -> None:
    """Counts that did not change are left out."""
    paper = TrackedPaper(
        number=1,
        issue="2026-11-20-2",
        issued="2026-11-20",
        then=Counts(3, None, 40),
        now=Counts(9, 4, 40),
        shown_attention=None,
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
    assert expected == followups.rising_paper(paper, item())


def change(number: int, kind: str, before: str, after: str) -> TextChange:
    """Return a change of an issued paper."""
    paper = item(number)
    return TextChange(paper.guid, paper.title, paper.url, "2026-11-20", kind, before, after)


def test_each_updated_paper_is_listed_once_with_all_its_changes() -> None:
    """In the order in which the changes came."""
    papers = followups.updated_papers(
        [
            change(2, "title", "Lanterns", "Lamps"),
            change(1, "abstract added", "", "We hang lanterns."),
            change(2, "abstract", "We hang lanterns.", "We hang lamps."),
        ]
    )
    assert [item(2).guid, item(1).guid] == [paper.guid for paper in papers]
    expected = ("title: “Lanterns” → “Lamps”", "abstract: “lanterns.” → “lamps.”")
    assert [expected, ("abstract added",)] == [paper.changes for paper in papers]


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
def test_a_changed_abstract_is_described_by_its_changed_stretches(
    before: str, after: str, expected: str
) -> None:
    """At most three of them are quoted."""
    assert expected == followups.describe_change("abstract", before, after)


def test_without_changes_there_are_no_followups() -> None:
    """An issue then has no heading for them."""
    assert ((), ()) == (followups.select_rising([]), followups.updated_papers([]))


def week(**papers: PaperHistory) -> Period:
    """Return the third week of November with these papers."""
    return Period(first="2026-11-16", last="2026-11-22", papers=papers)


def history(**counts: Any) -> PaperHistory:
    """Return a paper first seen on Tuesday with these changes of its counts."""
    return PaperHistory(seen="2026-11-17", **counts)


@pytest.mark.parametrize(
    ("expected", "counts"),
    [
        ("Up from 12 to 140 votes since Tuesday", {"upvotes": CountChange(12, 140, "2026-11-17")}),
        (
            "Up from 2 to 41 comments and from 12 to 17 votes since Tuesday",
            {
                "upvotes": CountChange(12, 17, "2026-11-17"),
                "comments": CountChange(2, 41, "2026-11-17"),
            },
        ),
        (
            "Up 41 comments since Tuesday",
            {
                "upvotes": CountChange(12, 16, "2026-11-17"),
                "comments": CountChange(0, 41, "2026-11-17"),
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
def test_a_gain_is_described_by_its_largest_count(
    expected: str, counts: dict[str, CountChange]
) -> None:
    """Other counts follow if they were first seen on the same day and grew by five or more."""
    assert expected == followups.find_gains(week(a=history(**counts)))["a"].words


def test_a_small_gain_is_left_out() -> None:
    """Four votes, 49 stars, or a gain of votes undone by a loss of comments."""
    day = "2026-11-17"
    gains = followups.find_gains(
        week(
            a=history(upvotes=CountChange(1, 5, day)),
            b=history(stars=CountChange(0, 49, day)),
            c=history(upvotes=CountChange(1, 9, day), comments=CountChange(9, 5, day)),
            d=history(upvotes=CountChange(1, 6, day)),
            e=history(),
        )
    )
    assert {"d": 5} == {guid: gain.attention for guid, gain in gains.items()}
