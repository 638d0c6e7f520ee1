"""What is remembered of the commands of ``[[publish]]``: `state/publish.json`, and its lock.

Neither belongs to the ledger: losing them costs one more call of each command.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from digest.model.publishing import PublishState, TargetState
from digest.storage import lock, staging

FILE = "publish.json"
LOCK = "publish.lock"


@contextmanager
def hold(state: Path) -> Iterator[bool]:
    """Hold the lock of the commands during the block, which gets False if another process does.

    It is not the lock of the working folder, so a slow upload does not hold up a run.
    """
    file = staging.open_or_create(state / LOCK, os.O_RDWR)
    try:
        yield lock.try_lock(file)
    finally:
        os.close(file)


def load(state: Path) -> PublishState:
    """Return what is remembered; nothing if the file is missing or damaged."""
    try:
        with staging.open_regular(state / FILE) as file:
            return msgspec.json.decode(file.read(), type=PublishState)
    except (OSError, msgspec.DecodeError):
        return PublishState()


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
