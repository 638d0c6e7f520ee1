"""The seeds: small files of every layout with marked records, and files without marks."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from tests.fuzz import openings
from tests.fuzz.documents import BETWEEN, HEAD, RECORD, TAIL, Document, Segment
from tests.fuzz.layouts import BY_NAME, Layout
from tests.fuzz.papers import DEFAULT_FLAVOUR, WORDS, MarkedPaper, paper
from tests.support import layouts as flat_layouts

RECORDS = 5  # in a seed
_DUMPS = Path(__file__).parent.parent / "parsers" / "dumps"


def _filled(template: str, layout: Layout, values: MarkedPaper) -> bytes:
    """Return a template with the values of a paper, longest names first: `$idv1` is an id."""
    known = values._asdict() | {"n": str(values.number), "word": WORDS[values.number - 1]}
    known |= zip(("dayyear", "daymonth", "daydate"), values.day.split("-"), strict=True)
    names = "|".join(sorted(known, key=len, reverse=True))

    def value(match: re.Match[str]) -> str:
        return layout.escape(str(known[match[1]]))

    return re.sub(rf"\$({names})", value, template).encode()


@functools.lru_cache(maxsize=1000)
def document(layout_name: str, flavour: str = DEFAULT_FLAVOUR) -> Document:
    """Return the undamaged seed of a layout; the label of an encoding is left as `$charset`."""
    layout = BY_NAME[layout_name]
    segments = [Segment(HEAD, (layout.head.encode(),))]
    for number in range(1, RECORDS + 1):
        values = paper(number, flavour)
        templates = (layout.opening, *layout.fields, layout.closing)
        pieces = tuple(_filled(template, layout, values) for template in templates)
        if number > 1:
            segments.append(Segment(BETWEEN, (layout.between.encode(),)))
        joint = layout.joint.encode()
        numbers = frozenset({number})
        segments.append(Segment(RECORD, pieces, numbers, joint=joint, opening=pieces[0]))
    segments.append(Segment(TAIL, (layout.tail.encode(),)))
    return Document(tuple(segments))


@functools.cache
def flat_seeds(folder: str | None = None) -> dict[str, bytes]:
    """Return the seeds without marks by name: our fixtures, or the files of a folder.

    Leaves files above 2 MB out: a mutation of one would take longer than thousands of others.
    """
    if folder:
        files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in files
            if 0 < path.stat().st_size <= 2_000_000
        }
    papers = flat_layouts.papers(5)
    written = {f"layout: {name}": write(papers) for name, write in flat_layouts.WRITERS.items()}
    dumps = [path for path in sorted(_DUMPS.iterdir()) if path.suffix != ".json"]
    return written | {f"dump: {path.name}": path.read_bytes() for path in dumps}


def flat_document(data: bytes, format_name: str) -> Document:
    """Return a file cut where its records open, as the raw bytes of its format show it."""
    starts = openings.find(format_name, data)
    starts = list(range(0, len(data), 400))[1:] if starts is None else starts
    if not starts:
        return Document((Segment(HEAD, (data,)),), exact=False)
    ends = [*starts[1:], len(data)]
    records = [
        Segment(RECORD, (data[start:end],), frozenset({number}))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]
    return Document((Segment(HEAD, (data[: starts[0]],)), *records), exact=False)
