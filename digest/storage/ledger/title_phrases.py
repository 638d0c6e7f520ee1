"""Phrases in the titles of each issue, and how many titles use each of them.

They are stored so that finding the trending terms of a week needs no reading of older issues.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from digest.storage.ledger.encoding import decode
from digest.storage.ledger.queries import Queries, upsert


class IssuePhrases(NamedTuple):
    """An issue's number, date and number of papers, and how many titles have each phrase."""

    number: int
    date: str
    papers: int
    phrases: Mapping[str, int]


class TitlePhrases(Queries):
    """Phrases in the titles of each issue."""

    def record_phrases(self, edition: str, issue: IssuePhrases) -> None:
        """Record the phrases of an issue's titles in place of those recorded before."""
        number, date, papers, phrases = issue
        row = (edition, number, date, papers, msgspec.json.encode(phrases).decode())
        self._execute(upsert("title_phrase", "edition, number", "date, papers, phrases"), row)

    def delete_phrases(self, edition: str, number: int) -> None:
        """Delete the phrases of an issue that is taken back."""
        sql = "DELETE FROM title_phrase WHERE edition = ? AND number = ?"
        self._execute(sql, (edition, number))

    def phrases_since(
        self, edition: str, date: str, before: str = "9999"
    ) -> Iterator[IssuePhrases]:
        """Yield the phrases of the issues of this date and later ones, oldest first.

        Issues of the date ``before`` and later ones are left out.
        """
        # One after the other: those of five weeks of a thousand papers a day take 30 MB.
        sql = (
            "SELECT number, date, papers, phrases FROM title_phrase"
            " WHERE edition = ? AND date >= ? AND date < ? ORDER BY date, number"
        )
        for number, day, papers, phrases in self._execute(sql, (edition, date, before)):
            yield IssuePhrases(number, day, papers, decode(phrases, dict[str, int]))
