"""Each dump of `tests/parsers/dumps` is read as the JSON file beside it says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from digest import parsers

DUMPS = Path(__file__).parent / "dumps"
CASES = sorted(path.name for path in DUMPS.iterdir() if path.suffix != ".json")


def reading(path: Path) -> object:
    """Return the reading of a file as JSON values, without empty fields."""
    with path.open("rb") as stream:
        dump = parsers.read_dump(path.name, stream, date(2026, 11, 21))
    sightings = [
        {
            name: value
            for name, value in paper.items()
            if value not in (None, []) and value is not False
        }
        for paper in msgspec.to_builtins(dump.sightings)
    ]
    rejects = [[reject.line, reject.reason] for reject in dump.rejects]
    return {
        "dialect": dump.format_name,
        "source": dump.source,
        "page_date": dump.page_date,
        "witness": dump.evidence,
        "sightings": json.loads(json.dumps(sightings)),
        "rejects": rejects,
    }


@pytest.mark.parametrize("case", CASES)
def test_a_dump_gives_the_expected_reading(case: str) -> None:
    """The reading equals the expected one in every field, line numbers included."""
    expected = json.loads((DUMPS / f"{case}.json").read_text())
    assert expected == reading(DUMPS / case)
