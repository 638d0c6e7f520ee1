"""Keep many records of one type in a file, so that a large dump does not fill the memory.

Up to `MAX_IN_MEMORY` records stay in a tuple. More are written to a file, and read back in order
each time they are iterated: a page of a hundred thousand papers then takes the memory of ten
thousand. The caller of `digest.parsers.read_dump` passes a `SpillFactory` that makes the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, islice
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

SpillFactory = Callable[[], BinaryIO]  # returns an empty file that nobody else uses

MAX_IN_MEMORY = 10_000  # records; a year of the busiest listing has fewer
_BATCH_RECORDS = 100  # decoded at a time; a small batch keeps the memory of a pass constant

T = TypeVar("T")
R = TypeVar("R")


def collect(
    records: Iterable[T], record_type: type[T], spill_factory: SpillFactory
) -> Collection[T]:
    """Return all records in order: a tuple of at most `MAX_IN_MEMORY`, else a view of a file."""
    remaining = iter(records)
    in_memory = list(islice(remaining, MAX_IN_MEMORY))
    next_record = list(islice(remaining, 1))
    if not next_record:
        return tuple(in_memory)
    # The file is only made once it is needed: most dumps never need one.
    every_record = chain(_drain(in_memory), next_record, remaining)
    return _SpilledRecords(_SpillFile(every_record, record_type, spill_factory()))


def map_records(records: Collection[T], convert: Callable[[T], R]) -> Collection[R]:
    """Return the converted records; those in a file are converted again at each iteration."""
    if isinstance(records, _SpilledRecords):
        return records.map(convert)
    return tuple(map(convert, records))


def _drain(records: list[T]) -> Iterator[T]:
    """Yield the records of a list in order and drop each from it, so that its memory is freed."""
    records.reverse()
    while records:
        yield records.pop()


class _SpillFile(Generic[T]):
    """Records in a file, as encoded batches."""

    def __init__(self, records: Iterable[T], record_type: type[T], file: BinaryIO) -> None:
        self.file, self.count = file, 0
        self.batch_sizes: list[int] = []  # in bytes
        self.decoder = msgspec.msgpack.Decoder(list[record_type])  # type: ignore[valid-type]
        encode, remaining = msgspec.msgpack.Encoder().encode, iter(records)
        while batch := list(islice(remaining, _BATCH_RECORDS)):
            self.batch_sizes.append(file.write(encode(batch)))
            self.count += len(batch)

    def __iter__(self) -> Iterator[T]:
        offset = 0
        for size in self.batch_sizes:
            self.file.seek(offset)  # another iteration may have moved it
            yield from self.decoder.decode(self.file.read(size))
            offset += size


class _SpilledRecords(Collection[R]):
    """The records of a spill file, converted while they are iterated."""

    def __init__(self, file: _SpillFile[Any], convert: Callable[[Any], R] | None = None) -> None:
        self.file, self.convert = file, convert

    def map(self, convert: Callable[[R], T]) -> _SpilledRecords[T]:
        """Return the same records with one more conversion."""
        previous = self.convert
        if previous is None:
            return _SpilledRecords(self.file, convert)
        return _SpilledRecords(self.file, lambda record: convert(previous(record)))

    def __len__(self) -> int:
        return self.file.count

    def __iter__(self) -> Iterator[R]:
        return map(self.convert, self.file) if self.convert else iter(self.file)

    def __contains__(self, value: object) -> bool:
        return any(record == value for record in self)
