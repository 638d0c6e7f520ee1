"""The state of a working folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import pytest

from digest import cli_status
from digest.ledger import intakes, issues
from digest.model.settings import Edition, Inbox, Settings
from tests.builders import MOMENT, dump, issue, item, ledger, sighting, take_in

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Connection]:
    """A ledger where a working folder has it."""
    with closing(ledger(tmp_path / "state", "daily")) as found:
        yield found


def look(root: Path, expect_every: str | None = None) -> cli_status.Status:
    """The status at a moment."""
    editions = (Edition(), Edition(name="weekly", period="week"))
    found = Settings(root=str(root), inbox=Inbox(expect_every=expect_every), editions=editions)
    return cli_status.look(found, NOW)


def test_before_the_first_run(tmp_path: Path) -> None:
    """Nothing is made by looking, and the next dates are told."""
    status = look(tmp_path)
    assert [] == list(tmp_path.iterdir())
    assert [
        "Nothing was taken in yet.",
        "edition  daily: next due 2026-11-23 07:00",
        "edition  weekly: next due 2026-11-23 07:00",
    ] == list(cli_status.lines(status))


def test_after_a_run(tmp_path: Path, opened: Connection) -> None:
    """The newest issue, the source, the run, what could not be read, and sums."""
    take_in(opened, dump(sighting(), sighting("Moss")))
    issues.record(opened, issue(item(1), item(2)), "live", 1, [(1, item(1)), (2, item(2))])
    intakes.record_quarantine(opened, "bad.txt", b"x", "no paper in it", "1.0", MOMENT)
    lines = list(cli_status.lines(look(tmp_path)))
    assert "newest issue 2026-11-22, 2 papers; next due 2026-11-23 07:00" in lines[0]
    assert lines[1] == "edition  weekly: next due 2026-11-23 07:00"
    assert "example.org/papers: last dump 2026-11-22T07:30, newest page 2026-11-22" in lines[2]
    assert lines[3].startswith("run      2026-11-22T07:30:")
    assert lines[4] == "quarantined 2026-11-22T07:30 bad.txt: no paper in it"
    assert lines[5] == "ledger   1 dumps, 2 papers, 2 sightings, 1 issues"


@pytest.mark.parametrize(
    ("expect_every", "expected"), [("22h", True), ("23h", False), (None, False)]
)
def test_stale_is_longer_than_expected_without_input(
    tmp_path: Path, opened: Connection, expect_every: str | None, expected: bool
) -> None:
    """By the last dump that held anything."""
    take_in(opened, dump(sighting()))
    take_in(opened, dump(), moment="2026-11-23T05:00:00+00:00")
    assert expected is look(tmp_path, expect_every).stale
