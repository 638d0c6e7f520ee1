"""Full text over all papers: titles, abstracts and names, kept up to date by triggers.

The index (SQLite's FTS5) holds no texts of its own. Papers that turned out to be another
one are found as that one.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from digest.ledger import papers
from digest.model.papers import Paper

Database = sqlite3.Connection

_TITLE, _ABSTRACT, _NAMES = 8.0, 1.0, 4.0  # what a word counts where it is found


class Place(NamedTuple):
    """Where a paper stands: an issue, and the guid it has there."""

    edition: str
    date: str
    ordinal: int
    guid: str


class Found(NamedTuple):
    """A paper, and the newest issue it stands in, if any."""

    paper: Paper
    issue: Place | None


def search(database: Database, phrases: Sequence[str], limit: int) -> list[Found]:
    """The papers that hold all these words, or phrases of several words, the best first.

    Of equals the newest is first. Nothing in a phrase is an operator.
    """
    wanted = " ".join('"{}"'.format(phrase.replace('"', '""')) for phrase in phrases)
    sql = """
        SELECT coalesce(alias_of, paper.id)
        FROM paper_word JOIN paper ON paper.id = paper_word.rowid
        WHERE paper_word MATCH ? AND withdrawn IS NULL
        ORDER BY bm25(paper_word, ?, ?, ?), paper.id DESC
    """
    rows = database.execute(sql, (wanted, _TITLE, _ABSTRACT, _NAMES))
    numbers = list(itertools.islice(dict.fromkeys(number for (number,) in rows), limit))
    held = {paper.id: paper for paper in papers.by_number(database, numbers)}
    return [Found(held[number], _issue(database, number)) for number in numbers]


def _issue(database: Database, paper: int) -> Place | None:
    sql = """
        SELECT issue.edition, date, ordinal, guid
        FROM issued JOIN issue ON issue.id = issued.issue JOIN paper ON paper.id = issued.paper
        WHERE paper.id = :paper OR alias_of = :paper ORDER BY issue.id DESC LIMIT 1
    """
    row = database.execute(sql, {"paper": paper}).fetchone()
    return Place(*row) if row else None
