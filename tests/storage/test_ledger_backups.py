"""When a backup is due, and which backups are deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import DamagedLedger
from digest.model.files import PublishedFile
from digest.storage.ledger import Ledger, backups, integrity, locations
from tests.support.builders import MOMENT, dump, ledger, sighting, take_in

DAY = timedelta(days=1)
FIRST = datetime.fromisoformat(MOMENT)  # of the intakes that builders take in


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger with one paper."""
    with closing(ledger(tmp_path, "daily")) as new:
        take_in(new, dump(sighting()))
        yield new


def test_a_backup_is_due_a_day_after_the_first_intake(tmp_path: Path, opened: Ledger) -> None:
    """Cron is never exact: a day less a minute counts as a day."""
    for later, expected in ((DAY / 2, False), (DAY - timedelta(minutes=1), True), (DAY, True)):
        assert expected is backups.is_due(opened, tmp_path, DAY, FIRST + later)


def test_no_backup_is_due_if_nothing_came_since_the_last(tmp_path: Path, opened: Ledger) -> None:
    """However long ago that was. One dated in the future does not count."""
    backups.make(opened, tmp_path, FIRST + 9 * DAY)
    assert backups.is_due(opened, tmp_path, DAY, FIRST + DAY)
    assert not backups.is_due(opened, tmp_path, DAY, FIRST + 99 * DAY)


def test_the_newest_backup_stays_however_old_it_is(tmp_path: Path, opened: Ledger) -> None:
    """Others go by number and age, those dated in the future first."""
    paths = [backups.make(opened, tmp_path, FIRST + number * DAY) for number in range(4)]
    assert [paths[3], paths[0]] == sorted(
        backups.prune(tmp_path, 2, 30, FIRST + 2 * DAY), key=paths.index, reverse=True
    )
    assert [paths[1]] == backups.prune(tmp_path, 9, 0, FIRST + 50 * DAY)
    assert paths[2].exists()


def test_the_same_content_is_exported_as_the_same_bytes(tmp_path: Path, opened: Ledger) -> None:
    """Whatever was written in between, and whenever the pages were written to the output."""
    page = PublishedFile(7, 1_000, b"hash")
    opened.published_files.record_publication([("index.html", page)], [])
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    backups.export(opened, tmp_path, first)
    # The rows move within the file.
    many = [(f"{number}.html", page) for number in range(2_000)]
    opened.published_files.record_publication(many, [])
    opened.published_files.record_publication([], [path for path, _ in many])
    later = PublishedFile(7, 2_000, b"hash")
    opened.published_files.record_publication([("index.html", later)], [])
    backups.export(opened, tmp_path, second)
    assert first.read_bytes() == second.read_bytes()
    take_in(opened, dump(sighting("A paper on tides", arxiv_id="2611.00099")))
    backups.export(opened, tmp_path, third)
    assert first.read_bytes() != third.read_bytes()
    assert later == opened.published_files.manifest()["index.html"]


def test_an_export_replaces_its_file_whole(tmp_path: Path, opened: Ledger) -> None:
    """It is a sound ledger, with the papers; nothing else is left."""
    target = tmp_path / "away" / "copy.sqlite3"
    target.parent.mkdir()
    target.write_bytes(b"before")
    backups.export(opened, tmp_path, target)
    integrity.check(target)
    assert [target] == list(target.parent.iterdir())


@pytest.mark.usefixtures("opened")
def test_a_damaged_ledger_is_not_exported(tmp_path: Path) -> None:
    """The file of an earlier export stays."""
    target = tmp_path / "copy.sqlite3"
    target.write_bytes(b"before")
    path = tmp_path / locations.FILE
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\x55" * 8192 + whole[16384:])
    damaged = sqlite3.connect(path, isolation_level=None)
    with closing(damaged), pytest.raises(DamagedLedger):
        backups.export(Ledger(damaged), tmp_path, target)
    assert b"before" == target.read_bytes()
