"""Compare whole output trees with expected ones, byte by byte.

`tests/pipeline/golden/<case>/` is a working folder: `config/`, `dumps/<day>/` with the files that
are dropped before the run at 07:30 of that day, and the resulting tree, `expected/`.
After a change of the output, `pytest tests/pipeline/test_golden.py --renew-golden` writes
`expected/` again; read the difference before you commit it. Assets are published as they are,
so they are compared with the shipped ones.
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


def run_days(case: Path, folder: Folder) -> dict[str, bytes]:
    """Run all days of a case and return the output."""
    shutil.copytree(case / "config", folder.root / "config", dirs_exist_ok=True)
    for day in sorted((case / "dumps").iterdir()):
        for dump in day.iterdir():
            folder.drop(dump.name, dump.read_bytes())
        folder.run(f"{day.name}T07:30", status=STATUSES.get(day.name, 0))
    return folder.tree()


def expected_tree(expected: Path) -> dict[str, bytes]:
    """Return the tree that a case should produce."""
    assets = tree(resources.shipped("templates") / ASSETS)
    # Pages of the web side alone have a style sheet of their own.
    own = {name: body for name, body in assets.items() if name != "web.css"}
    return tree(expected) | {f"{ASSETS}/{name}": body for name, body in own.items()}


def differences(expected: dict[str, bytes], output: dict[str, bytes]) -> Iterator[str]:
    """Yield the lines in which two trees differ, for a readable failure."""
    for name in sorted(expected.keys() | output.keys()):
        old, new = (files.get(name, b"").decode().splitlines() for files in (expected, output))
        yield from difflib.unified_diff(old, new, f"expected/{name}", f"output/{name}", n=0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_output_equals_the_expected_tree(
    case: Path, folder: Folder, pytestconfig: pytest.Config
) -> None:
    """The same files with the same bytes, and no others."""
    output = run_days(case, folder)
    expected = case / "expected"
    if pytestconfig.getoption("renew_golden"):
        shutil.rmtree(expected, ignore_errors=True)
        shutil.copytree(folder.output, expected, ignore=shutil.ignore_patterns(*STATUS, ASSETS))
        pytest.fail(f"{expected} was written anew: read what changed, and run without the flag")
    assert [] == list(differences(expected_tree(expected), output))
    assert expected_tree(expected) == output


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_rebuild_gives_the_same_tree(case: Path, folder: Folder) -> None:
    """The output folder is deleted first, so everything comes from the ledger."""
    output = run_days(case, folder)
    shutil.rmtree(folder.output)
    assert 0 == folder.digest("rebuild", now="2027-01-01T00:00").status
    assert output == folder.tree()
