"""Keep the index of papers in published issues up to date, in the background.

The first search after a change of the ledger begins an update in a thread, and waits a moment for
it: usually it is done by then. Only one thread is at it, however many search.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from digest.errors import LedgerError
from digest.storage.ledger.full_text import issued_file, issued_update

# Seconds that a search waits for an update: briefly if it can answer from what was there before.
_PATIENCE, _PATIENCE_AT_FIRST = 0.02, 1.0

_lock = threading.Lock()
_updates: dict[Path, _IndexUpdate] = {}


class _IndexUpdate(threading.Thread):
    """One update of an index; ``failure`` is the reason why it did not succeed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="search index", daemon=True)
        self.folder = folder
        self.failure: Exception | None = None

    def run(self) -> None:
        """Update the index, and keep the error of a file or a disk."""
        try:
            issued_update.update(self.folder)
        except (LedgerError, OSError, sqlite3.Error) as error:
            self.failure = error


def refresh(folder: Path) -> Exception | None:
    """Begin to bring an index up to date if the ledger has changed, and wait a moment for it.

    Returns the reason why it could not be brought up to date; None if it was, or is being.
    """
    mark, is_complete = _written_mark(folder)
    if is_complete and mark == issued_file.ledger_mark(folder):
        return None
    with _lock:
        update = _updates.get(folder)
        if update is None or not update.is_alive():
            update = _updates[folder] = _IndexUpdate(folder)
            update.start()
    update.join(_PATIENCE if is_complete else _PATIENCE_AT_FIRST)
    return None if update.is_alive() else update.failure


def _written_mark(folder: Path) -> tuple[str | None, bool]:
    """Return the mark of the ledger that the index was made from, and whether it has all of it."""
    try:
        connection = issued_file.open_to_read(folder)
        if connection is None:
            return None, False
        with closing(connection):
            mark, is_complete = connection.execute("SELECT mark, is_complete FROM upto").fetchone()
    except sqlite3.Error:  # damaged, or being made: the update says which
        return None, False
    return mark, bool(is_complete)
