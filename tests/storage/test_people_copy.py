"""A copy of the people database in memory: what is tried out there changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import PeopleError
from digest.storage.people import database

MOMENT = "2026-11-18T08:00:00+00:00"


def test_what_is_written_into_a_copy_is_thrown_away(tmp_path: Path) -> None:
    """It begins with what the database holds, and leaves it as it is."""
    with database.opened(tmp_path) as people, people.transaction():
        people.subscribers.add("ada@example.org", "ada@example.org", "active", "added", MOMENT)
    with database.opened_copy(tmp_path) as copy, copy.transaction():
        assert ["ada@example.org"] == [each.address for each in copy.subscribers.list_all()]
        copy.subscribers.add("bob@example.org", "bob@example.org", "active", "added", MOMENT)
        assert 2 == len(list(copy.subscribers.list_all()))
    with database.opened(tmp_path) as people:
        assert ["ada@example.org"] == [each.address for each in people.subscribers.list_all()]


def test_a_copy_of_none_creates_nothing(tmp_path: Path) -> None:
    """It is that of a new database."""
    with database.opened_copy(tmp_path / "state") as copy, copy.transaction():
        copy.subscribers.add("ada@example.org", "ada@example.org", "active", "added", MOMENT)
        assert 1 == len(list(copy.subscribers.list_all()))
    assert [] == list(tmp_path.iterdir())


def test_a_damaged_database_cannot_be_copied(tmp_path: Path) -> None:
    """It is an expected error, as when it is opened."""
    (tmp_path / database.FILE).write_bytes(b"no database at all, but long enough to be read" * 99)
    with pytest.raises(PeopleError), database.opened_copy(tmp_path):
        pass
