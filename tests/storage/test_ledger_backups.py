"""When a backup is due, and which backups are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.storage.ledger import Ledger, backups
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
