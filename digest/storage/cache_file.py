"""Read the JSON of files that may be lost: whatever stands in one, it stops no run."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from digest.storage import staging

T = TypeVar("T")
_MOST_BYTES = 64 << 20  # far more than any of them gets


def load(path: Path, form: type[T]) -> T | None:
    """Return the content of a file of JSON; None if it is missing, too large or unusable."""
    try:
        with staging.open_regular(path) as file:
            body = file.read(_MOST_BYTES + 1)
        return msgspec.json.decode(body, type=form) if len(body) <= _MOST_BYTES else None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
