"""Find the words of a search in texts as they are shown, by the rules of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple

from digest.storage.ledger.full_text import expressions

# They stand in no text: pages leave control characters out.
_BEGIN, _END = "\x02", "\x03"
_SNIPPET = 40  # words of an abstract around what was found, at most 64


class Highlighted(NamedTuple):
    """A title and a part of an abstract, each as pieces: the words, and whether they were found.

    ``snippet`` is empty if nothing in the abstract was found.
    """

    title: tuple[tuple[str, bool], ...]
    snippet: tuple[tuple[str, bool], ...]


def highlight(phrases: Sequence[str], texts: Sequence[tuple[str, str | None]]) -> list[Highlighted]:
    """Return each title and a piece of each abstract, with what fits a phrase marked."""
    sql = f"""
        SELECT rowid, highlight(shown, 0, '{_BEGIN}', '{_END}'),
               snippet(shown, 1, '{_BEGIN}', '{_END}', '…', {_SNIPPET})
        FROM shown WHERE shown MATCH ?
    """
    # In memory: the index holds texts as the listings gave them, not as pages show them.
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(
            f"CREATE VIRTUAL TABLE shown USING fts5 (title, abstract, {expressions.TOKENIZER})"
        )
        clean = [[_without_marks(text or "") for text in pair] for pair in texts]
        memory.executemany("INSERT INTO shown (title, abstract) VALUES (?, ?)", clean)
        rows = {row: marked for row, *marked in memory.execute(sql, (expressions.any_of(phrases),))}
    return [
        _highlighted(rows.get(number, (clean[number - 1][0], "")))
        for number in range(1, len(texts) + 1)
    ]


def _highlighted(marked: Sequence[str]) -> Highlighted:
    title, snippet = map(_pieces, marked)
    # Without a word of the search in it, it is only the beginning of the abstract.
    return Highlighted(title, snippet if any(found for _, found in snippet) else ())


def _pieces(marked: str) -> tuple[tuple[str, bool], ...]:
    before, *rest = marked.split(_BEGIN)
    pieces = [(before, False)]
    for part in rest:
        found, _, after = part.partition(_END)
        pieces += [(found, True), (after, False)]
    return tuple(piece for piece in pieces if piece[0])


def _without_marks(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_END, "")
