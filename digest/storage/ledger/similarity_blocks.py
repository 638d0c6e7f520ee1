"""An index of the newest papers by blocks of their abstracts, to find near-duplicates.

A block is a hash that near-duplicates are likely to share (see `digest.matching.similarity`).
The index covers only the newest `WINDOW` papers. Over all papers its cost would grow with the
age of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digest.storage.ledger.queries import Queries, insert_new

WINDOW = 10_000  # papers
_CHUNK = 500  # bound parameters a statement


class SimilarityBlocks(Queries):
    """The similarity index over the newest papers."""

    def papers_by_block(self, hashes: Sequence[int]) -> dict[int, set[int]]:
        """Return the numbers of the papers that have each of these blocks."""
        papers: dict[int, set[int]] = {}
        for start in range(0, len(hashes), _CHUNK):
            chunk = hashes[start : start + _CHUNK]
            sql = (
                "SELECT hash, coalesce(alias_of, id) FROM block JOIN paper ON id = paper"
                f" WHERE hash IN ({','.join('?' * len(chunk))})"
            )
            for block, paper in self._execute(sql, chunk):
                papers.setdefault(block, set()).add(paper)
        return papers

    def list_unindexed(self) -> list[tuple[int, str]]:
        """Return number and abstract of the window's papers after the last one in the index."""
        # Ids are consecutive, so their difference is a number of papers.
        sql = """
            SELECT id, abstract FROM paper
            WHERE id > (SELECT coalesce(max(paper), 0) FROM block)
              AND id > (SELECT coalesce(max(id), 0) FROM paper) - ? AND abstract IS NOT NULL
            ORDER BY id
        """
        return self._execute(sql, (WINDOW,)).fetchall()

    def has_papers_without_id(self) -> bool:
        """Return whether the window holds a paper that is known by its title only."""
        sql = """
            SELECT 1 FROM paper
            WHERE arxiv_id IS NULL AND doi IS NULL
              AND id > (SELECT coalesce(max(id), 0) FROM paper) - ? LIMIT 1
        """
        return self._execute(sql, (WINDOW,)).fetchone() is not None

    def record_blocks(self, blocks: Iterable[tuple[int, Sequence[int]]]) -> None:
        """Add the blocks of papers, and delete those of papers that have left the window."""
        rows = [(paper, block) for paper, hashes in blocks for block in hashes]
        # Without new rows the window has not moved.
        if rows:
            self._executemany(insert_new("block", "paper, hash"), rows)
            sql = "DELETE FROM block WHERE paper <= (SELECT max(id) FROM paper) - ?"
            self._execute(sql, (WINDOW,))
