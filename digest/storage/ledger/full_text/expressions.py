"""Write the words of a search as an expression of FTS5 in which nothing is an operator."""

from __future__ import annotations

from collections.abc import Sequence

# The tokenizer of every table: word endings, case and accents do not matter.
TOKENIZER = "tokenize = 'porter unicode61 remove_diacritics 2'"


def phrase(words: str) -> str:
    """Return the expression of one word, or of several that must stand side by side."""
    # For FTS5 the expression would end at a NUL.
    return '"{}"'.format(words.replace('"', '""').replace("\0", " "))


def all_of(phrases: Sequence[str]) -> str:
    """Return the expression that every phrase must fit."""
    return " ".join(map(phrase, phrases))


def any_of(phrases: Sequence[str]) -> str:
    """Return the expression that one of the phrases must fit."""
    return " OR ".join(map(phrase, phrases))


def within(columns: str, expression: str) -> str:
    """Return the expression, to be looked for in these columns only, such as "title names"."""
    return f"({{{columns}}} : ({expression}))"
