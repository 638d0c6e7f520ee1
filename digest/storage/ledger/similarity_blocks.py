"""Where papers with nearly the same words are found: a small index over the newest papers.

It covers a window, because an index over all history would cost more with every paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digest.storage.ledger.queries import Queries, insert_new

WINDOW = 10_000  # papers
_CHUNK = 500


class SimilarityBlocks(Queries):
    """The similarity index over the newest papers."""

    def near(self, hashes: Sequence[int]) -> dict[int, list[int]]:
        """The papers of the window that have any of these blocks, by block, oldest first."""
        found: dict[int, list[int]] = {}
        for start in range(0, len(hashes), _CHUNK):
            chunk = hashes[start : start + _CHUNK]
            sql = (
                "SELECT hash, coalesce(alias_of, id) FROM block JOIN paper ON id = paper"
                f" WHERE hash IN ({','.join('?' * len(chunk))}) ORDER BY id"
            )
            for block, paper in self._execute(sql, chunk):
                found.setdefault(block, []).append(paper)
        return found

    def not_indexed(self) -> list[tuple[int, str]]:
        """Number and abstract of the window's papers that came since somebody last asked."""
        sql = """
            SELECT id, abstract FROM paper
            WHERE id > (SELECT coalesce(max(paper), 0) FROM block)
              AND id > (SELECT coalesce(max(id), 0) FROM paper) - ? AND abstract IS NOT NULL
            ORDER BY id
        """
        return self._execute(sql, (WINDOW,)).fetchall()

    def has_papers_without_id(self) -> bool:
        """Whether the window holds a paper known by its title only."""
        sql = """
            SELECT 1 FROM paper
            WHERE arxiv_id IS NULL AND doi IS NULL
              AND id > (SELECT coalesce(max(id), 0) FROM paper) - ? LIMIT 1
        """
        return self._execute(sql, (WINDOW,)).fetchone() is not None

    def record(self, found: Iterable[tuple[int, Sequence[int]]]) -> None:
        """Blocks of papers; those that have left the window go."""
        rows = [(paper, block) for paper, blocks in found for block in blocks]
        if rows:
            self._executemany(insert_new("block", "paper, hash"), rows)
            sql = "DELETE FROM block WHERE paper <= (SELECT max(id) FROM paper) - ?"
            self._execute(sql, (WINDOW,))
