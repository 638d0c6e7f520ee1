"""Delete fetched files that were taken in and are older than the configuration keeps them."""

from __future__ import annotations

from datetime import timedelta

from digest.pipeline.fetching.plan import when
from digest.pipeline.fetching.shared import Asking
from digest.storage import inbox_files


def delete(asking: Asking) -> None:
    """Delete them from the inbox and from `done/`, and forget them.

    A file whose bytes are not those that were fetched is somebody else's now, and stays. With
    ``keep_days = 0`` all stay.
    """
    keep_days = asking.settings.fetch.keep_days
    oldest = asking.moment - timedelta(days=keep_days)
    for name, file in list(asking.state.files.items()):
        content, fetched = bytes.fromhex(file.content), when(file.moment)
        is_old = fetched is None or fetched < oldest
        if (is_old or not keep_days) and asking.holdings.is_taken_in(content):
            if keep_days:
                inbox_files.delete(asking.holdings.inbox, name, content)
            del asking.state.files[name]
