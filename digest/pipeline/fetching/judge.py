"""Judge whether an answer is its source's own form: only then does it become a dump.

An error page, the login page of a network, or HTML in place of an API's JSON never does.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import date

from digest import parsers
from digest.errors import FetchError, Unreadable
from digest.model.settings import Settings
from digest.storage import inbox


def check(
    settings: Settings, name: str, body: bytes, day: date, formats: Collection[str] = ()
) -> int:
    """Return how many papers ``body`` has, read in one of these formats, or without them in any.

    There may be none. ``name`` is that of the file it would become, ``day`` that of the moment,
    which helps to date a page. Raises `FetchError` if it cannot be read so.
    """
    if len(body) > settings.limits.file_mb << 20:
        size = f"it has {len(body) / (1 << 20):,.0f} MiB"
        raise _something_else(settings.limits.passed("file_mb", size))
    try:
        dump = parsers.read_dump(
            name,
            io.BytesIO(body),
            day,
            spill_factory=inbox.unnamed_file,
            limits=settings.limits,
        )
    except Unreadable as error:
        raise _something_else(error.reason) from error
    # A packed file has the names of the formats of all its members.
    if formats and not set(dump.format_name.split(", ")) <= set(formats):
        raise _something_else(f"in the format {dump.format_name}")
    return len(dump.sightings)


def _something_else(reason: str) -> FetchError:
    return FetchError(f"answered with something else: {reason}")
