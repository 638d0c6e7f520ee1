"""Queries for the status: they read the newest rows only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest

from digest.model.issues import Accounting
from digest.model.papers import Dump, Reject, Shortfall
from digest.model.status import RejectStatus
from digest.storage.ledger import Ledger
from digest.storage.ledger.lookups import status_queries
from tests.support.builders import MOMENT, dump, issue, item, ledger, sighting, take_in

LATER = "2026-11-23T07:30:00+00:00"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give an empty ledger."""
    with closing(ledger(tmp_path, "daily")) as new:
        yield new


def record(opened: Ledger, page: Dump, *, kind: str = "live", moment: str = MOMENT) -> None:
    """Record an intake of one dump, with its name as its content hash."""
    number = opened.intakes.begin(moment, kind, "1.0")
    opened.intakes.record_dump(
        number, page, page.name.encode(), modified=None, shortfall=Shortfall.NONE
    )
    rejected = len(page.rejects)
    sums = Accounting(dumps=1, entries=page.entries, new=page.entries - rejected, rejected=rejected)
    opened.intakes.finish(number, sums)


def test_the_status_of_a_source_is_that_of_its_live_dumps_with_entries(opened: Ledger) -> None:
    """Each dump has a moment and a number of entries; each source has a newest page date."""
    record(opened, dump(sighting(), name="1", source="b", page_date=None))
    record(opened, dump(sighting(), name="2", source="a"))
    record(opened, dump(name="3", source="c"))
    record(opened, dump(sighting(), name="4", source="a", page_date="2026-11-20"), moment=LATER)
    record(opened, dump(sighting(), name="5", source="a", page_date="2027-01-01"), kind="history")
    assert ["a", "b"] == opened.status.list_sources()
    assert [(LATER, 1), (MOMENT, 1)] == opened.status.last_dumps("a", 5)
    assert [(LATER, 1)] == opened.status.last_dumps("a", 1)
    assert ["2026-11-22", None] == [opened.status.newest_page_date(name) for name in "ab"]


def test_queries_about_sources_do_not_read_all_dumps(opened: Ledger) -> None:
    """The query plans use an index, so their cost does not grow with the history."""
    statements: list[str] = []
    opened.connection.set_trace_callback(statements.append)
    opened.status.list_sources()
    opened.status.last_dumps("a", 5)
    opened.status.newest_page_date("a")
    opened.connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for sql in statements
        for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert any("dump_of_source" in plan for plan in plans)
    assert [] == [plan for plan in plans if plan.startswith("SCAN dump")]


def test_the_rejects_are_those_of_the_last_intake(opened: Ledger) -> None:
    """They come in the order of the files, at most ``limit``, with the number of all."""
    assert (0, []) == opened.status.last_rejects(5)
    record(opened, dump(name="old.txt", rejects=(Reject(1, "cut"),)))
    cut = tuple(Reject(line, "cut") for line in (3, 9, 12))
    record(opened, dump(sighting(), name="new.txt", rejects=cut))
    shown = [RejectStatus(dump="new.txt", line=line, reason="cut") for line in (3, 9)]
    assert (3, shown) == opened.status.last_rejects(2)
    record(opened, dump(sighting(), name="good.txt"))
    assert (0, []) == opened.status.last_rejects(5)


def test_the_newest_issue_is_that_of_the_newest_date(opened: Ledger) -> None:
    """It need not be the issue that was made last. The key has the ordinal of the date."""
    assert opened.status.newest_issue("daily") is None
    for number, date, ordinal in ((1, "2026-11-22", 1), (2, "2026-11-22", 2), (3, "2026-10-01", 1)):
        new = issue(date=date, ordinal=ordinal, number=number)
        opened.issues.record_issue(new, "live", None, [])
    newest = opened.status.newest_issue("daily")
    assert newest is not None
    assert ("2026-11-22-2", 0, "new") == (newest.key, newest.papers, newest.verdict)


def test_dumps_papers_and_issues_are_counted(opened: Ledger) -> None:
    """An alias is not counted as a paper."""
    take_in(opened, dump(sighting("A"), sighting("B")), dump(sighting("A"), name="b.txt"))
    opened.issues.record_issue(issue(item(1)), "live", 1, [(1, item(1))])
    assert {"dump": 2, "paper": 2, "issue": 1} == opened.status.count_rows()
    opened.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 2")
    assert 1 == opened.status.count_rows()["paper"]


def test_the_size_of_the_ledger_and_its_backups_are_found(tmp_path: Path) -> None:
    """Backups come newest first, with moments in the given zone; other files are left out."""
    assert (0, ()) == (
        status_queries.ledger_size(tmp_path),
        status_queries.list_backup_statuses(tmp_path, UTC),
    )
    (tmp_path / "ledger.sqlite3").write_bytes(b"12345")
    folder = tmp_path / "backups"
    folder.mkdir()
    old, new = "ledger-20261121T073000Z.sqlite3", "ledger-20261122T073000Z.sqlite3"
    for name in (old, new, ".part", "notes.txt"):
        (folder / name).write_bytes(b"123")
    assert 5 == status_queries.ledger_size(tmp_path)
    backups = status_queries.list_backup_statuses(tmp_path, timezone(timedelta(hours=1)))
    assert [
        (new, 3, "2026-11-22T08:30:00+01:00"),
        (old, 3, "2026-11-21T08:30:00+01:00"),
    ] == [(one.name, one.size, one.moment) for one in backups]
