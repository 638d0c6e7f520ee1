"""Decode values of the ledger's rows; one that does not fit means that the file is damaged."""

from __future__ import annotations

import sqlite3
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def decode(body: bytes | str, kind: type[T]) -> T:
    """Decode stored JSON. Raises `corruption` when it does not fit ``kind``."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError) as error:
        raise corruption(f"a stored text was altered: {error}") from error


def convert(fields: dict[str, Any], kind: type[T]) -> T:
    """Make a record from the values of columns. Raises `corruption` when they do not fit."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise corruption(f"a stored value was altered: {error}") from error


def corruption(message: str) -> sqlite3.DatabaseError:
    """Return the error that SQLite raises for a corrupt file, with this message.

    SQLite keeps no checksums of rows, so it does not notice such damage itself.
    """
    error: Any = sqlite3.DatabaseError(message)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error  # type: ignore[no-any-return]
