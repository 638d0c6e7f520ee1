"""The command is called `digest` in all it says, whatever program started it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.folders import MINUTE, Folder, Told, page, told

DAY = "2026-11-18"
NOW = f"{DAY}T08:00"
OTHERWISE = """
import sys
sys.argv[0] = "/opt/elsewhere/{}"
from digest.cli import main
main.main()
"""
STARTS = {
    "script": [str(Path(sys.executable).parent / "digest")],
    "module": [sys.executable, "-m", "digest"],
    "path": [sys.executable, "-c", OTHERWISE.format("digest")],
    "another name": [sys.executable, "-c", OTHERWISE.format("papers")],
}


@pytest.fixture(params=STARTS)
def start(request: pytest.FixtureRequest) -> list[str]:
    """Each way to start it, as the first words of a command."""
    return STARTS[request.param]


def said(start: Sequence[str], *words: str) -> Told:
    """What a process started in this way answers."""
    done = subprocess.run(
        [*start, *words], capture_output=True, text=True, check=False, env={}, timeout=MINUTE
    )
    return Told(done.returncode, done.stdout, done.stderr)


def damaged(folder: Folder) -> Folder:
    """The folder with a ledger that is not whole, and a sound backup of it."""
    folder.drop("papers.txt", page(DAY, [1]))
    folder.run(NOW)
    assert 0 == folder.digest("backup", now=NOW).status
    (folder.root / "state" / "ledger.sqlite3").write_bytes(b"SQLite format 3\0")
    return folder


def test_usage_names_the_command(start: list[str]) -> None:
    """In help and where a word is wrong: the lines can be pasted."""
    assert said(start, "run", "--help").out.startswith("Usage: digest run [OPTIONS]\n")
    wrong = said(start, "ran")
    assert 2 == wrong.status
    assert wrong.err.startswith("Usage: digest [OPTIONS] COMMAND")
    assert "Try 'digest --help' for help." in wrong.err


def test_the_next_command_is_named(start: list[str], tmp_path: Path) -> None:
    """By `init`, by the first issue, and beside a damaged ledger."""
    folder = Folder(tmp_path / "folder")
    root = ("--root", str(folder.root))
    made = said(start, *root, "init")
    assert f"/, then: digest --root {folder.root} run\n" in made.out
    folder.drop("papers.txt", page(DAY, [1]))
    assert "\nYour own:  digest init ~/papers, then" in said(start, *root, "run").out
    hint = f": digest --root {folder.root} restore --yes\n"
    assert said(start, *root, "status").status == 0
    damaged(folder)
    assert said(start, *root, "status").err.endswith(hint)


def test_the_name_under_a_test_runner(folder: Folder) -> None:
    """Also in this very process, whose program is pytest."""
    assert told(["run", "-h"]).out.startswith("Usage: digest run")
    assert "Try 'digest --help'" in folder.digest("ran").err
