"""A rule of mending: a mark, a pattern, a replacement."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Rule(NamedTuple):
    """Where ``mark`` stands in a text, ``pattern`` is worth trying.

    Every repetition in a pattern is bounded or cannot start twice, so a rule is linear. Where
    it can, a pattern begins with plain characters and looks behind for what stands before them:
    those are found ten times as fast as a choice.
    """

    mark: str
    pattern: str
    to: str | Callable[[re.Match[str]], str]
    rounds: int = 1  # it is tried again, so often at most, where it stands inside itself


def apply(rules: Iterable[Rule], text: str) -> str:
    """Try the rules in their order, each where its mark stands."""
    for mark, pattern, to, rounds in rules:
        left = rounds
        while left and mark[0] in text and mark in text:  # one character is found at once
            text, changes = compiled(pattern).subn(to, text)
            left = left - 1 if changes else 0
    return text


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: all of them would cost each start 10 ms."""
    return re.compile(pattern)
