"""Open the ledger of a working folder, to write or only to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from digest.model.settings import Settings
from digest.pipeline.context import RunContext
from digest.pipeline.progress import ProgressCallback, no_progress
from digest.storage.ledger import Ledger, database


@contextmanager
def open_context(
    settings: Settings, moment: datetime, report_progress: ProgressCallback = no_progress
) -> Iterator[RunContext]:
    """Open the ledger to write, creating it if there is none, and close it after the block.

    Takes no lock: the caller holds the one of the working folder. Raises `LedgerError` if the
    ledger cannot be opened, and for failures of its file or disk inside the block.
    """
    with database.opened(settings.state_folder) as ledger:
        yield RunContext(settings, ledger, moment, report_progress)


def open_to_read(settings: Settings) -> AbstractContextManager[Ledger | None]:
    """Open the ledger read-only for a block; the block gets None before the first run.

    Raises `LedgerError` if it cannot be read, also if an earlier version wrote it: only
    operations that write to the ledger migrate it.
    """
    return database.opened_to_read(settings.state_folder)
