"""Make an input that breaks a rule smaller, as long as it breaks the same rule alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.fuzz.documents import BETWEEN, HEAD, RECORD, Document, Segment
from tests.fuzz.inputs import Input
from tests.fuzz.judge import Breach, Outcome, judge
from tests.fuzz.mutations import reaches_others

_ATTEMPTS = 400
_SECONDS = 1.0  # of CPU; a large file that is not smaller by then stays as it is


def smallest(item: Input, breach: Breach, judged: Callable[[Input], Outcome] = judge) -> Input:
    """Return the smallest input found by leaving out packings, records, lines and characters.

    Whole records go as a whole, so that the judge still knows what must be read in the others.
    """
    attempts, smaller, end = 0, True, time.process_time() + _SECONDS
    while smaller:
        smaller = False
        for candidate in _smaller(item):
            attempts += 1
            if attempts > _ATTEMPTS or time.process_time() > end:
                return item
            if any(other[:2] == breach[:2] for other in judged(candidate).breaches):
                item, smaller = candidate, True
                break
    return item


def _smaller(item: Input) -> Iterator[Input]:
    if item.in_two:
        yield item._replace(in_two=False)
    for place in range(len(item.packings)):
        if not item.in_two and (item.encoding is None or item.packings[place] != "mail"):
            rest = item.packings[:place] + item.packings[place + 1 :]
            yield item._replace(packings=rest)
    layout = item.layout
    for document in _without_records(item.document):
        yield item._replace(document=document)
    for document, before, after in _without_pieces(item.document):
        if layout is None or not reaches_others(layout, before, after):
            yield item._replace(document=document)


def _without_records(document: Document) -> Iterator[Document]:
    segments = document.segments
    for place in document.records:
        if document.exact and not segments[place].damaged and len(document.records) > 1:
            begin, end = place, place + 1
            if end < len(segments) and segments[end].kind == BETWEEN and not segments[end].damaged:
                end += 1
            yield document._replace(segments=segments[:begin] + segments[end:])


def _without_pieces(document: Document) -> Iterator[tuple[Document, Segment, Segment]]:
    """Yield the document with less in a damaged segment: halves first, then ever less."""
    for place, segment in enumerate(document.segments):
        if not segment.damaged or segment.kind not in (RECORD, HEAD, BETWEEN):
            continue
        data, size = segment.data, len(segment.data) // 2
        while size:
            for start in range(0, len(data), size):
                less = segment.changed(data[:start] + data[start + size :])
                yield document.with_segment(place, less), segment, less
            size //= 2
