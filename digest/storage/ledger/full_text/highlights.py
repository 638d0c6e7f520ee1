"""Find the words of a search in texts as they are shown, by the rules of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple

from digest.model.found_papers import Pieces
from digest.storage.ledger.full_text import expressions

# They stand in no text: pages leave control characters out.
_BEGIN, _END = "\x02", "\x03"
_SNIPPET = 40  # words of an abstract around what was found, at most 64
_CREATE = f"CREATE VIRTUAL TABLE shown USING fts5 (title, names, abstract, {expressions.TOKENIZER})"
_MARKED = f"""
    SELECT rowid, highlight(shown, 0, '{_BEGIN}', '{_END}'),
           highlight(shown, 1, '{_BEGIN}', '{_END}'),
           snippet(shown, 2, '{_BEGIN}', '{_END}', '…', {_SNIPPET})
    FROM shown WHERE shown MATCH ?
"""


class Highlighted(NamedTuple):
    """A title, names and a part of an abstract, with what was found.

    ``snippet`` is empty if nothing in the abstract was found.
    """

    title: Pieces
    by: Pieces
    snippet: Pieces


def highlight(phrases: Sequence[str], texts: Sequence[tuple[str, str, str]]) -> list[Highlighted]:
    """Return titles, names and abstracts with what fits a phrase marked, of abstracts a part."""
    # In memory: the index holds texts as the listings gave them, not as pages show them.
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(_CREATE)
        clean = [[_without_marks(text) for text in row] for row in texts]
        memory.executemany("INSERT INTO shown (title, names, abstract) VALUES (?, ?, ?)", clean)
        rows = memory.execute(_MARKED, (expressions.any_of(phrases),)).fetchall()
    marked = {number: texts for number, *texts in rows}
    unmarked = ((title, names, "") for title, names, _ in clean)
    return [_highlighted(marked.get(row, texts)) for row, texts in enumerate(unmarked, start=1)]


def _highlighted(texts: Sequence[str]) -> Highlighted:
    title, by, snippet = map(_pieces, texts)
    # Without a word of the search in it, it is only the beginning of the abstract.
    return Highlighted(title, by, snippet if any(found for _, found in snippet) else ())


def _pieces(marked: str) -> Pieces:
    before, *rest = marked.split(_BEGIN)
    pieces = [(before, False)]
    for part in rest:
        found, _, after = part.partition(_END)
        pieces += [(found, True), (after, False)]
    return tuple(piece for piece in pieces if piece[0])


def _without_marks(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_END, "")
