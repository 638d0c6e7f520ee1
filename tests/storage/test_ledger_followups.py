"""What moved among the papers an edition has issued."""

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


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger whose daily edition has issued one paper with three votes."""
    with closing(ledger(tmp_path, "daily", "weekly")) as found:
        take_in(found, dump(sighting(TITLE, arxiv_id=ID, upvotes=3)))
        shown = item(1, TITLE, upvotes=3)
        found.issues.record_issue(issue(shown, ordinal=2), "live", 1, [(1, shown)])
        yield found


def test_changes_of_issued_papers_after_an_intake(opened: Ledger) -> None:
    """New words and an abstract that came at last, with the issue they belong to."""
    take_in(opened, dump(sighting("Lamps", arxiv_id=ID, abstract="Dark."), sighting("Moss")))
    take_in(opened, dump(sighting("Moss", abstract="Green.")))
    expected = [
        PaperChange(1, "2026-11-22-2", "title", TITLE, "Lamps"),
        PaperChange(1, "2026-11-22-2", "abstract added", "", "Dark."),
    ]
    assert expected == opened.followups.list_changes("daily", 1)
    assert [] == opened.followups.list_changes("daily", 2)
    assert [] == opened.followups.list_changes("weekly", 1)


def test_counts_then_and_now(opened: Ledger) -> None:
    """When the paper was issued, at the moment, and when it was last shown as rising."""
    take_in(opened, dump(sighting(TITLE, arxiv_id=ID, upvotes=9, comments=2)))
    then, now = (3, None, None), (9, 2, None)
    expected = DatedCounts(1, "2026-11-22-2", "2026-11-22", then, now, None)
    assert [expected] == opened.followups.list_counts("daily", "2026-11-22")
    opened.followups.record_risen("daily", [(1, 11)])
    assert [expected._replace(shown=11)] == opened.followups.list_counts("daily", "2026-11-01")
    assert [] == opened.followups.list_counts("daily", "2026-11-23")
    assert [] == opened.followups.list_counts("weekly", "2026-11-22")


def test_a_withdrawn_paper_does_not_move(opened: Ledger) -> None:
    """No later issue speaks of it."""
    take_in(opened, dump(sighting("Lamps", arxiv_id=ID, upvotes=90)))
    opened.papers.withdraw(1, MOMENT)
    assert [] == opened.followups.list_changes("daily", 1)
    assert [] == opened.followups.list_counts("daily", "2026-11-22")


def test_the_first_count_of_each_kind(opened: Ledger) -> None:
    """With the day of the page that showed it; what an alias was seen with counts, too."""
    take_in(opened, dump(sighting(TITLE, arxiv_id=ID, upvotes=9, comments=2), page_date=None))
    take_in(opened, dump(sighting("Moss", abstract="Green.", stars=7), page_date="2026-11-20"))
    take_in(opened, dump(sighting("Moss", arxiv_id="2611.00002", upvotes=1, stars=8)))
    expected = [
        FirstCount(1, "upvotes", 3, "2026-11-22"),
        FirstCount(1, "comments", 2, MOMENT[:10]),
        FirstCount(2, "stars", 7, "2026-11-20"),
        FirstCount(2, "upvotes", 1, "2026-11-22"),
    ]
    assert expected == list(opened.followups.first_counts([1, 2]))
    opened.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 2")
    kinds = [(one.paper, one.kind, one.value) for one in opened.followups.first_counts([1])]
    assert [(1, "upvotes", 3), (1, "comments", 2), (1, "stars", 7)] == kinds
    assert [] == list(opened.followups.first_counts([]))


def test_the_issue_that_holds_a_paper(opened: Ledger) -> None:
    """Under the guid it has there, and in the asked edition only; any number may be asked."""
    (guid,) = opened.connection.execute("SELECT guid FROM paper WHERE id = 1").fetchone()
    expected = [IssueOfPaper(1, "2026-11-22-2", guid)]
    assert expected == list(opened.followups.list_issues_with("daily", range(1, 2000)))
    assert [] == list(opened.followups.list_issues_with("weekly", [1]))
    take_in(opened, dump(sighting("Lamps", arxiv_id="2611.00009")))
    opened.connection.execute("UPDATE paper SET alias_of = 2 WHERE id = 1")
    assert [IssueOfPaper(2, "2026-11-22-2", guid)] == list(
        opened.followups.list_issues_with("daily", [2])
    )
