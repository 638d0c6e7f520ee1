"""From any released form to the present one: backup first, then all steps or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from digest.errors import MigrationFailed
from digest.storage.ledger import backups, integrity, schema

Database = sqlite3.Connection


def migrate(database: Database, path: Path, steps: Sequence[str]) -> None:
    """Takes the steps that are missing and records that they were taken, in one transaction.

    References between tables are checked at the end and not before, as SQLite advises for
    changes of a table's form (https://www.sqlite.org/lang_altertable.html, section 7). Where
    there is something to lose, a backup is made first, named by the file's last change.
    Raises `MigrationFailed` with the database as it was.
    """
    taken = integrity.schema_version(database, path, len(steps))
    if taken == len(steps):
        return
    kept = backups.make(database, path.parent, _last_change(path)) if taken else None
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("BEGIN IMMEDIATE")
    try:
        _take(database, path, steps)
        database.execute("COMMIT")
    except BaseException as error:
        if database.in_transaction:
            database.execute("ROLLBACK")
        of_ours = (
            isinstance(error, sqlite3.Error) and integrity.as_ledger_error(path, error) is None
        )
        if of_ours and kept is not None:
            raise MigrationFailed(str(path), len(steps), str(error), str(kept)) from error
        raise
    finally:
        database.execute("PRAGMA foreign_keys = ON")


def _take(database: Database, path: Path, steps: Sequence[str]) -> None:
    taken = integrity.schema_version(
        database, path, len(steps)
    )  # another process may have been first
    for step in steps[taken:]:
        for statement in statements(step):
            database.execute(statement)
    if broken := database.execute("PRAGMA foreign_key_check").fetchone():
        raise sqlite3.IntegrityError(f"a row of {broken[0]} refers to a row that is not there")
    database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {len(steps)}")


def statements(step: str) -> Iterator[str]:
    """The statements of a step, triggers whole."""
    statement = ""
    for line in step.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _last_change(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
