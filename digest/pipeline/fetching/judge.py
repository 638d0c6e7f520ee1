"""Judge whether an answer is its source's own form: only then does it become a dump.

An error page, the login page of a network, or HTML in place of an API's JSON never does.
"""

from __future__ import annotations

import io
from datetime import date

from digest import parsers
from digest.errors import FetchError, Unreadable
from digest.model.fetching import Look
from digest.model.settings import Settings
from digest.storage import inbox


def check(settings: Settings, look: Look, body: bytes, day: date) -> None:
    """Raise `FetchError` unless ``body`` can be read in one of the formats of the look.

    A listing of no papers can be. ``day`` is that of the moment, which helps to date a page.
    """
    if len(body) > settings.limits.file_mb << 20:
        size = f"it has {len(body) / (1 << 20):,.0f} MiB"
        raise _something_else(settings.limits.passed("file_mb", size))
    try:
        dump = parsers.read_dump(
            f"{look.name}{look.suffix}",
            io.BytesIO(body),
            day,
            spill_factory=inbox.unnamed_file,
            limits=settings.limits,
        )
    except Unreadable as error:
        raise _something_else(error.reason) from error
    # A packed file has the names of the formats of all its members.
    formats = set(dump.format_name.split(", "))
    if look.formats and not formats <= set(look.formats):
        raise _something_else(f"in the format {dump.format_name}")


def _something_else(reason: str) -> FetchError:
    return FetchError(f"answered with something else: {reason}")
