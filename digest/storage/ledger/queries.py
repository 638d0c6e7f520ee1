"""The base of the ledger's queries, statements that several of them need, and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class Queries:
    """Queries on one subject of the ledger; all share one connection and its transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany
        self._connection = connection


def insert(table: str, columns: str) -> str:
    """Return the statement that adds a row; values are bound in the order of the columns."""
    marks = ", ".join("?" for _ in columns.split(","))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"


def insert_new(table: str, columns: str) -> str:
    """Return the statement that adds a row, unless one with the same key is there already."""
    return f"{insert(table, columns)} ON CONFLICT DO NOTHING"


def upsert(table: str, key: str, columns: str) -> str:
    """Return the statement that adds a row, or updates the row that has the same key."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns.split(", "))
    both = insert(table, f"{key}, {columns}")
    return f"{both} ON CONFLICT ({key}) DO UPDATE SET {changes}"


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything written in the block, or nothing of it."""
    # IMMEDIATE takes the write lock at once: two runs must not both decide on the same rows.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
