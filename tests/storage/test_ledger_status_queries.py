"""How the ledger is, from its newest rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest

from digest.model.issues import Accounting
from digest.model.papers import Dump, Reject
from digest.model.status import RejectStatus
from digest.storage.ledger import Ledger, status_queries
from tests.support.builders import MOMENT, dump, issue, item, ledger, sighting, take_in

LATER = "2026-11-23T07:30:00+00:00"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with closing(ledger(tmp_path, "daily")) as found:
        yield found


def record(opened: Ledger, page: Dump, *, kind: str = "live", moment: str = MOMENT) -> None:
    """An intake of one dump whose bytes are its name."""
    number = opened.intakes.begin(moment, kind, "1.0")
    opened.intakes.record_dump(number, page, page.name.encode(), modified=None, short=False)
    rejected = len(page.rejects)
    sums = Accounting(dumps=1, entries=page.entries, new=page.entries - rejected, rejected=rejected)
    opened.intakes.finish(number, sums)


def test_how_fresh_each_source_is(opened: Ledger) -> None:
    """By the live dumps that held something: when and how much, and the newest page."""
    record(opened, dump(sighting(), name="1", source="b", page_date=None))
    record(opened, dump(sighting(), name="2", source="a"))
    record(opened, dump(name="3", source="c"))
    record(opened, dump(sighting(), name="4", source="a", page_date="2026-11-20"), moment=LATER)
    record(opened, dump(sighting(), name="5", source="a", page_date="2027-01-01"), kind="history")
    assert ["a", "b"] == opened.status.list_sources()
    assert [(LATER, 1), (MOMENT, 1)] == opened.status.last_dumps("a", 5)
    assert [(LATER, 1)] == opened.status.last_dumps("a", 1)
    assert ["2026-11-22", None] == [opened.status.newest_page_date(name) for name in "ab"]


def test_a_look_at_the_sources_does_not_read_all_dumps(opened: Ledger) -> None:
    """Each question goes through an index; the cost does not grow with the history."""
    asked: list[str] = []
    opened.connection.set_trace_callback(asked.append)
    opened.status.list_sources()
    opened.status.last_dumps("a", 5)
    opened.status.newest_page_date("a")
    opened.connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for sql in asked
        for row in opened.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert any("dump_of_source" in plan for plan in plans)
    assert [] == [plan for plan in plans if plan.startswith("SCAN dump")]


def test_the_rejects_are_those_of_the_last_intake(opened: Ledger) -> None:
    """In the order of the files, no more than asked for, and all of them counted."""
    assert (0, []) == opened.status.last_rejects(5)
    record(opened, dump(name="old.txt", rejects=(Reject(1, "cut"),)))
    cut = tuple(Reject(line, "cut") for line in (3, 9, 12))
    record(opened, dump(sighting(), name="new.txt", rejects=cut))
    shown = [RejectStatus(dump="new.txt", line=line, reason="cut") for line in (3, 9)]
    assert (3, shown) == opened.status.last_rejects(2)
    record(opened, dump(sighting(), name="good.txt"))
    assert (0, []) == opened.status.last_rejects(5)


def test_the_newest_issue_is_that_of_the_newest_date(opened: Ledger) -> None:
    """Not the one that was made last; a second issue of a date has its ordinal."""
    assert opened.status.newest_issue("daily") is None
    for number, date, ordinal in ((1, "2026-11-22", 1), (2, "2026-11-22", 2), (3, "2026-10-01", 1)):
        made = issue(date=date, ordinal=ordinal, number=number)
        opened.issues.record_issue(made, "live", None, [])
    newest = opened.status.newest_issue("daily")
    assert newest is not None
    assert ("2026-11-22-2", 0, "new") == (newest.key, newest.papers, newest.verdict)


def test_how_much_the_ledger_holds(opened: Ledger) -> None:
    """Dumps, papers that are one each, and issues."""
    take_in(opened, dump(sighting("A"), sighting("B")), dump(sighting("A"), name="b.txt"))
    opened.issues.record_issue(issue(item(1)), "live", 1, [(1, item(1))])
    assert {"dump": 2, "paper": 2, "issue": 1} == opened.status.count_rows()
    opened.connection.execute("UPDATE paper SET alias_of = 1 WHERE id = 2")
    assert 1 == opened.status.count_rows()["paper"]


def test_the_files(tmp_path: Path) -> None:
    """The ledger's size; backups newest first by the moment they are of, and no other file."""
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
    found = status_queries.list_backup_statuses(tmp_path, timezone(timedelta(hours=1)))
    assert [
        (new, 3, "2026-11-22T08:30:00+01:00"),
        (old, 3, "2026-11-21T08:30:00+01:00"),
    ] == [(one.name, one.size, one.moment) for one in found]
