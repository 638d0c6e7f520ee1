"""Select the entries of a live feed document, and shorten them if needed.

The document has all entries of the 14 days up to the newest issue's date. Older ones follow
while it stays under 512 KiB. If the 14 days alone exceed that, their oldest entries lose their
full content. The result depends on the issues alone, not on the day of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from digest.model.issues import Issue
from digest.render.feeds.document import EntryFragment
from digest.render.feeds.entry import FeedEntry

LIMIT = 512 * 1024  # bytes; every document is shorter
DAYS = 14

Row = tuple[FeedEntry, tuple[EntryFragment, ...]]  # an entry, and its bytes in each format


def fill(
    issues: Iterable[Issue],
    entries: Callable[[Issue], list[FeedEntry]],
    writers: Sequence[Callable[[FeedEntry], EntryFragment]],
    frames: Sequence[int],
    notice: FeedEntry | None = None,
) -> tuple[list[Row], list[int]]:
    """Return the rows of the window, and the size in bytes of the document of each writer.

    ``issues`` come newest first by date, and no more are read than needed. ``frames`` are the
    sizes of the documents without entries. A ``notice`` is always in. All formats hold the
    same entries: the first older one that is too much for any document ends the window.
    """
    rows: list[Row] = []
    sizes = list(frames)
    if notice:
        rows.append((notice, tuple(write(notice) for write in writers)))
        sizes = _grown(sizes, rows[0][1])
    first_day = ""
    for issue in issues:
        first_day = first_day or _first_day(issue.date)
        for entry in entries(issue):
            fragments = tuple([write(entry) for write in writers])
            grown = _grown(sizes, fragments)
            # The largest document decides for all, so that all hold the same entries.
            if issue.date < first_day and max(grown) >= LIMIT:
                return rows, sizes
            rows.append((entry, fragments))
            sizes = grown
    return rows, sizes


def fit_bodies(rows: Sequence[Row], sizes: Sequence[int]) -> list[list[bytes]]:
    """Return for each writer the bytes of each row, shortened until its document is small enough.

    ``rows`` are ordered newest first; the oldest are shortened first, in all formats alike.
    Drops no row, so a window of very many papers may exceed the limit with all shortened.
    """
    remaining = list(sizes)
    full_rows = len(rows)
    while full_rows and max(remaining) >= LIMIT:
        full_rows -= 1
        for index, fragment in enumerate(rows[full_rows][1]):
            remaining[index] -= len(fragment.full) - len(fragment.brief)
    return [
        [
            fragments[index].head
            + (fragments[index].full if place < full_rows else fragments[index].brief)
            for place, (_, fragments) in enumerate(rows)
        ]
        for index in range(len(sizes))
    ]


def _grown(sizes: Sequence[int], fragments: Sequence[EntryFragment]) -> list[int]:
    return [
        size + len(fragment.head) + len(fragment.full)
        for size, fragment in zip(sizes, fragments, strict=True)
    ]


def _first_day(newest: str) -> str:
    # The first and the last day both count.
    return (date.fromisoformat(newest) - timedelta(days=DAYS - 1)).isoformat()
