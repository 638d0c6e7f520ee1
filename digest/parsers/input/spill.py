"""Records beyond what memory should hold: put aside in a file and read back in order.

A few stay a tuple. More are written to a file that the caller of `digest.reading.read`
provides, so that a page of a hundred thousand papers costs the memory of ten thousand.
Opens nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, islice
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

SpillFactory = Callable[[], BinaryIO]  # makes an empty file that nobody else sees

HELD = 10_000  # records in memory: more than a year of the busiest listing
_BATCH = 100  # records read back at a time: small enough to take the same memory each time

T = TypeVar("T")
R = TypeVar("R")


def collected(found: Iterable[T], kind: type[T], place: SpillFactory) -> Collection[T]:
    """All of them in their order, of one kind; what is beyond `HELD` is in a file."""
    records = iter(found)
    held = list(islice(records, HELD))
    beyond = list(islice(records, 1))
    if not beyond:
        return tuple(held)
    return _Aside(_Pages(chain(_emptied(held), beyond, records), kind, place()))


def each(found: Collection[T], make: Callable[[T], R]) -> Collection[R]:
    """What ``make`` makes of each record; of those in a file anew at every look."""
    if isinstance(found, _Aside):
        return found.each(make)
    return tuple(map(make, found))


def _emptied(held: list[T]) -> Iterator[T]:
    """The records of a list, which lets each go once it is taken."""
    held.reverse()
    while held:
        yield held.pop()


class _Pages(Generic[T]):
    """A file of encoded batches."""

    def __init__(self, found: Iterable[T], kind: type[T], file: BinaryIO) -> None:
        self.file, self.count = file, 0
        self.sizes: list[int] = []
        self.decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
        encode, records = msgspec.msgpack.Encoder().encode, iter(found)
        while batch := list(islice(records, _BATCH)):
            self.sizes.append(file.write(encode(batch)))
            self.count += len(batch)

    def __iter__(self) -> Iterator[T]:
        at = 0
        for size in self.sizes:
            self.file.seek(at)  # somebody else may be reading too
            yield from self.decoder.decode(self.file.read(size))
            at += size


class _Aside(Collection[R]):
    """Records in a file, as one look after the other shows them."""

    def __init__(self, pages: _Pages[Any], make: Callable[[Any], R] | None = None) -> None:
        self.pages, self.make = pages, make

    def each(self, make: Callable[[R], T]) -> _Aside[T]:
        """The same records, seen in another way."""
        before = self.make
        return _Aside(self.pages, (lambda one: make(before(one))) if before else make)

    def __len__(self) -> int:
        return self.pages.count

    def __iter__(self) -> Iterator[R]:
        return map(self.make, self.pages) if self.make else iter(self.pages)

    def __contains__(self, wanted: object) -> bool:
        return any(one == wanted for one in self)
