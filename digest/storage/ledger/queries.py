"""The base of the ledger's queries: a connection, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class Queries:
    """Queries on one subject of the ledger; they share its connection and its transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._executemany = connection.executemany
        self._connection = connection


def insert(table: str, columns: str) -> str:
    """Return the statement that adds a row; values are bound in the order of the columns."""
    marks = ", ".join("?" for _ in columns.split(","))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"


def insert_new(table: str, columns: str) -> str:
    """Return the statement that adds a row unless one with the same key is there."""
    return f"{insert(table, columns)} ON CONFLICT DO NOTHING"


def upsert(table: str, key: str, columns: str) -> str:
    """Return the statement that adds a row, or gives the one with this key other values."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns.split(", "))
    both = insert(table, f"{key}, {columns}")
    return f"{both} ON CONFLICT ({key}) DO UPDATE SET {changes}"


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything written in the block, or nothing of it.

    The write lock is taken at once, so that two writers never both decide.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
