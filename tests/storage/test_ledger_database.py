"""Opening the ledger: whose it is, its form, its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import DamagedLedger, LedgerError, NewerLedger, NotALedger
from digest.storage.ledger import Ledger, database, schema
from tests.support.builders import dump, living, sighting, take_in

TABLES = "SELECT name FROM sqlite_schema ORDER BY name"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that was just made."""
    with closing(database.open_to_write(tmp_path)) as found:
        yield found


def asked(opened: Ledger, sql: str) -> object:
    """One value."""
    (value,) = opened.connection.execute(sql).fetchone()
    return value


def foreign(folder: Path, *statements: str) -> bytes:
    """A database in the ledger's place, as it is when nobody has it open."""
    with closing(sqlite3.connect(folder / database.FILE)) as made:
        for statement in statements:
            made.execute(statement)
        made.commit()
    return (folder / database.FILE).read_bytes()


def test_a_new_ledger_bears_our_mark_and_form(opened: Ledger) -> None:
    """So that no other program's database is ever taken for it."""
    assert schema.APPLICATION_ID == asked(opened, "PRAGMA application_id")
    assert len(schema.MIGRATIONS) == asked(opened, "PRAGMA user_version")


def test_a_commit_survives_a_power_cut(opened: Ledger) -> None:
    """A rollback journal, full synchronisation, and references that hold."""
    assert asked(opened, "PRAGMA journal_mode") == "delete"
    assert asked(opened, "PRAGMA synchronous") == 2
    assert asked(opened, "PRAGMA foreign_keys") == 1


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE other (a)",),
        ("PRAGMA application_id = 7",),
        ("PRAGMA journal_mode = WAL", "CREATE TABLE other (a)"),
    ],
    ids=["unmarked", "marked", "WAL"],
)
def test_a_foreign_database_is_refused_untouched(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    """Not one byte of it changes, whoever opens it and however."""
    before = foreign(tmp_path, *statements)
    with pytest.raises(NotALedger, match="another program"):
        database.open_to_write(tmp_path)
    with pytest.raises(NotALedger, match="another program"):
        database.open_to_read(tmp_path)
    assert before == (tmp_path / database.FILE).read_bytes()


def test_a_newer_form_is_refused_untouched(tmp_path: Path) -> None:
    """An older version never writes what it does not understand."""
    version = f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}"
    before = foreign(tmp_path, f"PRAGMA application_id = {schema.APPLICATION_ID}", version)
    with pytest.raises(NewerLedger, match="update papers-digest"):
        database.open_to_write(tmp_path)
    with pytest.raises(NewerLedger, match="update papers-digest"):
        database.open_to_read(tmp_path)
    assert before == (tmp_path / database.FILE).read_bytes()


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    """Somebody's notes stay somebody's notes."""
    (tmp_path / database.FILE).write_bytes(b"no database at all\n" * 100)
    with pytest.raises(LedgerError, match="not usable as a database"):
        database.open_to_write(tmp_path)
    with pytest.raises(LedgerError, match="not usable as a database"):
        database.open_to_read(tmp_path)
    assert b"no database at all\n" * 100 == (tmp_path / database.FILE).read_bytes()


def test_a_truncated_ledger_is_refused_untouched(tmp_path: Path) -> None:
    """Half of it would look like one that has forgotten what it published."""
    database.open_to_write(tmp_path).close()
    half = (tmp_path / database.FILE).read_bytes()[: 5 * 4096]
    (tmp_path / database.FILE).write_bytes(half)
    with pytest.raises(DamagedLedger, match=r"not usable as a database.*kept as it is"):
        database.open_to_write(tmp_path)
    assert half == (tmp_path / database.FILE).read_bytes()


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """The error names the file."""
    (tmp_path / database.FILE).mkdir()
    with pytest.raises(LedgerError, match=database.FILE):
        database.open_to_write(tmp_path)


def test_reading_makes_nothing(tmp_path: Path) -> None:
    """Before the first run there is no ledger, and looking does not make one."""
    assert database.open_to_read(tmp_path) is None
    assert [] == list(tmp_path.iterdir())


def test_reading_cannot_write(tmp_path: Path, opened: Ledger) -> None:
    """Commands that only look could not do harm if they tried."""
    assert asked(opened, "SELECT count(*) FROM paper") == 0
    reader = database.open_to_read(tmp_path)
    assert reader is not None
    with closing(reader), pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.connection.execute("DELETE FROM paper")


def take_in_and_fail(opened: Ledger) -> None:
    """A transaction in which something goes wrong at last."""
    with opened.transaction():
        take_in(opened, dump(sighting()))
        raise ValueError("wrong")


def fill(opened: Ledger) -> None:
    """A transaction for which the disk has no room."""
    opened.connection.execute(f"PRAGMA max_page_count = {asked(opened, 'PRAGMA page_count')}")
    pages = dump(*(sighting(f"Lanterns {n}", abstract="x" * 500) for n in range(200)))
    with opened.transaction():
        take_in(opened, pages)


def test_a_transaction_is_all_or_nothing(opened: Ledger) -> None:
    """What was written before something went wrong is gone, the ledger usable."""
    with pytest.raises(ValueError, match="wrong"):
        take_in_and_fail(opened)
    assert [] == living(opened)
    with opened.transaction():
        take_in(opened, dump(sighting()))
    assert 1 == len(living(opened))


def test_a_full_disk_is_told_as_such(opened: Ledger) -> None:
    """Not as the transaction that could not be undone because it was already."""
    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill(opened)
    assert not opened.connection.in_transaction
    assert [] == living(opened)


def test_what_the_disk_refuses_is_an_expected_error(tmp_path: Path) -> None:
    """A person reads the file's name, what happened and what to do."""
    with (
        pytest.raises(LedgerError, match=r"ledger.*full.*make room"),
        database.opened(tmp_path) as found,
    ):
        fill(found)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT nothing FROM nowhere", sqlite3.OperationalError),
        ("SELECT ?", sqlite3.ProgrammingError),
    ],
)
def test_a_fault_of_ours_is_none(
    tmp_path: Path, statement: str, error: type[sqlite3.Error]
) -> None:
    """A wrong statement surfaces as what it is."""
    with pytest.raises(error), database.opened(tmp_path) as found:
        found.connection.execute(statement)


def test_two_writers_never_both_decide(tmp_path: Path, opened: Ledger) -> None:
    """The second waits from the beginning of its transaction, not from its first write."""
    with closing(database.open_to_write(tmp_path)) as second:
        second.connection.execute("PRAGMA busy_timeout = 0")
        with opened.transaction():
            with (
                pytest.raises(sqlite3.OperationalError, match="locked"),
                second.transaction(),
            ):
                pytest.fail("both are in")
            take_in(opened, dump(sighting()))
        with second.transaction():
            assert 1 == len(living(second))


def test_a_reader_sees_a_transaction_once_it_is_complete(tmp_path: Path, opened: Ledger) -> None:
    """`digest status` during a run shows what was before it."""
    reader = database.open_to_read(tmp_path)
    assert reader is not None
    with closing(reader):
        with opened.transaction():
            take_in(opened, dump(sighting()))
            assert [] == living(reader)
        assert 1 == len(living(reader))


def test_a_copy_holds_everything(tmp_path: Path, opened: Ledger) -> None:
    """Also one of a ledger that is open."""
    with opened.transaction():
        take_in(opened, dump(sighting()))
    database.copy(tmp_path, tmp_path / "away")
    with closing(database.open_to_write(tmp_path / "away")) as away:
        assert living(opened) == living(away)
