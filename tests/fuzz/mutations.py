"""Change a document, and keep account of which of its segments are damaged by it.

All damage of a document falls into one window of records that stand side by side, so that an
opening mark in one of them has no closing mark in another.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.fuzz.documents import HEAD, RECORD, TAIL, Document, Segment
from tests.fuzz.layouts import Layout

# What breaks one grammar or another, and opens no record of any.
TOKENS = (
    b"<", b"&", b"< ", b"<<", b"<b>", b"</b>", b"<p", b"</", b"/>", b"<!--", b"-->", b"<!", b"<?",
    b"<![CDATA[", b"]]>", b"<:>", b"<a href=", b"<x:y>", b"</item>", b"</entry>", b"</record>",
    b"</title>", b"</channel></rss>", b"&nbsp;", b"&bogus;", b"&#0;", b"&#xD800;", b"&#xD83D;",
    b"&#99999999;", b"&amp", b'"', b"'", b'\\"', b"\\", b"\\u", b"\\ud800", b"{", b"}", b"{{",
    b"[", b"]", b"](", b"[]", b"[x](", b",", b":", b"(", b")", b"$", b"%", b"#", b"*", b"`",
    b"```", b"@", b"@word", b"\0", b"\x01", b"\x08", b"\x0c", b"\x1b[2J", b"\x7f", b"\x85",
    b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc2\x9b", b"\xe2\x80\xa8", b"\xe2\x80\xae",
    b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\n", b"\n\n", b"\r", b"\r\n", b"\t", b"ER  - ",
    b"\nER  - \n", b"XX  - ", b"\nXX - y\n", b"NaN", b"null", b"1e999", b"9" * 400, b"-", b"---",
    b"\n---\n", b"\n===\n", b"1.", b"http://", b"https://[::1", b"arXiv:", b"10.1234/", b"doi:",
    b"a" * 3000, b"(" * 300, b"{" * 300, b"[" * 300, b"<" * 300, b"<i>" * 300, b"&" * 300,
    b'"' * 301, b"\\" * 301, b"a,b" * 300, b"\n" * 300, b"]" * 300, b"}" * 300,
)  # fmt: skip
# What opens a record in one format or another.
OPENINGS = (
    b"<item>", b"<entry>", b"<record>", b"@misc{x,\n", b"\n@article{y,\n", b"@", b"\nTY  - JOUR\n",
    b"\nFrom a@example.org Fri Nov 20 07:00:00 2026\n", b"\nTitle: X\n", b'{"title": "', b"{",
    b"\n## X\n", b"\n### [X](", b"<article>", b"\n- [X](", b"<h3>", b"\n\n",
)  # fmt: skip

Mutation = Callable[[Document, Layout | None, random.Random], Document]


def _keep(document: Document, _layout: Layout | None, _draw: random.Random) -> Document:
    return document


def _drop_record(document: Document, _layout: Layout | None, draw: random.Random) -> Document:
    records = [document.segments[place] for place in document.records]
    if len(records) > 1:
        del records[draw.randrange(len(records))]
    return document.with_records(records)


def _repeat_record(document: Document, _layout: Layout | None, draw: random.Random) -> Document:
    records = [document.segments[place] for place in document.records]
    if records:
        records.insert(draw.randrange(len(records) + 1), draw.choice(records))
    return document.with_records(records)


def _shuffle_records(document: Document, _layout: Layout | None, draw: random.Random) -> Document:
    records = [document.segments[place] for place in document.records]
    draw.shuffle(records)
    return document.with_records(records)


def _swap_fields(document: Document, layout: Layout | None, draw: random.Random) -> Document:
    """Put the fields of every record into another order, where its format allows any."""
    if layout is None or not layout.any_order:
        return document
    for place in document.records:
        record = document.segments[place]
        fields = list(record.pieces[1:-1])
        draw.shuffle(fields)
        pieces = (record.pieces[0], *fields, record.pieces[-1])
        document = document.with_segment(place, record._replace(pieces=pieces))
    return document


# Each changes nothing inside a record, so that all are still read as they were.
HARMLESS: dict[str, Mutation] = {
    "nothing": _keep,
    "drop a record": _drop_record,
    "repeat a record": _repeat_record,
    "shuffle records": _shuffle_records,
    "swap fields": _swap_fields,
}


def _drop_field(record: Segment, draw: random.Random) -> Segment:
    """Leave a whole field out. The record is damaged, but its form is still right."""
    if len(record.pieces) < 4:
        return _drop_piece(record, draw)
    place = draw.randrange(1, len(record.pieces) - 1)
    pieces = (*record.pieces[:place], *record.pieces[place + 1 :])
    return record._replace(pieces=pieces, damaged=True)


def _repeat_field(record: Segment, draw: random.Random) -> Segment:
    if len(record.pieces) < 3:
        return _repeat_piece(record, draw)
    place = draw.randrange(1, len(record.pieces) - 1)
    pieces = (*record.pieces[: place + 1], *record.pieces[place:])
    return record._replace(pieces=pieces, damaged=True)


def _span(data: bytes, draw: random.Random) -> tuple[int, int]:
    start = draw.randrange(len(data) + 1)
    length = draw.choice((1, 2, 3, draw.randrange(1, 40), draw.randrange(1, 400)))
    return start, min(len(data), start + length)


def _drop_piece(record: Segment, draw: random.Random) -> Segment:
    start, end = _span(record.data, draw)
    return record.changed(record.data[:start] + record.data[end:])


def _repeat_piece(record: Segment, draw: random.Random) -> Segment:
    data = record.data
    start, end = _span(data, draw)
    times = draw.choice((1, 1, 2, 50))
    return record.changed(data[:end] + data[start:end] * times + data[end:])


def _move_piece(record: Segment, draw: random.Random) -> Segment:
    data = record.data
    start, end = _span(data, draw)
    rest, piece = data[:start] + data[end:], data[start:end]
    to = draw.randrange(len(rest) + 1)
    return record.changed(rest[:to] + piece + rest[to:])


def _flip_bits(record: Segment, draw: random.Random) -> Segment:
    data = bytearray(record.data)
    for _ in range(draw.choice((1, 1, 2, 5))):
        if data:
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return record.changed(bytes(data))


def _insert(record: Segment, draw: random.Random, tokens: tuple[bytes, ...] = TOKENS) -> Segment:
    at = draw.randrange(len(record.data) + 1)
    return record.changed(record.data[:at] + draw.choice(tokens) + record.data[at:])


def _insert_opening(record: Segment, draw: random.Random) -> Segment:
    return _insert(record, draw, OPENINGS)


# Each damages one record, or what stands around the records.
DAMAGING: dict[str, Callable[[Segment, random.Random], Segment]] = {
    "drop a field": _drop_field,
    "repeat a field": _repeat_field,
    "drop a piece": _drop_piece,
    "repeat a piece": _repeat_piece,
    "move a piece": _move_piece,
    "flip bits": _flip_bits,
    "insert damage": _insert,
    "insert an opening": _insert_opening,
}


def damage(
    document: Document, layout: Layout | None, name: str, place: int, draw: random.Random
) -> Document:
    """Damage the segment in a place, and with it those that may be changed by that."""
    before = document.segments[place]
    after = DAMAGING[name](before, draw)
    return _blur(document.with_segment(place, after), layout, place, before)


def _blur(document: Document, layout: Layout | None, place: int, before: Segment) -> Document:
    """Count the records beside the damage as damaged where their format has no closing mark."""
    after = document.segments[place]
    if layout is None or not reaches_others(layout, before, after):
        return document
    near = document.segments[max(0, place - 2) : place + 3]
    numbers = frozenset().union(*(segment.numbers for segment in near))
    for beside in range(max(0, place - 2), min(len(document.segments), place + 3)):
        segment = document.segments[beside]
        if segment.kind == RECORD:
            blurred = segment._replace(damaged=True, numbers=numbers)
            document = document.with_segment(beside, blurred)
    return document


def reaches_others(layout: Layout, before: Segment, after: Segment) -> bool:
    """Return whether the damage to a segment may change the records beside it."""
    joined = before.data.endswith(b"\n") and not after.data.endswith(b"\n")
    if layout.blurs == "ends":
        return joined
    if layout.blurs == "between":
        return joined or before.kind != RECORD
    if layout.blurs == "lines":
        return _lines(before.data) != _lines(after.data)
    return layout.blurs == "always"


def _lines(data: bytes) -> tuple[list[bool], bytes]:
    """Return which lines of a page have text, and its last two: what tells records apart."""
    lines = data.splitlines()
    return [bool(line.strip()) for line in lines], b"".join(lines[-2:])


def splice(document: Document, layout: Layout | None, draw: random.Random) -> Document:
    """Put the beginning of a record and the end of the next one together, as one record."""
    records = [document.segments[place] for place in document.records]
    if len(records) < 2:
        return document
    place = draw.randrange(len(records) - 1)
    first, second = records[place : place + 2]
    start = draw.randrange(1, len(first.data) + 1)
    end = draw.randrange(len(second.data))
    numbers = first.numbers | second.numbers
    spliced = first.changed(first.data[:start] + second.data[end:])._replace(numbers=numbers)
    document = document.with_records([*records[:place], spliced, *records[place + 2 :]])
    return _blur(document, layout, document.records[place], first)


def nest(document: Document, layout: Layout | None, draw: random.Random) -> Document:
    """Put a whole record into the middle of another."""
    records = [document.segments[place] for place in document.records]
    if len(records) < 2:
        return document
    place = draw.randrange(len(records) - 1)
    outer, inner = records[place : place + 2]
    at = draw.randrange(1, max(2, len(outer.data)))
    data = outer.data[:at] + inner.data + outer.data[at:]
    nested = outer.changed(data)._replace(numbers=outer.numbers | inner.numbers)
    document = document.with_records([*records[:place], nested, *records[place + 2 :]])
    return _blur(document, layout, document.records[place], outer)


def cut(document: Document, layout: Layout | None, draw: random.Random) -> Document:
    """Let the file end at any byte after the head. The record it ends in is damaged."""
    places = [n for n, segment in enumerate(document.segments) if segment.kind != HEAD]
    if not places:
        return document
    place = draw.choice(places)
    segment = document.segments[place]
    at = draw.randrange(len(segment.data) + 1)
    kept = list(document.segments[:place])
    if kept[-1].kind == RECORD and (layout is None or layout.blurs not in {"", "ends"}):
        kept[-1] = kept[-1]._replace(damaged=True)  # only what follows shows that it is whole
    rest = segment.changed(segment.data[:at])
    if not rest.data:
        rest = Segment(TAIL, (b"",), damaged=True)
    return document._replace(segments=(*kept, rest))


def around(document: Document, layout: Layout | None, name: str, draw: random.Random) -> Document:
    """Damage what stands before, between or after the records."""
    places = [n for n, segment in enumerate(document.segments) if segment.kind != RECORD]
    return damage(document, layout, name, draw.choice(places), draw)
