"""Which entries a live document holds, and how much of each.

A function of the issues alone (design: all items of the 14 days up to the newest issue's
date, then older ones while the document stays under 512 KiB; where the former alone exceed
it, the oldest lose their full content). Every entry is written once: its bytes are counted
as they are made, and shortened by choosing the brief end of the same piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from digest.model.issues import Issue
from digest.render.feeds.document import EntryFragment
from digest.render.feeds.entry import FeedEntry

LIMIT = 512 * 1024  # bytes a document stays under
DAYS = 14

Row = tuple[FeedEntry, tuple[EntryFragment, ...]]


def fill(
    issues: Iterable[Issue],
    entries: Callable[[Issue], list[FeedEntry]],
    writers: Sequence[Callable[[FeedEntry], EntryFragment]],
    frames: Sequence[int],
    notice: FeedEntry | None = None,
) -> tuple[list[Row], list[int]]:
    """The rows of the window and the size in bytes of each writer's document.

    ``issues`` come newest first, by date; the first older entry that would bring any one of
    the documents to the limit ends the reading, so all formats hold the same entries.
    ``frames`` are the sizes of the documents without entries. A ``notice`` is always in.
    """
    rows: list[Row] = []
    sizes = list(frames)
    if notice:
        rows.append((notice, tuple(write(notice) for write in writers)))
        sizes = _grown(sizes, rows[0][1])
    oldest = ""
    for issue in issues:
        oldest = oldest or _first_day(issue.date)
        for entry in entries(issue):
            pieces = tuple([write(entry) for write in writers])
            grown = _grown(sizes, pieces)
            if issue.date < oldest and max(grown) >= LIMIT:
                return rows, sizes
            rows.append((entry, pieces))
            sizes = grown
    return rows, sizes


def bodies(rows: Sequence[Row], sizes: Sequence[int]) -> list[list[bytes]]:
    """Per writer the bytes of each row, the oldest shortened until every size is under the limit.

    ``rows`` are ordered newest first. Rows are never dropped here, so a window of very many
    papers may still exceed the limit with all of them shortened.
    """
    left = list(sizes)
    whole = len(rows)
    while whole and max(left) >= LIMIT:
        whole -= 1
        for index, piece in enumerate(rows[whole][1]):
            left[index] -= len(piece.full) - len(piece.brief)
    return [
        [
            pieces[index].head + (pieces[index].full if place < whole else pieces[index].brief)
            for place, (_, pieces) in enumerate(rows)
        ]
        for index in range(len(sizes))
    ]


def _grown(sizes: Sequence[int], pieces: Sequence[EntryFragment]) -> list[int]:
    return [
        size + len(piece.head) + len(piece.full) for size, piece in zip(sizes, pieces, strict=True)
    ]


def _first_day(newest: str) -> str:
    return (date.fromisoformat(newest) - timedelta(days=DAYS - 1)).isoformat()
