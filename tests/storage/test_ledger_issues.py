"""Editions, their cursors and issues: each paper is issued at most once per edition."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.issues import Issue
from digest.storage.ledger import Ledger
from tests.support.builders import MOMENT, dump, issue, item, ledger, sighting, take_in

NEWEST = 99  # an intake after all of these


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger with one edition."""
    with closing(ledger(tmp_path, "daily")) as new:
        yield new


def candidate_titles(opened: Ledger, edition: str = "daily") -> list[str]:
    """Return the titles of the edition's candidates."""
    after = opened.editions.cursor(edition).cursor
    return [paper.title for paper, _ in opened.issues.candidates(edition, after, NEWEST)]


def record_candidates(opened: Ledger, edition: str = "daily", **fields: object) -> Issue:
    """Record an issue of all candidates and return it."""
    cursor = opened.editions.cursor(edition)
    candidates = opened.issues.candidates(edition, cursor.cursor, NEWEST)
    items = [(paper.id, item(paper.id, paper.title)) for paper, _ in candidates]
    number = cursor.number + 1
    new = issue(*(each for _, each in items), edition=edition, number=number, **fields)
    opened.issues.record_issue(new, "live", opened.intakes.last_number(), items)
    return new


def test_candidates_are_behind_the_cursor_oldest_first(opened: Ledger) -> None:
    """Each has the number of dumps that showed it. An issue takes all of them."""
    take_in(opened, dump(sighting("B")), dump(sighting("A"), sighting("B"), name="b.txt"))
    candidates = opened.issues.candidates("daily", 0, NEWEST)
    assert [("B", 2), ("A", 1)] == [(paper.title, dumps) for paper, dumps in candidates]
    record_candidates(opened)
    assert [] == candidate_titles(opened)
    take_in(opened, dump(sighting("A"), sighting("C")))
    assert ["C"] == candidate_titles(opened)


def test_candidates_are_of_intakes_up_to_a_number(opened: Ledger) -> None:
    """A weekly issue leaves the papers of its own day to the next."""
    for title in ("A", "B", "C"):
        take_in(opened, dump(sighting(title)))
    assert ["B"] == [paper.title for paper, _ in opened.issues.candidates("daily", 1, 2)]


def test_candidates_are_found_without_reading_what_was_issued(opened: Ledger) -> None:
    """The query plan uses a key of each table, so its cost does not grow with the archive."""
    statements: list[str] = []
    opened.connection.set_trace_callback(statements.append)
    opened.issues.candidates("daily", 0, NEWEST)
    opened.connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for sql in statements
        for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert [] == [plan for plan in plans if plan.startswith(("SCAN paper", "SCAN issued"))]
    assert {"SEARCH issued USING PRIMARY KEY (edition=? AND paper=?)"} == {
        plan for plan in plans if "issued" in plan
    }


def test_an_issue_is_recorded_without_reading_all_papers(opened: Ledger) -> None:
    """Also while withdrawn papers wait, in case they are brought back."""
    take_in(opened, dump(sighting("A"), sighting("B")))
    opened.papers.withdraw(1, MOMENT)
    statements: list[str] = []
    opened.connection.set_trace_callback(statements.append)
    record_candidates(opened)
    opened.connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for sql in statements
        if "waiting" in sql
        for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert len(plans) > 5
    assert [] == [plan for plan in plans if plan.startswith(("SCAN paper", "SCAN waiting"))]
    assert [(1,)] == opened.connection.execute("SELECT paper FROM waiting").fetchall()
    opened.papers.bring_back(1)
    assert ["A"] == candidate_titles(opened)


def test_an_edition_begins_after_the_intakes_before_it(opened: Ledger) -> None:
    """An edition that is configured later does not issue years of papers."""
    take_in(opened, dump(sighting("Old")))
    opened.editions.configure(["daily", "weekly"])
    take_in(opened, dump(sighting("Old"), sighting("New")))
    assert ["New"] == candidate_titles(opened, "weekly")
    assert ["Old", "New"] == candidate_titles(opened)
    assert {"daily": (0, 0), "weekly": (1, 1)} == opened.explain.cursors()


def test_configuring_again_moves_nothing(opened: Ledger) -> None:
    """Every run configures the editions; only a new name adds a row."""
    take_in(opened, dump(sighting()))
    opened.editions.configure(["daily"])
    assert 0 == opened.editions.cursor("daily").cursor
    assert not opened.editions.has_unconfigured(["daily"])
    assert opened.editions.has_unconfigured(["daily", "weekly"])


def test_each_edition_issues_a_paper_once(opened: Ledger) -> None:
    """An issue of one edition does not take candidates from another."""
    opened.editions.configure(["weekly"])
    take_in(opened, dump(sighting("A")))
    record_candidates(opened)
    assert ([], ["A"]) == (candidate_titles(opened), candidate_titles(opened, "weekly"))


def test_withdrawn_and_backfilled_papers_are_no_candidates(opened: Ledger) -> None:
    """A backfilled paper is none when a live page shows it again, either."""
    take_in(opened, dump(sighting("A"), sighting("B")))
    take_in(opened, dump(sighting("C")), kind="history")
    take_in(opened, dump(sighting("C")))
    opened.papers.withdraw(1, MOMENT)
    assert ["B"] == candidate_titles(opened)
    assert 1 == len(opened.issues.withdrawn_guids())


def test_an_alias_is_no_candidate_beside_its_paper(opened: Ledger) -> None:
    """The dumps of both are counted for the paper."""
    take_in(opened, dump(sighting("A")), dump(sighting("B", arxiv_id="2611.00001"), name="b.txt"))
    take_in(opened, dump(sighting("A", arxiv_id="2611.00001")))
    assert ["A"] == candidate_titles(opened)
    assert [3] == [dumps for _, dumps in opened.issues.candidates("daily", 0, NEWEST)]


def test_a_paper_that_was_issued_as_its_alias_is_no_candidate(opened: Ledger) -> None:
    """It was published under the guid of the alias."""
    take_in(opened, dump(sighting("A")))
    cursor = opened.intakes.last_number()
    take_in(opened, dump(sighting("B", arxiv_id="2611.00001")))
    opened.issues.record_issue(issue(item(2)), "live", cursor - 1, [(2, item(2))])
    take_in(opened, dump(sighting("A", arxiv_id="2611.00001")))
    assert [] == candidate_titles(opened)
    assert [1] == [place.number for place in opened.explain.issued_in(1)]


def test_advancing_the_cursor_adds_to_the_filtered_papers(opened: Ledger) -> None:
    """The next issue states their number, and they are not judged again."""
    for title in ("A", "B"):
        take_in(opened, dump(sighting(title)))
        assert [title] == candidate_titles(opened)
        opened.editions.advance_cursor("daily", opened.intakes.last_number(), 1)
    assert [] == candidate_titles(opened)
    assert (2, 0, 0, 2) == opened.editions.cursor("daily")[:4]
    record_candidates(opened)
    assert (2, 2, 1, 0) == opened.editions.cursor("daily")[:4]


def test_an_issue_is_stored_whole(opened: Ledger) -> None:
    """It is loaded as it was recorded, and is unpublished until it is marked."""
    take_in(opened, dump(sighting("A")))
    recorded = record_candidates(opened)
    assert recorded == opened.issues.load_issue("daily", 1)
    assert [("daily", 1)] == opened.issues.list_unpublished()
    opened.issues.mark_published()
    assert [] == opened.issues.list_unpublished()


def test_issues_of_one_date_have_consecutive_ordinals(opened: Ledger) -> None:
    """Each edition counts its own issues."""
    record_candidates(opened)
    record_candidates(opened, ordinal=2)
    assert 3 == opened.issues.next_ordinal("daily", "2026-11-22")
    assert 1 == opened.issues.next_ordinal("daily", "2026-11-23")
    assert 1 == opened.issues.next_ordinal("weekly", "2026-11-22")
    assert ["2026-11-22", "2026-11-22-2"] == [link.key for link in opened.issues.list_links()]


def test_a_paper_is_never_issued_twice(opened: Ledger) -> None:
    """The schema forbids it, in case a rule above the ledger is wrong."""
    take_in(opened, dump(sighting("A")))
    record_candidates(opened)
    with pytest.raises(sqlite3.IntegrityError):
        opened.issues.record_issue(issue(number=2, ordinal=2), "live", 1, [(1, item())])


def test_the_chart_shows_the_issues_before_a_date(opened: Ledger) -> None:
    """The oldest comes first, and there are at most as many as asked for."""
    for day in (20, 21, 22):
        take_in(opened, dump(*(sighting(f"{day} {n}") for n in range(day - 19))))
        record_candidates(opened, date=f"2026-11-{day}")
    assert (("2026-11-20", 1), ("2026-11-21", 2)) == opened.issues.chart("daily", "2026-11-22", 9)
    assert (("2026-11-22", 3),) == opened.issues.chart("daily", "2026-11-23", 1)


@settings(deadline=None, max_examples=30)
@given(
    steps=st.lists(
        st.sampled_from(("issue daily", "issue weekly", "A", "B", "C", "AB", "BC")), max_size=10
    )
)
def test_every_paper_is_issued_once_per_edition(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """This holds for every order of intakes and issues."""
    with closing(ledger(tmp_path_factory.mktemp("state"), "daily", "weekly")) as opened:
        opened.connection.execute("BEGIN")
        for number, step in enumerate([*steps, "issue daily", "issue weekly"]):
            if step.startswith("issue"):
                record_candidates(
                    opened, step.removeprefix("issue "), date=f"2026-11-{number + 1:02}"
                )
            else:
                take_in(opened, dump(*map(sighting, step)))
        seen = sorted({title for step in steps if not step.startswith("issue") for title in step})
        for edition in ("daily", "weekly"):
            stored = [
                opened.issues.load_issue(edition, link.number)
                for link in opened.issues.list_links()
                if link.edition == edition
            ]
            assert seen == sorted(paper.title for each in stored for paper in each.papers)
        opened.connection.execute("ROLLBACK")


def test_the_words_of_earlier_issues_come_newest_first(opened: Ledger) -> None:
    """They are of one edition, up to a date, from so many issues and papers at most."""
    for day, title in (("2026-11-20", "A"), ("2026-11-21", "B"), ("2026-11-22", "C")):
        take_in(opened, dump(sighting(title), sighting(f"{title}2"), name=title))
        record_candidates(opened, date=day)
    words = opened.issues.words_before("daily", "2026-11-21", 30, 99)
    assert [("B", None), ("B2", None), ("A", None), ("A2", None)] == words
    assert words[:2] == opened.issues.words_before("daily", "2026-11-21", 1, 99)
    assert words[:3] == opened.issues.words_before("daily", "2026-11-21", 30, 3)
    assert [] == opened.issues.words_before("weekly", "2026-11-22", 30, 99)


def test_filtered_and_muted_papers_add_up_until_the_next_issue(opened: Ledger) -> None:
    """The issue states their numbers, and they begin again at 0."""
    take_in(opened, dump(sighting("A")))
    opened.editions.advance_cursor("daily", 1, 2, 3)
    opened.editions.advance_cursor("daily", 1, 1, 1)
    assert (3, 4) == opened.editions.cursor("daily")[3:]
    record_candidates(opened)
    assert (0, 0) == opened.editions.cursor("daily")[3:]
