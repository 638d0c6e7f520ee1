"""Input and expected reading side by side: `tests/parsers/dumps/<case>` and `<case>.json`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from digest import parsers

DUMPS = Path(__file__).parent / "dumps"
CASES = sorted(path.name for path in DUMPS.iterdir() if path.suffix != ".json")


def told(path: Path) -> object:
    """What the reading of a file says, without the fields it says nothing in."""
    with path.open("rb") as stream:
        dump = parsers.read(path.name, stream, date(2026, 11, 21))
    sightings = [
        {name: value for name, value in one.items() if value not in (None, [])}
        for one in msgspec.to_builtins(dump.sightings)
    ]
    rejects = [[one.line, one.reason] for one in dump.rejects]
    return {
        "dialect": dump.dialect,
        "source": dump.source,
        "page_date": dump.page_date,
        "witness": dump.witness,
        "sightings": json.loads(json.dumps(sightings)),
        "rejects": rejects,
    }


@pytest.mark.parametrize("case", CASES)
def test_dump_reads_as_expected(case: str) -> None:
    """The reading is the expected one, field by field, line numbers included."""
    expected = json.loads((DUMPS / f"{case}.json").read_text())
    assert expected == told(DUMPS / case)
