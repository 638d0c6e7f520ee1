"""Build English sentences of parts: the one place that writes a list with commas and "and"."""

from __future__ import annotations

from collections.abc import Sequence


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def lower_first(sentence: str) -> str:
    """Return a sentence without its capital, to stand within another one."""
    return f"{sentence[:1].lower()}{sentence[1:]}"
