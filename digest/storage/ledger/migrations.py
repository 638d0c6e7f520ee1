"""Migrate a ledger of any released schema to the present one.

A backup is made first. Then all missing migrations are applied in one transaction, or none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from digest.errors import MigrationFailed
from digest.storage.ledger import Ledger, backups, integrity, schema


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    """Apply the missing migrations and record the new schema version in one transaction.

    A ledger that is not new is backed up first, under the time of its last change. Raises
    `MigrationFailed` if a statement fails, and other errors, such as those of the disk, as they
    are; the database is as it was then.
    """
    version = integrity.schema_version(connection, path, len(migrations))
    if version == len(migrations):
        return
    backup = backups.make(Ledger(connection), path.parent, _last_change(path)) if version else None
    # Checked at the end instead, as SQLite advises for changes of a table:
    # https://www.sqlite.org/lang_altertable.html, section 7.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _apply(connection, path, migrations)
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        is_ours = (
            isinstance(error, sqlite3.Error) and integrity.as_ledger_error(path, error) is None
        )
        if is_ours and backup is not None:
            raise MigrationFailed(str(path), len(migrations), str(error), str(backup)) from error
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _apply(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    # Asked again inside the transaction: another process may have migrated it meanwhile.
    version = integrity.schema_version(connection, path, len(migrations))
    for migration in migrations[version:]:
        for statement in statements(migration):
            connection.execute(statement)
    if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise sqlite3.IntegrityError(f"a row of {broken[0]} refers to a row that does not exist")
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def statements(migration: str) -> Iterator[str]:
    """Yield the statements of a migration one by one; a trigger is one, with all its lines."""
    # `executescript` would commit the open transaction, so statements are run one by one.
    statement = ""
    for line in migration.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _last_change(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
