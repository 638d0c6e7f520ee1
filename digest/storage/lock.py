"""The lock of the working folder, which every command that writes to the state folder holds."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import Busy
from digest.model.settings import Settings
from digest.storage import staging
from digest.storage.ledger import locations

TIMEOUT = 60.0  # seconds that every command but `run --due` waits for another one
SENDER = "mail.lock"  # the file in the state folder that the process holds which sends mails


@contextmanager
def hold(settings: Settings, timeout: float) -> Iterator[None]:
    """Hold the working folder's lock during the block; make the state folder if it is missing.

    Removes what killed runs left half written. Raises `Busy` when another process still holds the
    lock after ``timeout`` seconds; 0 tries once. Two runs at once would not harm the ledger, but
    they would do the same work twice.
    """
    folder = settings.state_folder
    folder.mkdir(parents=True, exist_ok=True)  # the first run has no state folder yet
    with hold_file(folder / "lock", timeout):
        places = (folder, folder / locations.BACKUPS, Path(settings.root, "output"))
        staging.remove_leftovers(places, folder)
        yield


@contextmanager
def hold_file(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock of one file during the block, and make the file if it is missing.

    Raises `Busy` when another process still holds it after ``timeout`` seconds; 0 tries once.
    """
    deadline = time.monotonic() + timeout
    lock = staging.open_or_create(path, os.O_RDWR)
    try:
        # The system frees the lock when the process ends, however it ends.
        while not try_lock(lock):
            if time.monotonic() >= deadline:
                raise Busy(str(path), timeout)
            time.sleep(0.1)
        yield
    finally:
        os.close(lock)


def try_lock(lock: int) -> bool:
    """Lock an open file, or return False if another process holds its lock."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
