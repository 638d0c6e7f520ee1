"""Queries about published issues: what they return, and that each reads no more than that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.model.issue_links import PublishedIssue
from digest.model.issues import Section
from digest.storage.ledger import Ledger
from digest.storage.ledger.lookups.published_issues import EVERY, PublishedIssues
from tests.support.builders import MOMENT, dump, issue, item, ledger, sighting, take_in

_SPAN = EVERY._replace(before=("2026-11-24", 2), since="2026-11-01")
_QUERIES: dict[str, Callable[[PublishedIssues], object]] = {
    "newest": lambda issues: issues.list_newest("daily", 9, _SPAN),
    "newest live": lambda issues: issues.list_newest("daily", 9, live=True),
    "newest of all": lambda issues: issues.list_newest_of_all(9, ("2026-11-23", "b", 1), ""),
    "days of a topic": lambda issues: issues.list_topic_days("daily", "vision", 9, "", "9999"),
    "find": lambda issues: issues.find("daily", "2026-11-22", 1),
    "holding": lambda issues: issues.list_holding([1, 2]),
    "family": lambda issues: issues.list_family(1),
}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger with two editions, and three papers of which none is issued."""
    with closing(ledger(tmp_path, "daily", "weekly")) as new:
        take_in(new, dump(*(sighting(title) for title in ("Amber", "Birch", "Cedar"))))
        yield new


def record(
    opened: Ledger, number: int, date: str, *papers: int, kind: str = "live", **fields: object
) -> None:
    """Record an issue with these papers under one topic, and publish it."""
    topic = str(fields.pop("topic", "vision"))
    held = [(paper.id, item(guid=paper.guid)) for paper in opened.papers.by_number(papers)]
    section = Section(topic=topic, name=topic, papers=tuple(each for _, each in held))
    sections = (section,) if held else ()
    made = issue(date=date, number=number, sections=sections, **fields)
    with opened.transaction():
        opened.issues.record_issue(made, kind, None, held)
        opened.issues.mark_published()


def keys(issues: list[PublishedIssue]) -> list[str]:
    """Return the names of issues with their editions."""
    return [f"{each.edition}/{each.key}" for each in issues]


@pytest.mark.parametrize("query", _QUERIES.values(), ids=_QUERIES)
def test_it_finds_its_rows_by_an_index(
    opened: Ledger, query: Callable[[PublishedIssues], object]
) -> None:
    """But for the editions, of which there are few, and the issues that are not published yet."""
    record(opened, 1, "2026-11-22", 1, 2)
    statements: list[str] = []
    opened.connection.set_trace_callback(statements.append)
    query(opened.published_issues)
    opened.connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for sql in statements
        for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    read_whole = {plan for plan in plans if plan.startswith("SCAN")}
    assert {"SCAN edition", "SCAN issue USING INDEX issue_unpublished"} >= read_whole
    sorted_whole = [plan for plan in plans if "TEMP B-TREE" in plan]
    assert len(sorted_whole) <= ("list_holding" in query.__code__.co_names)
    assert any(plan.startswith("SEARCH") for plan in plans)


def test_the_text_of_an_issue_is_not_passed_over(opened: Ledger) -> None:
    """Columns behind it cost as much as reading it: an issue has hundreds of kilobytes."""
    statements: list[str] = []
    opened.connection.set_trace_callback(statements.append)
    for query in _QUERIES.values():
        query(opened.published_issues)
    opened.connection.set_trace_callback(None)
    columns = [name for _, name, *_ in opened.connection.execute("PRAGMA table_info(issue)")]
    behind = columns[columns.index("body") + 1 :]
    assert ["published", "span"] == behind
    read = [sql.replace("WHERE published = 0", "") for sql in statements if " issue" in sql]
    assert read
    assert [] == [sql for sql in read if "published" in sql or "issue.span" in sql]


def test_issues_come_newest_first_and_go_on_after_one(opened: Ledger) -> None:
    """By date, and of one date the later one first; only those of the days and the edition."""
    for number, (date, ordinal) in enumerate(
        [("2026-11-20", 1), ("2026-11-22", 1), ("2026-11-22", 2), ("2026-11-21", 1)], start=1
    ):
        record(opened, number, date, ordinal=ordinal)
    record(opened, 1, "2026-11-22", edition="weekly")
    issues = opened.published_issues
    every = ["daily/2026-11-22-2", "daily/2026-11-22", "daily/2026-11-21", "daily/2026-11-20"]
    assert every == keys(issues.list_newest("daily", 9))
    assert every[:2] == keys(issues.list_newest("daily", 2))
    after_second = EVERY._replace(before=("2026-11-22", 1))
    assert every[2:] == keys(issues.list_newest("daily", 9, after_second))
    of_days = EVERY._replace(since="2026-11-21", until="2026-11-21")
    assert every[2:3] == keys(issues.list_newest("daily", 9, of_days))


def test_issues_of_all_editions_come_in_one_order(opened: Ledger) -> None:
    """Each place in it leads to what follows, whatever edition it is of."""
    for number, date in enumerate(["2026-11-20", "2026-11-21", "2026-11-22"], start=1):
        for edition in ("daily", "weekly"):
            record(opened, number, date, edition=edition)
    record(opened, 4, "2026-11-21", ordinal=2)
    issues = opened.published_issues.list_newest_of_all(99)
    assert [
        "daily/2026-11-22", "weekly/2026-11-22", "daily/2026-11-21-2", "daily/2026-11-21",
        "weekly/2026-11-21", "daily/2026-11-20", "weekly/2026-11-20",
    ] == keys(issues)  # fmt: skip
    for number, last in enumerate(issues, start=1):
        place = (last.date, last.edition, last.ordinal)
        assert issues[number:] == opened.published_issues.list_newest_of_all(99, place)
    assert issues[:2] == opened.published_issues.list_newest_of_all(2)
    assert issues[:5] == opened.published_issues.list_newest_of_all(99, since="2026-11-21")


def test_an_issue_counts_once_it_is_published(opened: Ledger) -> None:
    """Before, no query knows it; a backfilled one is left out of what is live."""
    record(opened, 1, "2026-11-21", 1, kind="history")
    record(opened, 2, "2026-11-22", 2)
    with opened.transaction():
        opened.connection.execute("UPDATE issue SET published = 0 WHERE number = 2")
    issues = opened.published_issues
    assert ["daily/2026-11-21"] == keys(issues.list_newest("daily", 9))
    assert [] == issues.list_newest("daily", 9, live=True)
    assert ["daily/2026-11-21"] == keys(issues.list_holding([1, 2]))
    assert issues.find("daily", "2026-11-22", 1) is None
    with opened.transaction():
        opened.issues.mark_published()
    assert ["daily/2026-11-22"] == keys(issues.list_newest("daily", 9, live=True))
    assert ["daily/2026-11-22", "daily/2026-11-21"] == keys(issues.list_holding([1, 2]))


def test_the_days_of_a_topic_come_last_first(opened: Ledger) -> None:
    """Those on which a paper stands under its heading."""
    record(opened, 1, "2026-11-20", 1)
    record(opened, 2, "2026-11-21", 2, topic="robots")
    record(opened, 3, "2026-11-22", 3)
    days = opened.published_issues.list_topic_days
    assert ["2026-11-22", "2026-11-20"] == days("daily", "vision", 9, "", "9999")
    assert ["2026-11-20"] == days("daily", "vision", 9, "", "2026-11-21")
    assert ["2026-11-22"] == days("daily", "vision", 1, "", "9999")
    assert [] == days("weekly", "vision", 9, "", "9999")


def test_an_issue_that_was_made_again_is_another_one(opened: Ledger) -> None:
    """It has the same name and number; what was known of the first is not what it holds."""
    record(opened, 1, "2026-11-22", 1)
    (first,) = opened.published_issues.list_newest("daily", 9)
    loaded = opened.published_issues.load(first)
    assert loaded is not None
    assert MOMENT == loaded.moment
    again = "2026-11-22T09:00:00+00:00"
    with opened.transaction():
        opened.connection.execute("UPDATE issue SET moment = ?", (again,))
    assert opened.published_issues.load(first) is None
    assert [first] != opened.published_issues.list_newest("daily", 9)


def test_a_withdrawn_paper_has_no_family(opened: Ledger) -> None:
    """One that is not has itself and its aliases."""
    opened.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 3")
    assert [1, 3] == [number for number, _ in opened.published_issues.list_family(1)]
    opened.papers.withdraw(1, MOMENT)
    assert [] == opened.published_issues.list_family(1)
