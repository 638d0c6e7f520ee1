"""Plant faults in the code, one after the other, and check that the tests named for each fail.

    python -m tests.support.mutants [PART OF A NAME...]

`tests/mutants.toml` lists the faults. Each has a name (the wrong behaviour), a file, a text in
it, the text that replaces it, and the tests that must fail. Faults are planted in copies of the
checkout, never in the checkout itself. The exit status is 1 if a fault survives, that is, if its
tests pass.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[2]
LIST = CHECKOUT / "tests" / "mutants.toml"
_COPIED = ("benchmarks", "config", "digest", "docs", "templates", "tests")
_TIMEOUT = 300  # seconds for the tests of one fault
_PASSED, _FAILED = 0, 1  # exit statuses of pytest; with any other one the tests did not run


class Mutant(NamedTuple):
    """A fault to plant: ``old`` stands in ``file`` once and becomes ``new``."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    faults: bool = False  # the tests need root and strace, as those of `make faults`


class Verdict(NamedTuple):
    """The outcome for one fault: whether its tests failed."""

    mutant: Mutant
    is_caught: bool


def mutants() -> list[Mutant]:
    """Return the faults of `tests/mutants.toml`, in its order."""
    rows = tomllib.loads(LIST.read_text("utf-8"))["mutant"]
    return [Mutant(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def plant_each(chosen: Sequence[Mutant], workers: int) -> Iterator[Verdict]:
    """Plant each fault in a copy of the checkout and run its tests; yield the verdicts in order.

    Raises `RuntimeError` if the tests do not run, or fail without a fault.
    """
    with tempfile.TemporaryDirectory(prefix="papers-digest-mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            copies.put(_copy_checkout(Path(folder, str(number))))
        # A test that fails anyway would seem to catch its fault.
        for needs_root in (False, True):
            names = (test for each in chosen if each.faults is needs_root for test in each.tests)
            _check_sound(tuple(dict.fromkeys(names)), copies, faults=needs_root)
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(lambda mutant: _plant(mutant, copies), chosen)


def _copy_checkout(folder: Path) -> Path:
    folder.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "_build")
    for name in _COPIED:
        shutil.copytree(CHECKOUT / name, folder / name, ignore=ignored)
    for file in CHECKOUT.glob("*.*"):
        if file.is_file():
            shutil.copy(file, folder)
    return folder


def _check_sound(tests: Sequence[str], copies: SimpleQueue[Path], *, faults: bool) -> None:
    if tests:
        copy = copies.get()
        if not _passes(tests, copy, faults=faults):
            raise RuntimeError("a test fails without a fault: run the tests first")
        copies.put(copy)


def _plant(mutant: Mutant, copies: SimpleQueue[Path]) -> Verdict:
    copy = copies.get()
    file = copy / mutant.file
    sound = file.read_text("utf-8")
    file.write_text(sound.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return Verdict(mutant, not _passes(mutant.tests, copy, faults=mutant.faults))
    finally:
        file.write_text(sound, encoding="utf-8")
        copies.put(copy)


def _passes(tests: Iterable[str], copy: Path, *, faults: bool) -> bool:
    """Run tests in a copy of the checkout, and return whether they pass."""
    marker = ["-m", "faults"] if faults else []
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *marker]
    # No bytecode: a planted fault may keep a file's size, and its time to the second.
    env = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            [*command, *tests],
            cwd=copy, env=env, capture_output=True, text=True, timeout=_TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    if ended.returncode not in (_PASSED, _FAILED):
        raise RuntimeError(f"the tests did not run:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return ended.returncode == _PASSED


def main(words: Sequence[str]) -> int:
    """Plant the faults whose name has one of the words, or all; print a line for each.

    Returns the exit status.
    """
    chosen = [each for each in mutants() if not words or any(word in each.name for word in words)]
    survived = 0
    for verdict in plant_each(chosen, workers=os.cpu_count() or 1):
        survived += not verdict.is_caught
        outcome = "caught  " if verdict.is_caught else "SURVIVED"
        print(f"{outcome}  {verdict.mutant.name}", flush=True)  # noqa: T201
    print(f"{len(chosen)} faults planted, {survived} survived")  # noqa: T201
    return 1 if survived or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
