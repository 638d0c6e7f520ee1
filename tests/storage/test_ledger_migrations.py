"""From every released form to the present one: backup first, and all of it or nothing."""

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
FORMS = sorted(released_ledgers.STORED.glob("form-*.sqlite3.gz"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A state folder with a ledger of the present form that holds a paper."""
    with closing(ledger(tmp_path)) as opened, opened.transaction():
        take_in(opened, dump(sighting()))
    return tmp_path


def backups(folder: Path) -> list[Path]:
    """The backups in a state folder."""
    return sorted((folder / "backups").glob("*"))


def held(path: Path) -> list[str]:
    """Everything a database holds, its form included."""
    with closing(sqlite3.connect(path)) as opened:
        form = opened.execute("PRAGMA user_version").fetchone()
        assert ("ok",) == opened.execute("PRAGMA integrity_check").fetchone()
        return [str(form), *opened.iterdump()]


def test_released_steps_are_never_edited() -> None:
    """Somebody's ledger has taken them already: a change is a new step at the end."""
    released = json.loads(released_ledgers.STEPS.read_text("utf-8"))
    assert released == released_ledgers.hashes()[: len(released)], (
        "a step of digest/storage/ledger/schema.py differs from the one tests/storage/ledgers was"
        " made with. If it was released, undo that and append a step. If nothing of it was"
        " released yet (see CHANGELOG.md): python -m tests.support.released_ledgers"
    )


def test_every_form_is_stored() -> None:
    """Without it the way from that form is not tested: python -m tests.support.released_ledgers."""
    forms = {int(name) for path in FORMS for name in re.findall(r"form-(\d+)", path.name)}
    assert set(range(1, len(schema.MIGRATIONS) + 1)) == forms


@pytest.mark.parametrize("stored", FORMS, ids=lambda path: path.name.partition(".")[0])
def test_a_folder_of_a_released_form_goes_on(folder: Folder, stored: Path) -> None:
    """The first run brings it to the present form and issues only what is new."""
    state = folder.root / "state"
    state.mkdir()
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
    assert len(schema.MIGRATIONS) == _form(state)


def _form(state: Path) -> int:
    with closing(sqlite3.connect(state / "ledger.sqlite3")) as opened:
        (form,) = opened.execute("PRAGMA user_version").fetchone()
        return int(form)


def test_a_step_is_taken_after_a_backup(old: Path) -> None:
    """Tables, rows and triggers; the backup is the ledger as it was; looking waits for a run."""
    before = held(old / database.FILE)
    with pytest.raises(LedgerError, match="digest run updates it"):
        database.open_to_read(old, migrations=LATER)
    with closing(database.open_to_write(old, migrations=LATER)) as new:
        assert [("xx",)] == new.connection.execute("SELECT language FROM paper").fetchall()
        assert 1 == len(living(new))
        assert (1,) == new.connection.execute("PRAGMA foreign_keys").fetchone()
    (backup,) = backups(old)
    assert before == held(backup)
    database.open_to_write(old, migrations=LATER).close()
    assert [backup] == backups(old)


def test_a_new_ledger_needs_no_backup(tmp_path: Path) -> None:
    """There is nothing to lose yet."""
    database.open_to_write(tmp_path, migrations=LATER).close()
    assert len(LATER) == _form_of(tmp_path)
    assert [] == backups(tmp_path)


def _form_of(folder: Path) -> int:
    with closing(database.open_to_write(folder, migrations=LATER)) as opened:
        (form,) = opened.connection.execute("PRAGMA user_version").fetchone()
        return int(form)


@pytest.mark.parametrize("failing", [FAILING, DANGLING], ids=["error", "reference"])
def test_a_step_that_fails_leaves_everything(old: Path, failing: tuple[str, ...]) -> None:
    """The error names form and backup; the version that wrote the ledger goes on with it."""
    before = held(old / database.FILE)
    with pytest.raises(MigrationFailed, match=r"cannot be brought to form 2.*backups/ledger-"):
        database.open_to_write(old, migrations=failing)
    assert before == held(old / database.FILE)
    assert [before] == [held(path) for path in backups(old)]
    with closing(database.open_to_write(old)) as opened:
        assert 1 == len(living(opened))


def test_a_step_that_is_killed_leaves_everything(old: Path) -> None:
    """SIGKILL once half of it stands in the file itself: what follows finds the old form."""
    path = old / database.FILE
    before, size = held(path), path.stat().st_size
    with subprocess.Popen([sys.executable, "-c", DRIVER, str(old)]) as process:
        deadline = time.monotonic() + MINUTE
        while path.stat().st_size < size + (1 << 20) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    assert -signal.SIGKILL == process.returncode
    assert path.stat().st_size > size
    (backup,) = backups(old)
    assert before == held(backup)
    assert before == held(path)
    with closing(database.open_to_write(old, migrations=LATER)) as new:
        assert [("xx",)] == new.connection.execute("SELECT language FROM paper").fetchall()


def test_without_room_for_a_backup_no_step_is_taken(old: Path) -> None:
    """Nothing stands between a migration and the only copy otherwise."""
    before = held(old / database.FILE)
    (old / "backups").write_text("no folder")
    with pytest.raises(OSError, match="backups"):
        database.open_to_write(old, migrations=LATER)
    assert before == held(old / database.FILE)


def test_an_older_version_refuses_a_newer_ledger(old: Path) -> None:
    """And leaves every byte of it as it is."""
    database.open_to_write(old, migrations=LATER).close()
    before = (old / database.FILE).read_bytes()
    for opening in (database.open_to_write, database.open_to_read):
        with pytest.raises(NewerLedger, match="schema 2, this version knows 1"):
            opening(old)
    assert before == (old / database.FILE).read_bytes()


def test_statements_are_told_apart_as_sqlite_does() -> None:
    """A trigger is one, and so is a text with a semicolon at the end of its line."""
    step = "CREATE TABLE a (b);\nINSERT INTO a VALUES (';\n');\nDELETE FROM a"
    assert 3 == len(list(migrations.statements(step)))
    assert 4 == len(list(migrations.statements(LATER[-1])))
