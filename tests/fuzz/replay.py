"""Make the inputs of numbers again, judge them, and say what is wrong with them.

``python -m tests.fuzz.replay --seed 17`` prints the bytes of input 17 and what it breaks;
``--write FILE`` writes them. ``--count 5000 --from 0`` judges many.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.fuzz import engine, shrink
from tests.fuzz.inputs import make
from tests.fuzz.judge import judge


def main() -> int:
    """Return 1 if a rule does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="the number of one input")
    parser.add_argument("--write", type=Path, help="write its bytes to this file")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--from", type=int, default=0, dest="start")
    parser.add_argument("--data", help="a folder with further seeds")
    arguments = parser.parse_args()
    if arguments.seed is not None:
        return _one(arguments.seed, arguments.data, arguments.write)
    tally, seconds = engine.judge_all(arguments.start, arguments.count, arguments.data)
    _print(engine.describe(tally.findings.values(), arguments.data))
    _print(tally.lines(seconds))
    return bool(tally.findings)


def _one(number: int, folder: str | None, target: Path | None) -> int:
    item = make(number, folder)
    if target:
        target.write_bytes(item.data)
    outcome = judge(item)
    _print([f"{item.seed}: {', '.join((*item.steps, *item.packings))}", repr(item.data)])
    _print([repr(outcome)])
    for breach in outcome.breaches:
        _print([f"smallest: {shrink.smallest(item, breach).data!r}"])
    return bool(outcome.breaches)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
