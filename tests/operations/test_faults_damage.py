"""A damaged or locked ledger: one line says so, and the file stays as it is."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.folders import CommandResult, Folder
from tests.support.scenes import Scene, check_mended

PAGE = 4096
SAID = re.compile(
    r"(not usable as a database|damaged|it is empty).*kept as it is"
    r"|another program|a later version|an earlier version"  # where it hits the head of the file
)
COMMANDS = (("run",), ("status",), ("rebuild",), ("search", "harbour"), ("topics",))


def overwritten(good: bytes, dice: random.Random) -> bytes:
    """Overwrite three stretches with random bytes."""
    body = bytearray(good)
    for _ in range(3):
        at = dice.randrange(len(body) - 300)
        body[at : at + 200] = dice.randbytes(200)
    return bytes(body)


def cut(good: bytes, dice: random.Random) -> bytes:
    """Cut off the end at a random place."""
    return good[: dice.randrange(1, len(good))]


def blanked(good: bytes, dice: random.Random) -> bytes:
    """Overwrite a random page with zeros."""
    at = dice.randrange(len(good) // PAGE) * PAGE
    return good[:at] + bytes(PAGE) + good[at + PAGE :]


def fit(result: CommandResult, case: object) -> None:
    """Check that a command succeeded, or failed with one line that says what to do."""
    assert result.status in (0, 1, 3), (case, result)
    if result.status == 1:
        lines = [line for line in result.err.splitlines() if line.startswith("digest: ")]
        assert 1 == len(lines), (case, result)
        assert SAID.search(lines[0]), (case, lines)


def damage(
    scene: Scene, place: Path, rounds: int, figure: Callable[[str], None], seed: int = 7
) -> None:
    """Run every command on ledgers damaged in each way in turn."""
    dice, failed = random.Random(seed), Counter[str]()
    ways = (overwritten, cut, blanked)
    for number in range(rounds):
        way = ways[number % len(ways)]
        for words in COMMANDS:
            folder = scene.before.copy(place / "folder")
            ledger = folder.root / "state" / "ledger.sqlite3"
            bad = way(ledger.read_bytes(), dice)
            ledger.write_bytes(bad)
            result = folder.digest(*(scene.words if words == ("run",) else words))
            fit(result, (way.__name__, number, words))
            failed[way.__name__] += result.status == 1
            if words not in {("run",), ("rebuild",)}:
                assert bad == ledger.read_bytes()
            shutil.rmtree(folder.root)
    assert all(failed[way.__name__] for way in ways), failed
    counts = ", ".join(f"{way} {times}" for way, times in sorted(failed.items()))
    figure(f"{rounds * len(COMMANDS)} commands on damaged ledgers, refused in a line: {counts}")


def test_damage_is_reported_in_one_line(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """Random bytes, a cut file, a blank page."""
    damage(scenes["later"], tmp_path, 6, figure)


@pytest.mark.soak
def test_damage_is_reported_in_one_line_500_times(
    scenes: dict[str, Scene], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The same on many more ledgers."""
    damage(scenes["later"], tmp_path, 100, figure)


@pytest.mark.soak
def test_a_run_on_a_locked_database_gives_up_after_half_a_minute(
    scenes: dict[str, Scene], tmp_path: Path
) -> None:
    """It says why, and the next run does all of its work."""
    scene, folder = scenes["later"], Folder(tmp_path / "folder")
    shutil.rmtree(folder.root)
    folder = scene.before.copy(folder.root)
    with closing(sqlite3.connect(folder.root / "state" / "ledger.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        result = folder.digest(*scene.words)
        other.execute("ROLLBACK")
    assert 1 == result.status
    assert "database is locked" in result.err
    assert 3 == folder.digest(*scene.words).status
    check_mended(scene, folder, result)
