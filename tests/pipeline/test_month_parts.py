"""A large month is divided into parts, and what follows changes none but the last."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.model.issue_links import IssueLink
from digest.model.issues import Issue
from digest.pipeline import issue_cache, month_parts
from tests.support import builders


def links(*papers: tuple[str, int]) -> list[IssueLink]:
    """Return links to issues of these dates and numbers of papers."""
    return [
        IssueLink("daily", day, day, number, count, "new")
        for number, (day, count) in enumerate(papers)
    ]


DAYS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2500)), min_size=1, max_size=30)


def life(shapes: list[tuple[int, int]]) -> list[IssueLink]:
    """Return links to issues that follow each other after these numbers of days."""
    day, papers = date(2026, 11, 2), []
    for step, count in shapes:
        day += timedelta(days=step)
        papers.append((day.isoformat(), count))
    return links(*papers)


def test_a_usual_month_is_one_part() -> None:
    """It is named like the month."""
    of_month = links(*((f"2026-11-{day:02}", 50) for day in range(1, 31)))
    assert {"2026-11": ("2026-11-01", "2026-11-30")} == {
        name: part.days for name, part in month_parts.split_months(of_month).items()
    }


@given(DAYS)
def test_parts_hold_each_issue_once_and_no_more_papers_than_they_may(
    shapes: list[tuple[int, int]],
) -> None:
    """A part has more papers than the limit only if they are of one day."""
    all_links = life(shapes)
    parts = month_parts.split_months(all_links)
    assert all_links == [link for part in parts.values() for link in part.issues]
    for part in parts.values():
        papers = sum(link.papers for link in part.issues)
        assert papers <= month_parts.MAX_PAPERS or 1 == len(set(part.days))
        assert part.name in (part.month, f"{part.month}-part-{part.name.rpartition('-')[2]}")
        assert all(link.date.startswith(part.month) for link in part.issues)


@given(DAYS)
def test_an_issue_after_all_others_changes_at_most_two_parts(
    shapes: list[tuple[int, int]],
) -> None:
    """They are the part it is in and, if it begins that, the one that it ends."""
    all_links = life(shapes)
    changed = month_parts.changed_parts(all_links, {all_links[-1]})
    assert all_links[-1].date[:7] in changed
    assert len(changed) <= 2
    assert {name[:7] for name in changed} == {all_links[-1].date[:7]}
    assert [] == month_parts.outdated_parts(all_links, {all_links[-1]})


def test_a_late_issue_changes_the_parts_after_it() -> None:
    """A part that only gets an issue has that issue, any other changed part has None."""
    of_month = links(("2026-11-01", 900), ("2026-11-02", 900), ("2026-11-03", 900))
    late = of_month[1]
    assert {"2026-11": [of_month[2]]} == month_parts.changed_parts(
        [*links(("2026-11-01", 9), ("2026-11-02", 9)), of_month[2]], {of_month[2]}
    )
    changed = month_parts.changed_parts(of_month, {late})
    assert {"2026-11-part-2": None, "2026-11": None} == changed


def test_issues_are_read_again_only_when_many_were_read_since() -> None:
    """The ones used last are kept while they have few enough papers together."""
    read: list[str] = []

    def load(link: IssueLink) -> Issue:
        read.append(link.date)
        return builders.issue(date=link.date)

    size = issue_cache.MAX_PAPERS // 3
    one, two, three, four = links(*((f"2026-11-0{day}", size) for day in range(1, 5)))
    cache = issue_cache.IssueCache(load)
    for link in (one, two, three, one, four, one, three, two):
        assert link.date == cache.load(link).date
    assert [link.date for link in (one, two, three, four, two)] == read
