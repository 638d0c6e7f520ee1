"""What the proofs counted and measured, told at the end."""

from __future__ import annotations

from collections import Counter


class Figures:
    """What was counted and measured, with its unit."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.measured: list[str] = []

    def count(self, name: str, amount: int = 1) -> None:
        """So many more of ``name``."""
        self.counted[name] += amount

    def tell(self, name: str, value: float, unit: str) -> None:
        """Notes a measurement that has no limit."""
        self.measured.append(f"{value:9,.0f} {unit:<3} {name}")

    def keep(self, name: str, value: float, limit: float, unit: str) -> None:
        """Notes a measurement, and fails where it is not below its limit."""
        self.tell(f"{name} (limit {limit:,.0f})", value, unit)
        assert value < limit, self.measured[-1]

    def lines(self) -> list[str]:
        """One line a figure."""
        return [*(f"{n:9,} {name}" for name, n in self.counted.items()), *self.measured]
