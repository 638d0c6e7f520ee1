"""Phrases of the titles of each issue, with how many of its papers use them.

Kept so that terms of a week can be told without reading the issues of the weeks before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from digest.storage.ledger.queries import Queries, upsert

_counts = msgspec.json.Decoder(dict[str, int]).decode


class IssuePhrases(NamedTuple):
    """An issue's number and date, its papers, and of each phrase how many titles have it."""

    number: int
    date: str
    papers: int
    phrases: Mapping[str, int]


class TitlePhrases(Queries):
    """Phrases of the titles of each issue."""

    def put(self, edition: str, counted: IssuePhrases) -> None:
        """What an issue's titles say, in place of what was kept of it before."""
        number, date, papers, phrases = counted
        row = (edition, number, date, papers, msgspec.json.encode(phrases).decode())
        self._execute(upsert("title_phrase", "edition, number", "date, papers, phrases"), row)

    def since(self, edition: str, date: str) -> list[IssuePhrases]:
        """The issues of this date and later ones, oldest first."""
        sql = (
            "SELECT number, date, papers, phrases FROM title_phrase"
            " WHERE edition = ? AND date >= ? ORDER BY date, number"
        )
        rows = self._execute(sql, (edition, date))
        return [
            IssuePhrases(number, day, papers, _counts(phrases))
            for number, day, papers, phrases in rows
        ]
