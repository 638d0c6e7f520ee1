"""The state of the fetching, `state/fetch.json`, and the lock of those who ask sources.

The file is a cache. Without it sources are asked once more, and no paper is lost or repeated.
It holds no secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from digest.model.fetching import FetchState
from digest.storage import cache_file, lock, staging

FILE = "fetch.json"
LOCK = "fetch.lock"
_NEW = "fetch.json.new"  # under the lock there is only one writer, so one name is enough


def load(folder: Path) -> FetchState:
    """Return the state in a state folder; an empty one if the file is missing or unusable.

    It is unusable if it is damaged, or was written by a later version of the product.
    """
    empty = FetchState()
    state = cache_file.load(folder / FILE, FetchState)
    return state if state and state.version == empty.version else empty


def save(folder: Path, state: FetchState) -> None:
    """Write the state in place of the one before. The caller holds the lock. Raises `OSError`."""
    # Not in a staging folder: a run that takes the working folder's lock meanwhile would remove it.
    new = folder / _NEW
    new.unlink(missing_ok=True)
    with staging.create(new) as file:
        file.write(msgspec.json.encode(state))
    new.replace(folder / FILE)


@contextmanager
def hold(folder: Path, timeout: float) -> Iterator[None]:
    """Hold the lock of those who ask sources; make the state folder if it is missing.

    Another lock than the working folder's, so that no command waits for the network. Raises
    `Busy` if another process still holds it after ``timeout`` seconds; 0 tries once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with lock.hold_file(folder / LOCK, timeout):
        yield
