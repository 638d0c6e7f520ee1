"""Whole output trees, kept and compared as directories.

`tests/pipeline/golden/<case>/` is a working folder: `config/`, `dumps/<day>/` with what is dropped
before the run at half past seven of that day, and the tree that comes of it, `expected/`.
After a change that is meant to show, `pytest tests/pipeline/test_golden.py --renew-golden` writes
`expected/` anew; the difference is then for a person to read. Assets are published as they
are, so those expected are the shipped ones.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.settings import resources
from tests.support.folders import STATUS, Folder, tree

ASSETS = "assets"
CASES = sorted((Path(__file__).parent / "golden").iterdir())
STATUSES = {"2026-11-20": 3}  # a page that was cut


def played(case: Path, folder: Folder) -> dict[str, bytes]:
    """The output after all days of a case."""
    shutil.copytree(case / "config", folder.root / "config")
    for day in sorted((case / "dumps").iterdir()):
        for dump in day.iterdir():
            folder.drop(dump.name, dump.read_bytes())
        folder.run(f"{day.name}T07:30", status=STATUSES.get(day.name, 0))
    return folder.tree()


def kept(expected: Path) -> dict[str, bytes]:
    """The tree that a case should come to."""
    assets = tree(resources.shipped("templates") / ASSETS)
    return tree(expected) | {f"{ASSETS}/{name}": body for name, body in assets.items()}


def differences(expected: dict[str, bytes], found: dict[str, bytes]) -> Iterator[str]:
    """What a person wants to see of two trees: paths, and lines where both have the file."""
    for name in sorted(expected.keys() | found.keys()):
        old, new = (shown.get(name, b"").decode().splitlines() for shown in (expected, found))
        yield from difflib.unified_diff(old, new, f"expected/{name}", f"output/{name}", n=0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_output_is_as_it_was(case: Path, folder: Folder, pytestconfig: pytest.Config) -> None:
    """Byte by byte, every file and no other."""
    found = played(case, folder)
    expected = case / "expected"
    if pytestconfig.getoption("renew_golden"):
        shutil.rmtree(expected, ignore_errors=True)
        shutil.copytree(folder.output, expected, ignore=shutil.ignore_patterns(*STATUS, ASSETS))
        pytest.fail(f"{expected} was written anew: read what changed, and run without the flag")
    assert [] == list(differences(kept(expected), found))
    assert kept(expected) == found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_rebuild_gives_the_same_tree(case: Path, folder: Folder) -> None:
    """From the ledger alone, in an empty output."""
    found = played(case, folder)
    shutil.rmtree(folder.output)
    assert 0 == folder.digest("rebuild", now="2027-01-01T00:00").status
    assert found == folder.tree()
