"""A rule of mending: a mark, a pattern, a replacement."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Rule(NamedTuple):
    """Where ``mark`` stands in a text, ``pattern`` is worth trying.

    Every repetition in a pattern is bounded or cannot start twice, so a rule is linear.
    """

    mark: str
    pattern: str
    to: str | Callable[[re.Match[str]], str]
    rounds: int = 1  # it is tried again, so often at most, where it stands inside itself


def apply(rules: Iterable[Rule], text: str) -> str:
    """Try the rules in their order, each where its mark stands."""
    for mark, pattern, to, rounds in rules:
        for _ in range(rounds):
            if mark not in text:
                break
            text, changes = compiled(pattern).subn(to, text)
            if not changes:
                break
    return text


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: all of them would cost each start 10 ms."""
    return re.compile(pattern)
