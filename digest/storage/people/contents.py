"""Queries on rendered messages: one for each mailing and wish, kept while it may be needed.

The stored bytes are what is sent, also on a second try: templates and settings may have changed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection

from digest.model.people import MailContent
from digest.storage.ledger.queries import Queries, insert_new, upsert


class Contents(Queries):
    """The tables of contents and of the papers in them."""

    def add(self, mailing: int, edition: str, hash_: str, content: MailContent) -> int:
        """Store a rendered message under a hash of what it was made for; return its number.

        It takes the place of one whose bytes were deleted.
        """
        values = (
            mailing, hash_, content.subject, json.dumps(content.papers), zlib.compress(content.body)
        )  # fmt: skip
        sql = upsert("content", "mailing, hash", "subject, papers, body")
        ((number,),) = self._execute(f"{sql} RETURNING id", values).fetchall()
        self._executemany(
            insert_new("mailed_paper", "edition, paper, content"),
            [(edition, paper, number) for paper in content.papers],
        )
        return int(number)

    def find(self, mailing: int, hash_: str) -> int | None:
        """Return the number of the message with this hash, unless its bytes were deleted."""
        sql = "SELECT id FROM content WHERE mailing = ? AND hash = ? AND body IS NOT NULL"
        row = self._execute(sql, (mailing, hash_)).fetchone()
        return None if row is None else int(row[0])

    def load(self, content: int) -> MailContent | None:
        """Return a stored message; None once its bytes were deleted."""
        sql = "SELECT subject, body, papers FROM content WHERE id = ?"
        row = self._execute(sql, (content,)).fetchone()
        if row is None or row[1] is None:
            return None
        subject, body, papers = row
        return MailContent(
            subject=subject, body=zlib.decompress(body), papers=tuple(json.loads(papers))
        )

    def holding(
        self, edition: str, papers: Collection[str], other_than: int
    ) -> dict[int, frozenset[str]]:
        """Return the messages of an edition that show some of these papers, each with which.

        Those of the mailing ``other_than`` are left out.
        """
        found: dict[int, set[str]] = {}
        sql = (
            "SELECT content.id FROM mailed_paper JOIN content ON content.id = mailed_paper.content"
            " WHERE edition = ? AND paper = ? AND mailing <> ?"
        )
        for paper in papers:
            for (content,) in self._execute(sql, (edition, paper, other_than)):
                found.setdefault(int(content), set()).add(paper)
        return {content: frozenset(shown) for content, shown in found.items()}

    def has_papers(self, content: int) -> bool:
        """Return whether a message shows a paper: one that says that there is none does not."""
        sql = "SELECT papers <> '[]' FROM content WHERE id = ?"
        row = self._execute(sql, (content,)).fetchone()
        return bool(row and row[0])

    def drop_bodies(self, before: str) -> None:
        """Delete the bytes of the messages of mailings that were frozen before a moment.

        Those stay that a delivery needs still, or may need: the same bytes are sent again where
        nobody knows whether they arrived.
        """
        sql = (
            "UPDATE content SET body = NULL WHERE body IS NOT NULL"
            " AND mailing IN (SELECT id FROM mailing WHERE frozen < ?)"
            " AND id NOT IN (SELECT content FROM delivery WHERE content IS NOT NULL"
            " AND state IN ('pending', 'sending', 'deferred', 'unknown'))"
        )
        self._execute(sql, (before,))
