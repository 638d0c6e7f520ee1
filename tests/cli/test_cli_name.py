"""The command is called `digest` in every message, whatever program started it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.folders import MINUTE, CommandResult, Folder, page, run_command

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
    """Return each way to start it, as the first words of a command."""
    return STARTS[request.param]


def answer(start: Sequence[str], *words: str) -> CommandResult:
    """Run a process started in this way."""
    done = subprocess.run(
        [*start, *words], capture_output=True, text=True, check=False, env={}, timeout=MINUTE
    )
    return CommandResult(done.returncode, done.stdout, done.stderr)


def damage(folder: Folder) -> Folder:
    """Damage the ledger of a folder that has a sound backup."""
    folder.drop("papers.txt", page(DAY, [1]))
    folder.run(NOW)
    assert 0 == folder.digest("backup", now=NOW).status
    (folder.root / "state" / "ledger.sqlite3").write_bytes(b"SQLite format 3\0")
    return folder


def test_usage_names_the_command_digest(start: list[str]) -> None:
    """Lines of the help and of a usage error can be pasted."""
    assert answer(start, "run", "--help").out.startswith("Usage: digest run [OPTIONS]\n")
    wrong = answer(start, "ran")
    assert 2 == wrong.status
    assert wrong.err.startswith("Usage: digest [OPTIONS] COMMAND")
    assert "Try 'digest --help' for help." in wrong.err


def test_messages_name_the_next_command(start: list[str], tmp_path: Path) -> None:
    """`init` and a damaged ledger name it with the working folder."""
    folder = Folder(tmp_path / "folder")
    root = ("--root", str(folder.root))
    first = answer(start, *root, "init")
    assert f"/, then: digest --root {folder.root} run\n" in first.out
    hint = f": digest --root {folder.root} restore --yes\n"
    assert answer(start, *root, "status").status == 0
    damage(folder)
    assert answer(start, *root, "status").err.endswith(hint)


def test_the_name_is_digest_under_a_test_runner(folder: Folder) -> None:
    """The program of this very process is pytest."""
    assert run_command(["run", "-h"]).out.startswith("Usage: digest run")
    assert "Try 'digest --help'" in folder.digest("ran").err
