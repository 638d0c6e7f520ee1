"""Decide which of the troubles that the operator was notified of are over."""

from __future__ import annotations

from collections.abc import Collection, Iterable

LASTING = (
    "failed",
    "stale",
    "publish",
)  # last until the folder recovers; the other kinds concern one file


def ended_troubles(notified: Iterable[str], current: Collection[str], dumps: int) -> list[str]:
    """Return the kinds of trouble that the operator was notified of and that are over now.

    ``current`` are the kinds that a finished run has found, ``dumps`` is the number of dumps it
    took in. A kind that concerns a file is over only once other dumps were taken in: until
    then, nothing shows that the source is in order again.
    """
    return [kind for kind in notified if kind not in current and (kind in LASTING or dumps > 0)]
