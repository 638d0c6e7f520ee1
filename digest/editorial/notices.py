"""Decide when a source's failures are an outage, and which troubles that were told are over.

A trouble is recorded by its kind. That of a source is recorded with the name of the source, so
that each source has a notice of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

# They last until the folder recovers; most kinds concern one file.
LASTING = ("failed", "stale", "publish", "mail")
SOURCE = "source"
_LOOKS, _OUTAGE = 3, timedelta(days=1)  # a site that is down for a night is no news


def is_outage(failures: int, failing_since: str | None, moment: datetime) -> bool:
    """Return True for a source that failed at three looks in a row or more, and for a day."""
    if failing_since is None or failures < _LOOKS:
        return False
    return moment - datetime.fromisoformat(failing_since) >= _OUTAGE


def record_key(kind: str, source: str = "") -> str:
    """Return what a notice is recorded by: its kind, and the name of the source if it has one."""
    return f"{kind} {source}" if source else kind


def kind_of(key: str) -> str:
    """Return the kind in a key of `record_key`."""
    return key.partition(" ")[0]


def source_of(key: str) -> str:
    """Return the name of the source in a key of `record_key`, or an empty text."""
    return key.partition(" ")[2]


def ended_troubles(
    notified: Iterable[str],
    current: Collection[str],
    dumps: int,
    answering: Collection[str] = (),
) -> list[str]:
    """Return the keys of the troubles that the operator was notified of and that are over now.

    ``current`` are the keys that a finished run has found, ``dumps`` is the number of dumps it
    took in. A kind that concerns a file is over only once other dumps were taken in: until
    then, nothing shows that the source is in order again. The outage of a source is over when
    the source is among those that are ``answering``.
    """
    return [key for key in notified if key not in current and _is_over(key, dumps, answering)]


def _is_over(key: str, dumps: int, answering: Collection[str]) -> bool:
    if source := source_of(key):
        return source in answering
    return key in LASTING or dumps > 0
