"""Replacement rules, and how they are applied to a text."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Rule(NamedTuple):
    """Replace ``pattern`` by ``to`` in texts that hold ``mark``.

    Every repetition in a pattern is bounded or can begin in one place only, so a rule is linear
    in the length of the text. A pattern begins with literal characters if it can, and checks those
    before them by a look-behind: `re` finds literals ten times as fast as alternatives.
    """

    mark: str
    pattern: str
    to: str | Callable[[re.Match[str]], str]
    rounds: int = 1  # how often at most; more than once for groups inside groups


def apply(rules: Iterable[Rule], text: str) -> str:
    """Apply the rules in order, each only if the text holds its mark."""
    for mark, pattern, to, rounds in rules:
        remaining = rounds
        # A search for one character is faster, and already excludes most texts.
        while remaining and mark[0] in text and mark in text:
            text, changes = compiled(pattern).subn(to, text)
            remaining = remaining - 1 if changes else 0
    return text


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern on first use. Compiling all would cost 10 ms at every start."""
    return re.compile(pattern)
