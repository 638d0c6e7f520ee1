"""Opening the ledger: its application id, its schema version, its transactions."""

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
    """Give a new ledger."""
    with closing(database.open_to_write(tmp_path)) as ledger:
        yield ledger


def value_of(opened: Ledger, sql: str) -> object:
    """Return the one value that a statement gives."""
    (value,) = opened.connection.execute(sql).fetchone()
    return value


def foreign(folder: Path, *statements: str) -> bytes:
    """Make a database in the ledger's place, close it, and return its bytes."""
    with closing(sqlite3.connect(folder / database.FILE)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return (folder / database.FILE).read_bytes()


def test_a_new_ledger_has_our_application_id_and_the_present_schema_version(
    opened: Ledger,
) -> None:
    """The id distinguishes it from databases of other programs."""
    assert schema.APPLICATION_ID == value_of(opened, "PRAGMA application_id")
    assert len(schema.MIGRATIONS) == value_of(opened, "PRAGMA user_version")


def test_a_commit_survives_a_power_cut(opened: Ledger) -> None:
    """SQLite's settings are those of a durable database, and references are enforced."""
    assert value_of(opened, "PRAGMA journal_mode") == "delete"
    assert value_of(opened, "PRAGMA synchronous") == 2
    assert value_of(opened, "PRAGMA foreign_keys") == 1


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE other (a)",),
        ("PRAGMA application_id = 7",),
        ("PRAGMA journal_mode = WAL", "CREATE TABLE other (a)"),
    ],
    ids=["unmarked", "marked", "WAL"],
)
def test_a_foreign_database_raises_not_a_ledger_and_stays_untouched(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    """Opening it to write or to read changes no byte of it."""
    before = foreign(tmp_path, *statements)
    with pytest.raises(NotALedger, match="another program"):
        database.open_to_write(tmp_path)
    with pytest.raises(NotALedger, match="another program"):
        database.open_to_read(tmp_path)
    assert before == (tmp_path / database.FILE).read_bytes()


def test_a_newer_schema_raises_newer_ledger_and_stays_untouched(tmp_path: Path) -> None:
    """An older version of the product never writes to it."""
    version = f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}"
    before = foreign(tmp_path, f"PRAGMA application_id = {schema.APPLICATION_ID}", version)
    with pytest.raises(NewerLedger, match="update papers-digest"):
        database.open_to_write(tmp_path)
    with pytest.raises(NewerLedger, match="update papers-digest"):
        database.open_to_read(tmp_path)
    assert before == (tmp_path / database.FILE).read_bytes()


def test_a_file_that_is_no_database_raises_an_error_and_stays_untouched(tmp_path: Path) -> None:
    """It may be somebody's own file."""
    (tmp_path / database.FILE).write_bytes(b"no database at all\n" * 100)
    with pytest.raises(LedgerError, match="not usable as a database"):
        database.open_to_write(tmp_path)
    with pytest.raises(LedgerError, match="not usable as a database"):
        database.open_to_read(tmp_path)
    assert b"no database at all\n" * 100 == (tmp_path / database.FILE).read_bytes()


def test_a_form_of_schema_that_does_not_exist_is_damage(tmp_path: Path) -> None:
    """SQLite has no error code of its own for it."""
    database.open_to_write(tmp_path).close()
    path = tmp_path / database.FILE
    good = path.read_bytes()
    path.write_bytes(good[:47] + b"\xff" + good[48:])  # the schema format number
    with (
        pytest.raises(DamagedLedger, match="unsupported file format"),
        database.opened_to_read(tmp_path),
    ):
        pass


def test_a_truncated_ledger_raises_damaged_ledger_and_stays_untouched(tmp_path: Path) -> None:
    """It would publish papers again whose rows are missing."""
    database.open_to_write(tmp_path).close()
    half = (tmp_path / database.FILE).read_bytes()[: 5 * 4096]
    (tmp_path / database.FILE).write_bytes(half)
    with pytest.raises(DamagedLedger, match=r"not usable as a database.*kept as it is"):
        database.open_to_write(tmp_path)
    assert half == (tmp_path / database.FILE).read_bytes()


def test_a_folder_in_its_place_raises_an_error(tmp_path: Path) -> None:
    """The error names the path."""
    (tmp_path / database.FILE).mkdir()
    with pytest.raises(LedgerError, match=database.FILE):
        database.open_to_write(tmp_path)


def test_opening_to_read_creates_no_file(tmp_path: Path) -> None:
    """Before the first run there is no ledger, and reading does not create it."""
    assert database.open_to_read(tmp_path) is None
    assert [] == list(tmp_path.iterdir())


def test_a_ledger_opened_to_read_cannot_be_written(tmp_path: Path, opened: Ledger) -> None:
    """Commands like `digest status` cannot change it."""
    assert value_of(opened, "SELECT count(*) FROM paper") == 0
    reader = database.open_to_read(tmp_path)
    assert reader is not None
    with closing(reader), pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.connection.execute("DELETE FROM paper")


def take_in_and_fail(opened: Ledger) -> None:
    """Take in a dump, then fail inside the same transaction."""
    with opened.transaction():
        take_in(opened, dump(sighting()))
        raise ValueError("wrong")


def fill(opened: Ledger) -> None:
    """Take in more than a full disk has room for."""
    opened.connection.execute(f"PRAGMA max_page_count = {value_of(opened, 'PRAGMA page_count')}")
    pages = dump(*(sighting(f"Lanterns {n}", abstract="x" * 500) for n in range(200)))
    with opened.transaction():
        take_in(opened, pages)


def test_a_failed_transaction_leaves_nothing(opened: Ledger) -> None:
    """Its writes are undone, and the ledger can still be used."""
    with pytest.raises(ValueError, match="wrong"):
        take_in_and_fail(opened)
    assert [] == living(opened)
    with opened.transaction():
        take_in(opened, dump(sighting()))
    assert 1 == len(living(opened))


def test_a_full_disk_raises_the_error_of_the_disk(opened: Ledger) -> None:
    """SQLite has rolled back already, and a second rollback would hide that error."""
    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill(opened)
    assert not opened.connection.in_transaction
    assert [] == living(opened)


def test_a_full_disk_is_a_ledger_error(tmp_path: Path) -> None:
    """It names the file, what happened and what to do."""
    with (
        pytest.raises(LedgerError, match=r"ledger.*full.*make room"),
        database.opened(tmp_path) as ledger,
    ):
        fill(ledger)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT nothing FROM nowhere", sqlite3.OperationalError),
        ("SELECT ?", sqlite3.ProgrammingError),
    ],
)
def test_a_wrong_statement_is_not_a_ledger_error(
    tmp_path: Path, statement: str, error: type[sqlite3.Error]
) -> None:
    """SQLite's own error is raised, because it is a bug of ours."""
    with pytest.raises(error), database.opened(tmp_path) as ledger:
        ledger.connection.execute(statement)


def test_a_second_transaction_waits_for_the_first(tmp_path: Path, opened: Ledger) -> None:
    """It waits at its beginning, not at its first write, so it reads what the first wrote."""
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
    """`digest status` during a run shows the state before the run."""
    reader = database.open_to_read(tmp_path)
    assert reader is not None
    with closing(reader):
        with opened.transaction():
            take_in(opened, dump(sighting()))
            assert [] == living(reader)
        assert 1 == len(living(reader))


def test_a_copy_holds_everything(tmp_path: Path, opened: Ledger) -> None:
    """This holds for a ledger that is open meanwhile, too."""
    with opened.transaction():
        take_in(opened, dump(sighting()))
    database.copy(tmp_path, tmp_path / "away")
    with closing(database.open_to_write(tmp_path / "away")) as away:
        assert living(opened) == living(away)
