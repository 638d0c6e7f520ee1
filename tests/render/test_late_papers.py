"""Late papers: said once where most of an issue is late, else a mark at each paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import calendar
from digest.model.issues import Issue
from digest.render import wording
from tests.support.builders import issue, item
from tests.support.pages import SHIPPED, element_texts, parse

LATE = ("2026-06-03", "2026-06-04", "2026-06-04", "2026-06-04")


def late_issue(on_time: int, *days: str) -> Issue:
    """Return an issue of 6 June 2026 with papers of these days, and with papers on time."""
    late = [item(n, f"Paper {n}", late_from=day) for n, day in enumerate(days)]
    others = [item(n, f"Paper {n}") for n in range(len(days), len(days) + on_time)]
    guids = tuple(paper.guid for paper in late)
    return issue(*late, *others, date="2026-06-06", late=guids)


def marks(shown: Issue) -> list[str]:
    """Return the marks of late papers on an issue's page."""
    return element_texts(parse(SHIPPED.issue(shown)[0].body), ".//span[@class='tag late']")


def test_an_issue_of_mostly_late_papers_says_so_once() -> None:
    """The lead names their pages. Each paper names its own in the reasons for it."""
    shown = late_issue(3, *LATE)
    sentence = "Most papers of this issue are late, from the pages of 3 and 4 June."
    assert f"7 new papers. {sentence}" == wording.lead(shown)
    assert [] == marks(shown)
    reasons = element_texts(parse(SHIPPED.issue(shown)[0].body), ".//p[@class='why']")
    assert 3 == sum("Late, from the page of 4 Jun." in reason for reason in reasons)


def test_a_few_late_papers_are_marked_each() -> None:
    """The lead does not mention them, and no list names them a second time."""
    shown = late_issue(4, *LATE)
    assert "8 new papers." == wording.lead(shown)
    assert ["late, from Wed 3 Jun", *["late, from Thu 4 Jun"] * 3] == marks(shown)
    root = parse(SHIPPED.issue(shown)[0].body)
    assert 1 == element_texts(root, ".//*[not(*)]").count("Paper 0")
    assert "Late" not in element_texts(root, ".//h2")


@pytest.mark.parametrize(
    ("expected", "days"),
    [
        ("All papers of this issue are late, from the page of 3 June.", ["2026-06-03"] * 2),
        ("The paper of this issue is late, from the page of 30 December 2025.", ["2025-12-30"]),
    ],
)
def test_an_issue_of_late_papers_alone_is_described(expected: str, days: list[str]) -> None:
    """In the singular for one paper, and with the year if it is another one."""
    assert wording.lead(late_issue(0, *days)).endswith(expected)


@pytest.mark.parametrize(
    ("expected", "days"),
    [
        ("3 June", ["2026-06-03"]),
        ("2, 3 and 4 June", ["2026-06-04", "2026-06-02", "2026-06-03"]),
        ("30 May and 2 June", ["2026-05-30", "2026-06-02"]),
        ("31 December 2025 and 2 January", ["2025-12-31", "2026-01-02"]),
        ("1 to 9 June", [f"2026-06-0{day}" for day in (1, 4, 7, 9)]),
        ("30 May to 9 June", ["2026-05-30", *(f"2026-06-0{day}" for day in (1, 2, 9))]),
    ],
)
def test_dates_are_named_in_words(expected: str, days: list[str]) -> None:
    """A month is named once, and of more than three dates the first and the last."""
    assert expected == calendar.name_dates(days, "2026")


@given(on_time=st.integers(0, 6), late=st.integers(0, 6))
def test_lateness_is_said_once_or_at_each_paper(on_time: int, late: int) -> None:
    """Never in both ways, and never in none."""
    shown = late_issue(on_time, *["2026-06-03"] * late)
    said = "late" in wording.lead(shown)
    assert (0 if said else late) == len(marks(shown))
    assert said == (late > on_time)
