"""Read the records of an XML file into sightings and rejects, whether it is damaged or not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from digest.errors import Unreadable
from digest.model.papers import Reject, Sighting
from digest.parsers.input import spill, xml_encoding
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.parsers.input.xml_pieces import PieceStream
from digest.parsers.input.xml_text import (
    Element,
    ElementStream,
    NotWellFormed,
    XmlForm,
    XmlRecord,
)

_CUT = "the answer breaks off in this record"
_DAMAGED = "a record that is damaged beyond repair"

Convert: TypeAlias = Callable[[Iterable[XmlRecord]], Iterable[Sighting | Reject]]


class Listing(NamedTuple):
    """The papers and rejects of a file, and the tree around its records, if it can be read."""

    sightings: Collection[Sighting]
    rejects: Rejects
    root: Element | None

    def require_papers(self, *, except_for: str = "") -> None:
        """Raise `Unreadable` if there are rejects and no paper.

        Rejects with the reason ``except_for`` do not count.
        """
        for reject in self.rejects:
            if reject.reason != except_for and not self.sightings:
                raise Unreadable(reject.reason, line=reject.line)


def read(input_file: InputFile, form: XmlForm, convert: Convert) -> Listing:
    """Read all records in order. ``convert`` turns each into a paper or a reject.

    Raises `Unreadable` for text in an unknown encoding, declared entities, and more tags than
    a listing has.
    """
    data = xml_encoding.to_utf8(input_file.read_all())
    try:
        return _listing(ElementStream(data, form), convert, input_file)
    except NotWellFormed:
        return _listing(PieceStream(data, form), convert, input_file)


def each(sighting: Callable[[Element, int], Sighting | str]) -> Convert:
    """Return the conversion by a function of one element and its line.

    The function returns a paper, or the reason why there is none.
    """

    def convert(records: Iterable[XmlRecord]) -> Iterator[Sighting | Reject]:
        for record in records:
            if record.element is None:
                yield Reject(record.line, _CUT if record.is_cut else _DAMAGED)
                continue
            paper = sighting(record.element, record.line)
            yield Reject(record.line, paper) if isinstance(paper, str) else paper

    return convert


def _listing(
    stream: ElementStream | PieceStream, convert: Convert, input_file: InputFile
) -> Listing:
    rejects = Rejects()

    def records() -> Iterator[XmlRecord]:
        for record in stream:
            rejects.is_cut |= record.is_cut
            yield record

    def papers() -> Iterator[Sighting]:
        for paper in convert(records()):
            if isinstance(paper, Reject):
                rejects.add(paper.line, paper.reason)
            else:
                yield paper

    sightings = spill.collect(papers(), Sighting, input_file.spill_factory)
    return Listing(sightings, rejects, stream.root)
