"""The lock of the working folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import Busy
from digest.model.settings import Settings
from digest.storage import lock


def test_the_lock_is_held_once(tmp_path: Path) -> None:
    """A second holder gives up after its timeout, and gets the lock once it is free."""
    settings = Settings(root=str(tmp_path))
    with lock.hold(settings, 0), pytest.raises(Busy), lock.hold(settings, 0.01):
        pass
    with lock.hold(settings, 0):
        assert (tmp_path / "state" / "lock").exists()
