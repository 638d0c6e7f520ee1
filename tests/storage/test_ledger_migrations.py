"""Migrations from every released schema: a backup first, then all of them or none."""

from __future__ import annotations

import gzip
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import LedgerError, MigrationFailed, NewerLedger
from digest.storage.ledger import database, migrations, schema
from tests.support import released_ledgers
from tests.support.builders import dump, ledger, living, sighting, take_in
from tests.support.folders import MINUTE, SHORE, Folder, page, titles

LATER = (
    *schema.MIGRATIONS,
    """
    ALTER TABLE paper ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
    CREATE TABLE later (paper INTEGER REFERENCES paper, note TEXT);
    CREATE TRIGGER later_noted AFTER INSERT ON later BEGIN
        UPDATE paper SET language = 'xx' WHERE id = new.paper;
        DELETE FROM later WHERE note IS NULL;
    END;
    INSERT INTO later SELECT id, title FROM paper;
    """,
)
FAILING = (
    *schema.MIGRATIONS,
    "CREATE TABLE later (a);\nUPDATE paper SET title = 'gone';\nNONSENSE;",
)
DANGLING = (*schema.MIGRATIONS, "INSERT INTO reject VALUES (4711, 1, 'of no dump')")
LONG = (
    *schema.MIGRATIONS,
    """
    UPDATE paper SET title = 'gone';
    CREATE TABLE later (a);
    INSERT INTO later WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count)
        SELECT randomblob(4000) FROM count;
    """,
)
DRIVER = """
import sys
from pathlib import Path
from digest.storage.ledger import database
from tests.storage import test_ledger_migrations as tested
database.open_to_write(Path(sys.argv[1]), migrations=tested.LONG)
"""
RELEASED = sorted(released_ledgers.STORED.glob("form-*.sqlite3.gz"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Give a state folder with a ledger of the present schema that holds a paper."""
    with closing(ledger(tmp_path)) as opened, opened.transaction():
        take_in(opened, dump(sighting()))
    return tmp_path


def backups(folder: Path) -> list[Path]:
    """Return the backups in a state folder."""
    return sorted((folder / "backups").glob("*"))


def contents(path: Path) -> list[str]:
    """Return everything a database holds, with its schema version."""
    with closing(sqlite3.connect(path)) as opened:
        version = opened.execute("PRAGMA user_version").fetchone()
        assert ("ok",) == opened.execute("PRAGMA integrity_check").fetchone()
        return [str(version), *opened.iterdump()]


def test_released_migrations_are_never_edited() -> None:
    """Ledgers of users have had them already: a change is a new migration at the end."""
    released = json.loads(released_ledgers.HASHES.read_text("utf-8"))
    assert released == released_ledgers.hashes()[: len(released)], (
        "a migration in digest/storage/ledger/schema/ differs from the one with which"
        " tests/storage/ledgers was made. If it was released, undo that and append a migration."
        " If it was not released yet (see CHANGELOG.md): python -m tests.support.released_ledgers"
    )


def test_every_schema_version_has_a_stored_ledger() -> None:
    """If one is missing, run python -m tests.support.released_ledgers."""
    versions = {int(name) for path in RELEASED for name in re.findall(r"form-(\d+)", path.name)}
    assert set(range(1, len(schema.MIGRATIONS) + 1)) == versions


@pytest.mark.parametrize("stored", RELEASED, ids=lambda path: path.name.partition(".")[0])
def test_a_folder_of_a_released_schema_goes_on(folder: Folder, stored: Path) -> None:
    """The first run migrates its ledger and issues only new papers."""
    state = folder.root / "state"
    state.mkdir(exist_ok=True)
    (state / "ledger.sqlite3").write_bytes(gzip.decompress(stored.read_bytes()))
    folder.sort_by(SHORE)
    folder.drop("papers-2026-11-18.txt", page("2026-11-18", range(2, 12)))
    report = folder.run("2026-11-18T08:00")
    assert (3, 7) == (report["accounting"]["new"], report["accounting"]["known"])
    withdrawn = [1, 0, 0]
    assert [6, 3, 3] == [
        len(found) + gone for found, gone in zip(folder.titles(), withdrawn, strict=True)
    ]
    assert titles(range(9, 12)) == folder.titles()[-1]
    assert len(schema.MIGRATIONS) == _schema_version(state)


def _schema_version(state: Path) -> int:
    with closing(sqlite3.connect(state / "ledger.sqlite3")) as opened:
        (version,) = opened.execute("PRAGMA user_version").fetchone()
        return int(version)


def test_a_ledger_is_migrated_after_a_backup(old: Path) -> None:
    """Tables, rows and triggers change; the backup is as before; reading alone does not migrate."""
    before = contents(old / database.FILE)
    with pytest.raises(LedgerError, match="digest run updates it"):
        database.open_to_read(old, migrations=LATER)
    with closing(database.open_to_write(old, migrations=LATER)) as new:
        assert [("xx",)] == new.connection.execute("SELECT language FROM paper").fetchall()
        assert 1 == len(living(new))
        assert (1,) == new.connection.execute("PRAGMA foreign_keys").fetchone()
    (backup,) = backups(old)
    assert before == contents(backup)
    database.open_to_write(old, migrations=LATER).close()
    assert [backup] == backups(old)


def test_a_new_ledger_is_not_backed_up(tmp_path: Path) -> None:
    """It is empty before its first migration."""
    database.open_to_write(tmp_path, migrations=LATER).close()
    assert len(LATER) == _later_schema_version(tmp_path)
    assert [] == backups(tmp_path)


def _later_schema_version(folder: Path) -> int:
    with closing(database.open_to_write(folder, migrations=LATER)) as opened:
        (version,) = opened.connection.execute("PRAGMA user_version").fetchone()
        return int(version)


@pytest.mark.parametrize("failing", [FAILING, DANGLING], ids=["error", "reference"])
def test_a_migration_that_fails_changes_nothing(old: Path, failing: tuple[str, ...]) -> None:
    """The error names the backup, and the version that wrote the ledger can still use it."""
    before = contents(old / database.FILE)
    with pytest.raises(MigrationFailed, match=r"cannot be converted to schema .*backups/ledger-"):
        database.open_to_write(old, migrations=failing)
    assert before == contents(old / database.FILE)
    assert [before] == [contents(path) for path in backups(old)]
    with closing(database.open_to_write(old)) as opened:
        assert 1 == len(living(opened))


def test_a_migration_that_is_killed_changes_nothing(old: Path) -> None:
    """SIGKILL comes when half of it is in the file itself; SQLite then undoes it."""
    path = old / database.FILE
    before, size = contents(path), path.stat().st_size
    with subprocess.Popen([sys.executable, "-c", DRIVER, str(old)]) as process:
        deadline = time.monotonic() + MINUTE
        while path.stat().st_size < size + (1 << 20) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    assert -signal.SIGKILL == process.returncode
    assert path.stat().st_size > size
    (backup,) = backups(old)
    assert before == contents(backup)
    assert before == contents(path)
    with closing(database.open_to_write(old, migrations=LATER)) as new:
        assert [("xx",)] == new.connection.execute("SELECT language FROM paper").fetchall()


def test_without_a_backup_nothing_is_migrated(old: Path) -> None:
    """The ledger would be the only copy."""
    before = contents(old / database.FILE)
    (old / "backups").write_text("no folder")
    with pytest.raises(OSError, match="backups"):
        database.open_to_write(old, migrations=LATER)
    assert before == contents(old / database.FILE)


def test_an_older_version_raises_newer_ledger(old: Path) -> None:
    """It leaves every byte as it is."""
    database.open_to_write(old, migrations=LATER).close()
    before = (old / database.FILE).read_bytes()
    message = f"schema {len(LATER)}, this version knows {len(schema.MIGRATIONS)}"
    for opening in (database.open_to_write, database.open_to_read):
        with pytest.raises(NewerLedger, match=message):
            opening(old)
    assert before == (old / database.FILE).read_bytes()


def test_statements_are_separated_as_sqlite_does() -> None:
    """A trigger is one statement. A semicolon inside a text ends none."""
    migration = "CREATE TABLE a (b);\nINSERT INTO a VALUES (';\n');\nDELETE FROM a"
    assert 3 == len(list(migrations.statements(migration)))
    assert 4 == len(list(migrations.statements(LATER[-1])))
