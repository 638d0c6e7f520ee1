"""The file `fetch.json` of the state folder: what is remembered of the sources."""

from __future__ import annotations

from pathlib import Path

import msgspec

from digest.model.fetching import FetchState

FILE = "fetch.json"


def load(state_folder: Path) -> FetchState:
    """Return what is remembered; nothing if the file is missing or damaged."""
    try:
        return msgspec.json.decode((state_folder / FILE).read_bytes(), type=FetchState)
    except (OSError, msgspec.DecodeError):
        return FetchState()
