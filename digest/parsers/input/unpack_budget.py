"""Limit the bytes, members and layers that one file of the inbox may unpack to."""

from __future__ import annotations

import io
from typing import BinaryIO

from digest.errors import Unreadable
from digest.model.limits import Limits
from digest.parsers.input.spill import SpillFactory
from digest.text import counting

# Reading a file may take 64 MiB and four times its size. A format that is read at once takes
# up to five times its text, so its unpacked text may be a fifth of that.
_BASE_MEMORY = 64 << 20
_MEMORY_TIMES_PACKED, _MEMORY_TIMES_TEXT = 4, 5
# Small files may compress extremely well (the same layout over and over) and do no harm.
_FREE_BYTES = 4 << 20


class UnpackBudget:
    """Count the bytes and members unpacked from one file of the inbox, over all its layers.

    ``spill_factory`` makes a file to unpack into; ``max_bytes_at_once`` is how much of one may
    be read at once.
    """

    def __init__(self, packed: BinaryIO, spill_factory: SpillFactory, limits: Limits) -> None:
        packed_bytes = packed.seek(0, io.SEEK_END)
        packed.seek(0)
        self.spill_factory, self.limits = spill_factory, limits
        memory = _BASE_MEMORY + _MEMORY_TIMES_PACKED * packed_bytes
        self.max_bytes_at_once = memory // _MEMORY_TIMES_TEXT
        self._max_bytes_by_ratio = max(_FREE_BYTES, packed_bytes * limits.ratio)
        self._remaining_bytes = min(limits.unpacked_mb << 20, self._max_bytes_by_ratio)
        self._remaining_members = limits.members

    def spend_bytes(self, count: int) -> None:
        """Count unpacked bytes. Raises `Unreadable` once there are too many."""
        self._remaining_bytes -= count
        if self._remaining_bytes < 0:
            limits = self.limits
            if self._max_bytes_by_ratio < limits.unpacked_mb << 20:
                excess = f"it unpacks to more than {counting.count(limits.ratio, 'time')} its size"
                raise Unreadable(limits.passed("ratio", excess))
            excess = f"it unpacks to more than {limits.unpacked_mb} MiB"
            raise Unreadable(limits.passed("unpacked_mb", excess))

    def spend_members(self, count: int) -> None:
        """Count members. Raises `Unreadable` once there are too many."""
        self.check_members(count)
        self._remaining_members -= count

    def check_members(self, count: int) -> None:
        """Raise `Unreadable` if this many more members would be too many."""
        if count > self._remaining_members:
            excess = f"more than {counting.count(self.limits.members, 'file')} in it"
            raise Unreadable(self.limits.passed("members", excess))

    def check_depth(self, depth: int) -> None:
        """Raise `Unreadable` if this many containers inside each other are too many."""
        if depth > self.limits.layers:
            excess = f"packed more than {counting.count(self.limits.layers, 'time')}"
            raise Unreadable(self.limits.passed("layers", excess))
