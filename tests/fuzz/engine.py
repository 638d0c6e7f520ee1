"""Judge many inputs on all processors, and say what came of them."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from tests.fuzz import shrink
from tests.fuzz.inputs import Input, make
from tests.fuzz.judge import Breach, Outcome, judge

_CHUNK = 250  # inputs a process judges at a time
_ADDRESS_SPACE = 4 << 30  # bytes; a process that needs more gets a MemoryError


class Finding(NamedTuple):
    """All inputs of one kind of file that break one rule alike; ``number`` is the first."""

    seed: str
    breach: Breach
    number: int
    inputs: int = 1


class Tally:
    """The figures of many inputs."""

    def __init__(self) -> None:
        self.seeds: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self.read = self.rejected = self.refused = self.memory = 0
        self.slowest = (0.0, 0)  # seconds, number
        self.findings: dict[tuple[str, str, str], Finding] = {}

    def add(self, item: Input, outcome: Outcome) -> None:
        """Count an input."""
        self.seeds[item.seed if item.document.exact else "files without marks"] += 1
        self.steps.update((*item.steps, *item.packings))
        self.steps.update(["another encoding"] if item.encoding or item.codec else [])
        self.read += outcome.read
        self.rejected += outcome.rejected
        self.refused += bool(outcome.refused)
        self.memory = max(self.memory, outcome.memory)
        self.slowest = max(self.slowest, (outcome.seconds, item.number))
        for breach in outcome.breaches:
            self._add(Finding(item.seed, breach, item.number))

    def merge(self, other: Tally) -> None:
        """Add the figures of another process."""
        self.seeds.update(other.seeds)
        self.steps.update(other.steps)
        self.read += other.read
        self.rejected += other.rejected
        self.refused += other.refused
        self.memory = max(self.memory, other.memory)
        self.slowest = max(self.slowest, other.slowest)
        for finding in other.findings.values():
            self._add(finding)

    def _add(self, finding: Finding) -> None:
        key = (finding.seed, finding.breach.rule, finding.breach.what)
        known = self.findings.get(key, finding._replace(inputs=0))
        first = min(known, finding, key=lambda one: one.number)
        self.findings[key] = first._replace(inputs=known.inputs + finding.inputs)

    def lines(self, seconds: float) -> Iterator[str]:
        """Yield the figures, a line each."""
        count = self.seeds.total()
        yield (
            f"{count:,} inputs, {count / seconds:.0f} a second: {self.read:,} records read, "
            f"{self.rejected:,} rejected, {self.refused:,} files refused; slowest "
            f"{self.slowest[0]:.2f} s (number {self.slowest[1]}), largest growth of the peak "
            f"{self.memory >> 20} MiB"
        )
        yield f"inputs by seed: {_counts(self.seeds)}"
        yield f"inputs by change: {_counts(self.steps)}"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counter.items()))


def judge_numbers(numbers: Iterable[int], folder: str | None = None) -> Tally:
    """Judge the inputs of these numbers in this process."""
    tally = Tally()
    for number in numbers:
        item = make(number, folder)
        tally.add(item, judge(item))
    return tally


def judge_all(start: int, count: int, folder: str | None = None) -> tuple[Tally, float]:
    """Judge ``count`` inputs on all processors; return their figures and the seconds.

    Raises `RuntimeError` with the numbers if one of them ends a process.
    """
    began, tally = time.monotonic(), Tally()
    chunks = [range(n, min(n + _CHUNK, start + count)) for n in range(start, start + count, _CHUNK)]
    with ProcessPoolExecutor(
        os.cpu_count(), multiprocessing.get_context("spawn"), _limit_memory
    ) as pool:
        results = [pool.submit(judge_numbers, chunk, folder) for chunk in chunks]
        for chunk, result in zip(chunks, results, strict=True):
            try:
                tally.merge(result.result())
            except BrokenProcessPool as error:
                raise RuntimeError(f"a process ended in or after the numbers of {chunk}") from error
    return tally, time.monotonic() - began


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))


def describe(findings: Iterable[Finding], folder: str | None = None) -> list[str]:
    """Return each finding in words, with the smallest input that shows it."""
    texts = []
    for finding in sorted(findings, key=lambda one: (one.seed, one.breach)):
        item = shrink.smallest(make(finding.number, folder), finding.breach)
        detail = next(
            (b.detail for b in judge(item).breaches if b[:2] == finding.breach[:2]),
            finding.breach.detail,
        )
        how = ", ".join((*item.steps, *item.packings, *(
            [f"{item.encoding.codec} as {item.encoding.label}"] if item.encoding else []
        )))  # fmt: skip
        texts.append(
            f"{finding.seed}: {finding.breach.rule}: {finding.breach.what}"
            f" ({finding.inputs} inputs; --seed {finding.number}: {how})\n"
            f"  {detail}\n  {item.data[:3000]!r}"
        )
    return texts
