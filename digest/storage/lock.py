"""The working folder's lock: whoever writes to its state holds it, one after the other."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from digest.errors import Busy
from digest.model.settings import Settings

PATIENCE = 60.0  # seconds a plain run waits for another one


@contextmanager
def held(settings: Settings, patience: float) -> Iterator[None]:
    """Holds the working folder: two runs at once would do no harm, but twice the work.

    Raises `Busy` where another process still holds it after ``patience`` seconds.
    """
    folder = Path(settings.root, settings.state.path)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    deadline = time.monotonic() + patience
    with path.open("ab") as lock:
        while not _taken(lock):
            if time.monotonic() >= deadline:
                raise Busy(str(path), patience)
            time.sleep(0.1)
        yield


def _taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
