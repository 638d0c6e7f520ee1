"""The day of a file that is read without a working folder."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from digest.storage import inbox


def file_day(path: Path) -> date | None:
    """Return the day a file was last written, in UTC; None in the future or before arXiv.

    Raises `OSError` if there is no such file.
    """
    written = inbox.plausible_time(path.stat().st_mtime, time.time())
    return written and written.date()
