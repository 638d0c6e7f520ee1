"""Make the input of a number: a seed, what is done to it, and how it is packed.

The number alone decides, together with the seeds: the same code and the same folder of further
seeds give the same input for the same number.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from tests.fuzz import baseline, layouts, mutations, packing, seeds
from tests.fuzz.documents import Document
from tests.fuzz.packing import Encoding
from tests.fuzz.papers import DEFAULT_FLAVOUR

LINE_ENDS = {"CRLF": b"\r\n", "CR": b"\r"}
_NESTED = ("zip", "gzip", "attachments")


class Input(NamedTuple):
    """An input for the judge.

    ``seed`` names its layout, or its file if ``document`` has no marks. ``steps`` are what was
    done to it. ``packings`` are applied to its bytes one after the other.
    """

    number: int
    seed: str
    document: Document
    flavour: str = DEFAULT_FLAVOUR
    steps: tuple[str, ...] = ()
    packings: tuple[str, ...] = ()
    encoding: Encoding | None = None
    codec: str = ""  # of an encoding that is known by its byte order mark
    in_two: bool = False
    original: bytes = b""  # of a file without marks

    @property
    def layout(self) -> layouts.Layout | None:
        """The layout of the seed; None for a file without marks."""
        return layouts.BY_NAME.get(self.seed) if self.document.exact else None

    @property
    def data(self) -> bytes:
        """The bytes to read."""
        draw = random.Random(self.number)
        files = [self._encoded(document.data) for document in self._parts()]
        for name in self.packings:
            if name in LINE_ENDS:
                files = [data.replace(b"\n", LINE_ENDS[name]) for data in files]
            elif name == "mail":
                label = self.encoding.label if self.encoding else "utf-8"
                files = [packing.mailed(files, draw, label)]
            else:
                files = [(packing.SEVERAL | packing.ONE)[name](files, draw)]
        return b"".join(files)

    def _parts(self) -> list[Document]:
        records = [self.document.segments[place] for place in self.document.records]
        half = len(records) // 2
        if not self.in_two or half < 2:
            return [self.document]
        return [self.document.with_records(part) for part in (records[:half], records[half:])]

    def _encoded(self, data: bytes) -> bytes:
        label = self.encoding.label if self.encoding else self.codec.partition("-sig")[0] or "UTF-8"
        data = data.replace(b"$charset", label.encode(), 1)
        codec = self.encoding.codec if self.encoding else self.codec
        return data.decode().encode(codec) if codec else data


def make(number: int, folder: str | None = None) -> Input:
    """Return the input of a number. ``folder`` holds further seeds, which half of them use."""
    draw = random.Random(number)
    if draw.random() < (0.5 if folder else 0.12):
        return _flat(number, folder, draw)
    layout = layouts.LAYOUTS[number % len(layouts.LAYOUTS)]
    kind = draw.choices(
        ("whole", "damage", "splice", "nest", "cut", "around"), (30, 50, 4, 4, 6, 6)
    )[0]
    if kind == "whole":
        return _whole(number, layout, draw)
    document = seeds.document(layout.name)
    steps: list[str] = [kind]
    if kind == "damage":
        steps, document = _damaged(document, layout, draw)
    elif kind == "splice":
        document = mutations.splice(document, layout, draw)
    elif kind == "nest":
        document = mutations.nest(document, layout, draw)
    elif kind == "cut":
        document = mutations.cut(document, layout, draw)
    else:
        name = draw.choice(sorted(set(mutations.DAMAGING) - {"drop a field", "repeat a field"}))
        document = mutations.around(document, layout, name, draw)
        steps.append(name)
    packings = _packings(draw, document) if draw.random() < 0.15 else ()
    return Input(number, layout.name, document, steps=tuple(steps), packings=packings)


def _whole(number: int, layout: layouts.Layout, draw: random.Random) -> Input:
    """Change the order of records and fields, the encoding and the packing, and damage nothing."""
    steps = [draw.choice(sorted(mutations.HARMLESS)) for _ in range(draw.choice((1, 1, 2)))]
    flavour, encoding, codec = DEFAULT_FLAVOUR, None, ""
    packings: Sequence[str] = ()
    how = draw.random()
    if how < 0.4:
        encoding = draw.choice(packing.ENCODINGS)
        flavour = draw.choice(encoding.flavours)
        # A page labels itself, or the mail around it does.
        if "$charset" not in layout.head or encoding.codec == "iso2022_jp" or draw.random() < 0.3:
            packings = ("mail",)
    elif how < 0.5:
        codec = draw.choice(packing.BY_MARK)
    document = seeds.document(layout.name, flavour)
    if encoding and not _can_hold(encoding.codec, document.data):
        encoding, flavour, document = None, DEFAULT_FLAVOUR, seeds.document(layout.name)
    for step in steps:
        document = mutations.HARMLESS[step](document, layout, draw)
    in_two = False
    if 0.5 <= how < 0.9:
        packings = _packings(draw, document)
        in_two = (
            packings[0] in packing.SEVERAL and len(document.records) > 3 and draw.random() < 0.6
        )
    return Input(
        number,
        layout.name,
        document,
        flavour,
        tuple(steps),
        tuple(packings),
        encoding,
        codec,
        in_two,
    )


def _can_hold(codec: str, data: bytes) -> bool:
    """Return whether an encoding has all characters; few have the bullets of a page."""
    if codec.startswith("big5") and "•".encode() in data:
        return False  # the WHATWG standard has another dot (U+2027) where Python has this one
    try:
        return data == data.decode().encode(codec).decode(codec).encode()
    except UnicodeEncodeError:
        return False


def _packings(draw: random.Random, document: Document) -> tuple[str, ...]:
    names = [*packing.SEVERAL, *packing.ONE, *([] if document.damaged else LINE_ENDS)]
    first = draw.choice(names)
    return (first, draw.choice(_NESTED)) if draw.random() < 0.2 else (first,)


def _damaged(
    document: Document, layout: layouts.Layout, draw: random.Random
) -> tuple[list[str], Document]:
    """Damage one record, or two that stand side by side."""
    records = document.records
    first = draw.randrange(len(records))
    window = records[first : first + draw.choice((1, 1, 1, 1, 2))]
    steps = []
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        steps.append(draw.choice(sorted(mutations.DAMAGING)))
        document = mutations.damage(document, layout, steps[-1], draw.choice(window), draw)
    return steps, document


def _flat(number: int, folder: str | None, draw: random.Random) -> Input:
    """Damage a file without marks in one place, or only pack it."""
    files = seeds.flat_seeds(folder)
    name = draw.choice(sorted(files))
    document = baseline.flat_document(files[name])
    steps: list[str] = []
    if draw.random() < 0.85:
        place = draw.randrange(len(document.segments))
        for _ in range(draw.choice((1, 1, 2))):
            steps.append(draw.choice(sorted(mutations.DAMAGING)))
            document = mutations.damage(document, None, steps[-1], place, draw)
    packings = _packings(draw, document) if draw.random() < 0.15 else ()
    return Input(
        number, name, document, steps=tuple(steps) or ("nothing",), packings=packings,
        original=files[name],
    )  # fmt: skip
