"""A file of records that is put together from segments, so that each damage has its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

HEAD, RECORD, BETWEEN, TAIL = "head", "record", "between", "tail"


class Segment(NamedTuple):
    """A stretch of a file: what stands before, between or after the records, or a record.

    ``pieces`` of a record are its opening, its fields and its closing. ``numbers`` are the
    papers whose text is in it: several where a mutation spliced two records.
    """

    kind: str
    pieces: tuple[bytes, ...]
    numbers: frozenset[int] = frozenset()
    damaged: bool = False
    joint: bytes = b""  # between the fields
    opening: bytes = b""  # of a record, as it was before any damage

    @property
    def data(self) -> bytes:
        """The bytes of the segment."""
        if len(self.pieces) < 3:
            return b"".join(self.pieces)
        return self.pieces[0] + self.joint.join(self.pieces[1:-1]) + self.pieces[-1]

    def changed(self, data: bytes) -> Segment:
        """Return the segment with other bytes, as damaged."""
        return self._replace(pieces=(data,), damaged=True)


class Document(NamedTuple):
    """The segments of a file, in order.

    ``exact`` is False for a file whose papers have no marks, such as a real one: each of its
    records is then known only by what is read in it.
    """

    segments: tuple[Segment, ...]
    exact: bool = True

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return b"".join(segment.data for segment in self.segments)

    @property
    def records(self) -> list[int]:
        """The places of the records among the segments."""
        return [place for place, segment in enumerate(self.segments) if segment.kind == RECORD]

    @property
    def damaged(self) -> bool:
        """Whether any byte was changed inside a segment."""
        return any(segment.damaged for segment in self.segments)

    def frame_damaged(self, *kinds: str) -> bool:
        """Return whether something of these kinds is damaged."""
        return any(segment.damaged and segment.kind in kinds for segment in self.segments)

    @property
    def opened(self) -> int:
        """The number of records that still begin with their opening."""
        return sum(
            segment.kind == RECORD
            and (
                not segment.damaged
                or (segment.opening != b"" and segment.data.startswith(segment.opening))
            )
            for segment in self.segments
        )

    def intact(self) -> Iterator[int]:
        """Yield the number of each undamaged record."""
        for segment in self.segments:
            if segment.kind == RECORD and not segment.damaged:
                yield from segment.numbers

    def with_segment(self, place: int, segment: Segment) -> Document:
        """Return the document with another segment in one place."""
        return self._replace(
            segments=(*self.segments[:place], segment, *self.segments[place + 1 :])
        )

    def with_records(self, records: Sequence[Segment]) -> Document:
        """Return the document with other records between the same head and tail."""
        between = next((s for s in self.segments if s.kind == BETWEEN), Segment(BETWEEN, (b"",)))
        head = [segment for segment in self.segments if segment.kind == HEAD]
        tail = [segment for segment in self.segments if segment.kind == TAIL]
        return self._replace(segments=(*head, *_joined(records, between), *tail))


def _joined(records: Iterable[Segment], between: Segment) -> Iterator[Segment]:
    for number, record in enumerate(records):
        if number:
            yield between
        yield record
