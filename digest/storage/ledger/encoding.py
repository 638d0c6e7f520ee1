"""Reading JSON back that the ledger itself has written: where that fails, the file is damaged."""

from __future__ import annotations

import sqlite3
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def decoded(body: bytes | str, kind: type[T]) -> T:
    """What was stored. Raises the error SQLite itself would, if it kept checksums of rows."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError) as error:
        raise corrupt(f"a stored text is not what was written: {error}") from error


def converted(fields: dict[str, Any], kind: type[T]) -> T:
    """The same for values that were stored one by one."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise corrupt(f"a stored value is not what was written: {error}") from error


def corrupt(said: str) -> sqlite3.DatabaseError:
    """``SQLITE_CORRUPT`` with these words."""
    error: Any = sqlite3.DatabaseError(said)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error  # type: ignore[no-any-return]
