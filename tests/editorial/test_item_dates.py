"""The dates of the papers of an issue in feeds: in the order of its page, never before the last."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import item_dates
from digest.model.issues import Issue
from tests.support import builders

MOMENT = datetime.fromisoformat(builders.MOMENT)


def dates(issue: Issue) -> list[datetime]:
    """Return the dates of the papers in the order of the page."""
    moment = datetime.fromisoformat(issue.moment)
    return [
        moment - timedelta(seconds=item.seconds_before or 0)
        for item in item_dates.page_order(issue)
    ]


def dated(papers: int, moment: datetime = MOMENT, before: datetime | None = None) -> Issue:
    """Return an issue with so many dated papers."""
    issue = builders.issue(*map(builders.item, range(papers)), moment=moment.isoformat())
    return item_dates.date_items(issue, before.isoformat() if before else None)


def test_the_paper_at_place_n_is_dated_n_seconds_before_the_issue() -> None:
    """The first has the moment of the issue itself."""
    assert [MOMENT - timedelta(seconds=place) for place in range(5)] == dates(dated(5))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(4, [0, 1, 2, 3]), (3, [0, 0, 1, 2]), (2, [0, 0, 1, 1]), (1, [0] * 4), (-9, [0] * 4)],
)
def test_papers_are_dated_closer_where_an_issue_is_near(gap: int, expected: list[int]) -> None:
    """Seconds are whole, and none reaches the issue before; also not after a clock was ahead."""
    papers = dated(4, before=MOMENT - timedelta(seconds=gap)).papers
    assert expected == [item.seconds_before for item in papers]


def test_papers_beyond_the_limit_come_last() -> None:
    """As on the page, where they are listed by title below all headings."""
    first, second, third = map(builders.item, range(3))
    issue = builders.issue(first, second, third, more=(first.guid,))
    papers = item_dates.date_items(issue, None).papers
    assert [2, 0, 1] == [item.seconds_before for item in papers]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 500)), max_size=8))
def test_no_issue_reaches_the_one_before(issues: list[tuple[int, int]]) -> None:
    """Issues follow each other at any pace, with any number of papers.

    Within an issue dates fall in the order of the page. All of a later issue are after those of
    an earlier one, and equal only if both were made in one second.
    """
    moment, before, all_dates = MOMENT, None, list[list[datetime]]()
    for papers, pause in issues:
        moment += timedelta(seconds=pause)
        all_dates.append(dates(dated(papers, moment, before)))
        before = moment
        assert sorted(all_dates[-1], reverse=True) == all_dates[-1]
        assert not papers or moment == all_dates[-1][0]
    filled = [each for each in all_dates if each]
    for earlier, later in itertools.pairwise(filled):
        assert earlier[0] <= later[-1]
        assert earlier[0] < later[-1] or later[0] == later[-1] == earlier[0]
