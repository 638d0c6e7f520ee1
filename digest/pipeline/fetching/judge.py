"""Judge whether an answer is its source's own form: only then does it become a dump.

An error page, the login page of a network, or HTML in place of an API's JSON never does.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from datetime import date

from digest import parsers
from digest.errors import FetchError, Unreadable
from digest.model.settings import Settings
from digest.storage import inbox

_HEAD = 4096  # bytes in which an answer begins, and in which it ends
_BEFORE = b"\xef\xbb\xbf \t\r\n"  # a byte order mark, and blanks
_CLOSING = {b"[": b"]", b"{": b"}"}
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)[\s>]")  # no declaration, comment or <root/>


def check(
    settings: Settings, name: str, body: bytes, day: date, formats: Collection[str] = ()
) -> int:
    """Return how many papers ``body`` has, read in one of these formats, or without them in any.

    There may be none. ``name`` is that of the file it would become, ``day`` that of the moment,
    which helps to date a page. Raises `FetchError` if it cannot be read so, and if an API's answer
    or a feed breaks off.
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
    if formats and (dump.is_cut or not _is_whole(body)):
        # A server may give a cut answer with its proper length, and so no client notices. The
        # rest would be missed until the answer changes.
        raise FetchError("its answer breaks off before its end", again=True)
    return len(dump.sightings)


def _is_whole(body: bytes) -> bool:
    """Return False if JSON or XML ends before what its beginning opens.

    A format reads what it can of such a file, which is right for one that somebody dropped.
    """
    start, end = body[:_HEAD].lstrip(_BEFORE), body[-_HEAD:].rstrip()
    if start[:1] in _CLOSING:
        return end.endswith(_CLOSING[start[:1]])
    root = _ROOT.search(start) if start.startswith(b"<") else None
    return root is None or re.search(rb"</%b\s*>" % re.escape(root[1]), body) is not None


def _something_else(reason: str) -> FetchError:
    return FetchError(f"answered with something else: {reason}")
