"""Write a number with its noun: the one place that decides between singular and plural."""

from __future__ import annotations


def noun(number: int, singular: str, plural: str = "") -> str:
    """Return a noun in the form for this number; without a ``plural`` it takes an "s"."""
    return singular if number == 1 else plural or f"{singular}s"


def count(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: "1 paper", "14 papers", "1,204 papers"."""
    return f"{number:,} {noun(number, singular, plural)}"
