"""Collect the counts and measurements of the proofs, to be printed at the end."""

from __future__ import annotations

from collections import Counter


class Figures:
    """Counts by name, and measurements as finished lines with their units."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.measured: list[str] = []

    def count(self, name: str, amount: int = 1) -> None:
        """Add ``amount`` to the count of ``name``."""
        self.counted[name] += amount

    def record(self, name: str, value: float, unit: str) -> None:
        """Record a measurement that has no limit."""
        self.measured.append(f"{value:9,.0f} {unit:<3} {name}")

    def check(self, name: str, value: float, limit: float, unit: str) -> None:
        """Record a measurement, and fail if it is not below its limit."""
        self.record(f"{name} (limit {limit:,.0f})", value, unit)
        assert value < limit, self.measured[-1]

    def lines(self) -> list[str]:
        """Return one line for each count and each measurement."""
        return [*(f"{n:9,} {name}" for name, n in self.counted.items()), *self.measured]
