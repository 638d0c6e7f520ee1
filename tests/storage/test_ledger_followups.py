"""Follow-ups: changes and counts of papers that an edition has issued."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.storage.ledger import Ledger
from digest.storage.ledger.followups import DatedCounts, FirstCount, IssueOfPaper, PaperChange
from tests.support.builders import MOMENT, dump, issue, item, ledger, sighting, take_in

TITLE = "Lanterns"
ID = "2611.00001"
LATER = "2026-11-22T07:30:01+00:00"  # a second after the issue


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger whose daily edition has issued one paper with three votes."""
    with closing(ledger(tmp_path, "daily", "weekly")) as new:
        take_in(new, dump(sighting(TITLE, arxiv_id=ID, upvotes=3)))
        paper = item(1, TITLE, upvotes=3)
        new.issues.record_issue(issue(paper, ordinal=2), "live", 1, [(1, paper)])
        yield new


def test_changes_are_those_of_issued_papers_by_later_intakes(opened: Ledger) -> None:
    """A new title and an added abstract are listed with the issue that holds the paper."""
    changed = dump(sighting("Lamps", arxiv_id=ID, abstract="Dark."), sighting("Moss"))
    take_in(opened, changed, moment=LATER)
    take_in(opened, dump(sighting("Moss", abstract="Green.")), moment=LATER)
    expected = [
        PaperChange(1, "2026-11-22-2", "title", TITLE, "Lamps"),
        PaperChange(1, "2026-11-22-2", "abstract added", "", "Dark."),
    ]
    assert expected == opened.followups.list_changes("daily", 1, 9)
    assert [] == opened.followups.list_changes("daily", 2, 9)
    assert [] == opened.followups.list_changes("daily", 1, 1)
    assert [] == opened.followups.list_changes("weekly", 1, 9)


def test_a_change_that_the_issue_of_the_paper_shows_is_none(opened: Ledger) -> None:
    """Moments are compared across time zones and without fractions of a second."""
    before = "2026-11-22T08:30:00.250000+01:00"  # the moment of the issue
    take_in(opened, dump(sighting("Lamps", arxiv_id=ID)), moment=before)
    assert [] == opened.followups.list_changes("daily", 1, 9)
    take_in(opened, dump(sighting("Torches", arxiv_id=ID)), moment="2026-11-22T08:30:01+01:00")
    (change,) = opened.followups.list_changes("daily", 1, 9)
    assert "Torches" == change.after


def test_counts_are_those_at_the_issue_and_now(opened: Ledger) -> None:
    """With them comes the attention when the paper was last shown as rising."""
    take_in(opened, dump(sighting(TITLE, arxiv_id=ID, upvotes=9, comments=2)))
    then, now = (3, None, None), (9, 2, None)
    expected = DatedCounts(1, "2026-11-22-2", "2026-11-22", then, now, None)
    assert [expected] == opened.followups.list_grown_counts("daily", "2026-11-22")
    opened.followups.record_risen("daily", [(1, 11)])
    assert [expected._replace(shown=11)] == opened.followups.list_grown_counts(
        "daily", "2026-11-01"
    )
    assert [] == opened.followups.list_grown_counts("daily", "2026-11-23")
    assert [] == opened.followups.list_grown_counts("weekly", "2026-11-22")


@pytest.mark.parametrize(
    ("now", "listed"),
    [
        ({}, []),
        ({"upvotes": 2, "comments": 0}, []),
        ({"upvotes": 4}, [1]),
        ({"upvotes": 1, "comments": 1}, [1]),
        ({"stars": 60}, [1]),
    ],
)
def test_a_paper_is_listed_when_one_of_its_counts_has_grown(
    opened: Ledger, now: dict[str, int], listed: list[int]
) -> None:
    """It was issued with three votes, and its comments and stars were unknown."""
    take_in(opened, dump(sighting(TITLE, arxiv_id=ID, **now)), moment=LATER)
    counts = opened.followups.list_grown_counts("daily", "2026-11-22")
    assert listed == [count.paper for count in counts]


def test_a_withdrawn_paper_has_no_follow_ups(opened: Ledger) -> None:
    """Later issues do not mention it."""
    take_in(opened, dump(sighting("Lamps", arxiv_id=ID, upvotes=90)), moment=LATER)
    opened.papers.withdraw(1, MOMENT)
    assert [] == opened.followups.list_changes("daily", 1, 9)
    assert [] == opened.followups.list_grown_counts("daily", "2026-11-22")


def test_the_first_count_of_each_kind_has_the_moment_of_its_run(opened: Ledger) -> None:
    """Whatever the date of its page. Sightings of an alias count, too."""
    counted = dump(sighting(TITLE, arxiv_id=ID, upvotes=9, comments=2))
    take_in(opened, counted, moment=LATER)
    take_in(opened, dump(sighting("Moss", abstract="Green.", stars=7), page_date="2026-11-20"))
    take_in(opened, dump(sighting("Moss", arxiv_id="2611.00002", upvotes=1, stars=8)))
    expected = [
        FirstCount(1, "upvotes", 3, MOMENT),
        FirstCount(1, "comments", 2, LATER),
        FirstCount(2, "stars", 7, MOMENT),
        FirstCount(2, "upvotes", 1, MOMENT),
    ]
    assert expected == list(opened.followups.first_counts([1, 2]))
    opened.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 2")
    kinds = [count[:3] for count in opened.followups.first_counts([1])]
    assert [(1, "upvotes", 3), (1, "comments", 2), (1, "stars", 7)] == kinds
    assert [] == list(opened.followups.first_counts([]))


def test_an_issue_that_holds_a_paper_is_found_with_the_guid_it_has_there(opened: Ledger) -> None:
    """Only issues of the given edition are searched, for any number of papers."""
    (guid,) = opened.connection.execute("SELECT guid FROM paper WHERE id = 1").fetchone()
    expected = [IssueOfPaper(1, "2026-11-22-2", guid)]
    assert expected == list(opened.followups.list_issues_with("daily", range(1, 2000)))
    assert [] == list(opened.followups.list_issues_with("weekly", [1]))
    take_in(opened, dump(sighting("Lamps", arxiv_id="2611.00009")))
    opened.connection.execute("UPDATE paper SET alias_of = 2 WHERE id = 1")
    assert [IssueOfPaper(2, "2026-11-22-2", guid)] == list(
        opened.followups.list_issues_with("daily", [2])
    )
