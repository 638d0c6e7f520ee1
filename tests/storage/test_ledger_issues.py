"""Editions, their cursors and issues: each paper at most once, whatever comes late."""

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


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with one edition."""
    with closing(ledger(tmp_path, "daily")) as found:
        yield found


def waiting(opened: Ledger, edition: str = "daily") -> list[str]:
    """Titles of the edition's candidates."""
    after = opened.editions.cursor(edition).cursor
    return [paper.title for paper, _ in opened.issues.candidates(edition, after)]


def publish(opened: Ledger, edition: str = "daily", **fields: object) -> Issue:
    """An issue of all candidates, recorded."""
    cursor = opened.editions.cursor(edition)
    found = opened.issues.candidates(edition, cursor.cursor)
    shown = [(paper.id, item(paper.id, paper.title)) for paper, _ in found]
    made = issue(*(one for _, one in shown), edition=edition, number=cursor.number + 1, **fields)
    opened.issues.record_issue(made, "live", opened.intakes.last_number(), shown)
    return made


def test_candidates_are_behind_the_cursor_oldest_first(opened: Ledger) -> None:
    """With the number of dumps that showed each; after an issue there are none."""
    take_in(opened, dump(sighting("B")), dump(sighting("A"), sighting("B"), name="b.txt"))
    found = opened.issues.candidates("daily", 0)
    assert [("B", 2), ("A", 1)] == [(paper.title, dumps) for paper, dumps in found]
    publish(opened)
    assert [] == waiting(opened)
    take_in(opened, dump(sighting("A"), sighting("C")))
    assert ["C"] == waiting(opened)


def test_candidates_are_found_without_reading_what_was_issued(opened: Ledger) -> None:
    """Each table goes through a key; the cost does not grow with the archive."""
    asked: list[str] = []
    opened.connection.set_trace_callback(asked.append)
    opened.issues.candidates("daily", 0)
    opened.connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for sql in asked
        for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert [] == [plan for plan in plans if plan.startswith(("SCAN paper", "SCAN issued"))]
    assert {"SEARCH issued USING PRIMARY KEY (edition=? AND paper=?)"} == {
        plan for plan in plans if "issued" in plan
    }


def test_an_edition_starts_after_what_was_there_before_it(opened: Ledger) -> None:
    """One configured later does not begin with years of papers."""
    take_in(opened, dump(sighting("Old")))
    opened.editions.configure(["daily", "weekly"])
    take_in(opened, dump(sighting("Old"), sighting("New")))
    assert ["New"] == waiting(opened, "weekly")
    assert ["Old", "New"] == waiting(opened)
    assert {"daily": (0, 0), "weekly": (1, 1)} == opened.explain.cursors()


def test_configuring_again_moves_nothing(opened: Ledger) -> None:
    """Every run asks; only a new name makes a row."""
    take_in(opened, dump(sighting()))
    opened.editions.configure(["daily"])
    assert 0 == opened.editions.cursor("daily").cursor
    assert not opened.editions.has_unconfigured(["daily"])
    assert opened.editions.has_unconfigured(["daily", "weekly"])


def test_editions_do_not_take_papers_from_each_other(opened: Ledger) -> None:
    """Each paper once in each."""
    opened.editions.configure(["weekly"])
    take_in(opened, dump(sighting("A")))
    publish(opened)
    assert ([], ["A"]) == (waiting(opened), waiting(opened, "weekly"))


def test_withdrawn_papers_and_history_never_wait(opened: Ledger) -> None:
    """What was backfilled is history, also when a live page shows it again."""
    take_in(opened, dump(sighting("A"), sighting("B")))
    take_in(opened, dump(sighting("C")), kind="history")
    take_in(opened, dump(sighting("C")))
    opened.papers.withdraw(1, MOMENT)
    assert ["B"] == waiting(opened)
    assert 1 == len(opened.issues.withdrawn_guids())


def test_an_alias_that_was_not_issued_is_dropped(opened: Ledger) -> None:
    """The paper it is waits alone, seen in the dumps of both."""
    take_in(opened, dump(sighting("A")), dump(sighting("B", arxiv_id="2611.00001"), name="b.txt"))
    take_in(opened, dump(sighting("A", arxiv_id="2611.00001")))
    assert ["A"] == waiting(opened)
    assert [3] == [dumps for _, dumps in opened.issues.candidates("daily", 0)]


def test_a_paper_issued_under_its_aliass_guid_does_not_wait(opened: Ledger) -> None:
    """It was published, whatever it was called."""
    take_in(opened, dump(sighting("A")))
    cursor = opened.intakes.last_number()
    take_in(opened, dump(sighting("B", arxiv_id="2611.00001")))
    opened.issues.record_issue(issue(item(2)), "live", cursor - 1, [(2, item(2))])
    take_in(opened, dump(sighting("A", arxiv_id="2611.00001")))
    assert [] == waiting(opened)
    assert [1] == [place.number for place in opened.explain.issued_in(1)]


def test_judging_moves_the_cursor_and_keeps_the_count(opened: Ledger) -> None:
    """What filters left out is told at the foot of the next issue, and not judged again."""
    for title in ("A", "B"):
        take_in(opened, dump(sighting(title)))
        opened.editions.advance_cursor("daily", opened.intakes.last_number(), 1)
    assert [] == waiting(opened)
    assert (2, 0, 0, 2) == opened.editions.cursor("daily")[:4]
    publish(opened)
    assert (2, 2, 1, 0) == opened.editions.cursor("daily")[:4]


def test_an_issue_is_stored_whole(opened: Ledger) -> None:
    """What comes back is what was recorded, waiting to be published."""
    take_in(opened, dump(sighting("A")))
    made = publish(opened)
    assert made == opened.issues.load_issue("daily", 1)
    assert [("daily", 1)] == opened.issues.list_unpublished()
    opened.issues.mark_published()
    assert [] == opened.issues.list_unpublished()


def test_a_date_counts_its_issues(opened: Ledger) -> None:
    """Each edition for itself."""
    publish(opened)
    publish(opened, ordinal=2)
    assert 3 == opened.issues.next_ordinal("daily", "2026-11-22")
    assert 1 == opened.issues.next_ordinal("daily", "2026-11-23")
    assert 1 == opened.issues.next_ordinal("weekly", "2026-11-22")
    assert ["2026-11-22", "2026-11-22-2"] == [link.key for link in opened.issues.list_links()]


def test_a_paper_is_never_issued_twice(opened: Ledger) -> None:
    """The ledger refuses what no rule above should let pass."""
    take_in(opened, dump(sighting("A")))
    publish(opened)
    with pytest.raises(sqlite3.IntegrityError):
        opened.issues.record_issue(issue(number=2, ordinal=2), "live", 1, [(1, item())])


def test_the_chart_is_of_the_issues_before(opened: Ledger) -> None:
    """Oldest first, at most as many as asked for."""
    for day in (20, 21, 22):
        take_in(opened, dump(*(sighting(f"{day} {n}") for n in range(day - 19))))
        publish(opened, date=f"2026-11-{day}")
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
    """However intakes and issues follow each other."""
    with closing(ledger(tmp_path_factory.mktemp("state"), "daily", "weekly")) as opened:
        opened.connection.execute("BEGIN")
        for number, step in enumerate([*steps, "issue daily", "issue weekly"]):
            if step.startswith("issue"):
                publish(opened, step.removeprefix("issue "), date=f"2026-11-{number + 1:02}")
            else:
                take_in(opened, dump(*map(sighting, step)))
        seen = sorted({title for step in steps if not step.startswith("issue") for title in step})
        for edition in ("daily", "weekly"):
            stored = [
                opened.issues.load_issue(edition, link.number)
                for link in opened.issues.list_links()
                if link.edition == edition
            ]
            assert seen == sorted(one.title for made in stored for one in made.papers)
        opened.connection.execute("ROLLBACK")


def test_the_words_of_earlier_issues_newest_first(opened: Ledger) -> None:
    """Of this edition, up to a day; of so many issues and papers."""
    for day, title in (("2026-11-20", "A"), ("2026-11-21", "B"), ("2026-11-22", "C")):
        take_in(opened, dump(sighting(title), sighting(f"{title}2"), name=title))
        publish(opened, date=day)
    found = opened.issues.words_before("daily", "2026-11-21", 30, 99)
    assert [("B", None), ("B2", None), ("A", None), ("A2", None)] == found
    assert found[:2] == opened.issues.words_before("daily", "2026-11-21", 1, 99)
    assert found[:3] == opened.issues.words_before("daily", "2026-11-21", 30, 3)
    assert [] == opened.issues.words_before("weekly", "2026-11-22", 30, 99)


def test_what_is_left_out_waits_for_the_next_foot(opened: Ledger) -> None:
    """Filtered and muted papers add up until an issue tells of them."""
    take_in(opened, dump(sighting("A")))
    opened.editions.advance_cursor("daily", 1, 2, 3)
    opened.editions.advance_cursor("daily", 1, 1, 1)
    assert (3, 4) == opened.editions.cursor("daily")[3:]
    publish(opened)
    assert (0, 0) == opened.editions.cursor("daily")[3:]
