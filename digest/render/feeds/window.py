"""Select the entries of a live feed document, and shorten them if needed.

The newest issue is in full. The other issues of the 14 days up to its date follow as summaries,
whole, while the document stays under `LARGEST`. If all of them together take less than `LIMIT`,
they get their full content while the document stays under `LIMIT`, the newest first, and then
older entries follow. The result depends on the issues alone, not on the day of the run.

Of an issue that exceeds `LARGEST` alone, the first entries are in. The newest issue loses full
content from its end before it loses entries.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import date, timedelta

from digest.model.issues import Issue
from digest.render.feeds import entry as feed_entry
from digest.render.feeds.document import EntryFragment
from digest.render.feeds.entry import FeedEntry

LIMIT = 512 * 1024  # bytes of a document with full content beyond the newest issue
LARGEST = 1024 * 1024  # bytes; every document is shorter
DAYS = 14

Writer = Callable[[FeedEntry], EntryFragment]


class WindowRow:
    """An entry and its bytes in each format; ``is_full`` if they include the full content."""

    __slots__ = ("entry", "fragments", "is_full")

    def __init__(self, entry: FeedEntry, writers: Sequence[Writer]) -> None:
        self.entry = entry
        self.fragments = tuple([write(entry) for write in writers])
        self.is_full = False

    def body(self, place: int) -> bytes:
        """Return the bytes in the format at this place."""
        head, full, brief = self.fragments[place]
        return head + (full if self.is_full else brief)

    def brief_sizes(self) -> list[int]:
        """Return the size in each format without the full content."""
        return [len(head) + len(brief) for head, _, brief in self.fragments]

    def full_sizes(self) -> list[int]:
        """Return the size in each format with the full content."""
        return [len(head) + len(full) for head, full, _ in self.fragments]


class Window:
    """Selects the rows of a document in several formats, which all have the same ones.

    ``entries`` returns the entries of an issue, in the order of its page. ``frames`` are the
    sizes in bytes of the documents without entries, one for each writer. ``kept`` are the keys
    of issues that no archive document holds: they are in whole, also if that exceeds `LARGEST`.
    """

    def __init__(
        self,
        entries: Callable[[Issue], list[FeedEntry]],
        writers: Sequence[Writer],
        frames: Sequence[int],
        kept: Container[str] = (),
    ) -> None:
        self._entries, self._writers, self._kept = entries, writers, kept
        self._frames, self._sizes = frames, list(frames)
        self._rows: list[WindowRow] = []

    def select(self, issues: Iterable[Issue], notice: FeedEntry | None = None) -> list[WindowRow]:
        """Return the rows in the order of feeds.

        ``issues`` come newest first by date, and no more are read than needed. A ``notice`` is
        always in.
        """
        if notice:
            self._add([WindowRow(notice, self._writers)])
            self._show_in_full(self._rows, LARGEST)
        remaining = iter(issues)
        older = self._add_recent(remaining)
        self._rows.sort(key=lambda row: feed_entry.sort_key(row.entry))
        if older is not None and self._show_in_full(self._rows, LIMIT):
            self._add_older(itertools.chain(older, remaining))
            self._rows.sort(key=lambda row: feed_entry.sort_key(row.entry))
        return self._rows

    def _add_recent(self, issues: Iterator[Issue]) -> list[Issue] | None:
        """Add the issues of 14 days, the newest one that has entries in full.

        Returns the first issue before them, in a list that may be empty; None if the document is
        full.
        """
        older: list[Issue] | None = []
        first_day, newest = "", list[WindowRow]()
        for issue in issues:
            first_day = first_day or first_day_shown(issue.date)
            if issue.date < first_day:
                older = [issue]
                break
            is_kept = issue.key in self._kept
            # The issues that must be in come before the full content of the newest one.
            if not is_kept:
                self._show_in_full(newest, LARGEST)
            rows = [WindowRow(entry, self._writers) for entry in self._entries(issue)]
            added = rows if is_kept else self._fitting(rows)
            self._add(added)
            newest = newest or added
            if len(added) < len(rows):
                older = None
                break
        self._show_in_full(newest, LARGEST)
        return older

    def _add_older(self, issues: Iterable[Issue]) -> None:
        """Add entries in full, one by one, while the documents stay under `LIMIT`."""
        for entry in itertools.chain.from_iterable(map(self._entries, issues)):
            row = WindowRow(entry, self._writers)
            if not _is_under(LIMIT, self._sizes, row.full_sizes()):
                return
            self._add([row])
            self._show_in_full([row], LIMIT)

    def _fitting(self, rows: list[WindowRow]) -> list[WindowRow]:
        """Return the rows of an issue that fit: all or none, or the first if it is too large."""
        sizes = [row.brief_sizes() for row in rows]
        if _is_under(LARGEST, self._sizes, *sizes):
            return rows
        if _is_under(LARGEST, self._frames, *sizes):
            return []
        grown, first = self._sizes, list[WindowRow]()
        for row in rows:
            grown = _added(grown, row.brief_sizes())
            if max(grown) >= LARGEST:
                break
            first.append(row)
        return first

    def _add(self, rows: Iterable[WindowRow]) -> None:
        for row in rows:
            self._rows.append(row)
            self._sizes = _added(self._sizes, row.brief_sizes())

    def _show_in_full(self, rows: Iterable[WindowRow], limit: int) -> bool:
        """Give rows their full content while the documents stay under a limit.

        Returns whether all have it.
        """
        for row in rows:
            if not row.is_full:
                more = map(operator.sub, row.full_sizes(), row.brief_sizes())
                grown = _added(self._sizes, more)
                if max(grown) >= limit:
                    return False
                row.is_full, self._sizes = True, grown
        return True


def _is_under(limit: int, *sizes: Iterable[int]) -> bool:
    """Return whether the sums of sizes, one for each format, are all under a limit."""
    return max(map(sum, zip(*sizes, strict=True))) < limit


def _added(sizes: Iterable[int], more: Iterable[int]) -> list[int]:
    return list(map(operator.add, sizes, more))


def first_day_shown(newest: str) -> str:
    """Return the first of the days that a document shows whole, by the date of its newest issue."""
    # The first and the last day both count.
    return (date.fromisoformat(newest) - timedelta(days=DAYS - 1)).isoformat()
