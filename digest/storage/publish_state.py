"""What is remembered of the commands of ``[[publish]]``: `state/publish.json`, and its lock.

Neither belongs to the ledger: losing them costs one more call of each command.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from digest.model.publishing import PublishState, TargetState
from digest.storage import cache_file, staging

FILE = "publish.json"
LOCK = "publish.lock"


@contextmanager
def hold(state: Path, longest: float, now: float) -> Iterator[int | None]:
    """Hold the lock of the commands during the block, which gets its descriptor.

    It gets None if another process holds the lock. A command that inherits the descriptor goes on
    to hold the lock if this process is killed, for ``longest`` seconds after its begin, which
    `mark_begin` notes: an upload that hangs must not keep all later ones back. ``now`` is the
    machine's clock, in seconds since 1970.

    It is not the lock of the working folder, so a slow upload does not hold up a run.
    """
    path = state / LOCK
    lock = staging.open_or_create(path, os.O_RDWR)
    is_ours = _try_lock(lock)
    if not is_ours and _is_overdue(lock, longest, now):
        _give_up(path, lock)
        os.close(lock)
        lock = staging.open_or_create(path, os.O_RDWR)
        is_ours = _try_lock(lock)
    try:
        yield lock if is_ours else None
    finally:
        if is_ours:
            os.utime(lock, (0, 0))
            # Frees it for all who inherited it: what a command left behind holds up nobody.
            fcntl.flock(lock, fcntl.LOCK_UN)
        os.close(lock)


def mark_begin(lock: int) -> None:
    """Note that a command begins now. Raises `OSError`."""
    os.utime(lock)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_overdue(lock: int, longest: float, now: float) -> bool:
    """Return whether a command began longer ago, or by a clock that has been set since."""
    begun = os.fstat(lock).st_mtime
    return begun > 0 and abs(now - begun) > longest


def _give_up(path: Path, lock: int) -> None:
    """Remove the file of a lock, unless another process has put a new one in its place."""
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(lock), os.lstat(path)):
            path.unlink()


def load(state: Path) -> PublishState:
    """Return what is remembered; nothing if the file is missing or damaged."""
    return cache_file.load(state / FILE, PublishState) or PublishState()


def remember(state: Path, name: str, target: TargetState) -> None:
    """Replace what is remembered of one command. The caller holds the lock. Raises `OSError`."""
    remembered = load(state)
    remembered.targets[name] = target
    _write(state, remembered)


def _write(state: Path, remembered: PublishState) -> None:
    # Not in a staging folder: a run, which holds another lock, removes those as leftovers.
    path = state / FILE
    new = path.with_suffix(".new")
    descriptor = staging.open_or_create(new, os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(remembered))
    new.replace(path)
