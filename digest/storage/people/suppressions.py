"""Queries on addresses that must never be written to, kept as salted hashes."""

from __future__ import annotations

import hashlib

from digest.model.people import Suppression
from digest.storage.ledger.queries import Queries, upsert


class Suppressions(Queries):
    """The table of suppressed addresses."""

    def salt(self) -> str:
        """Return the salt of this database's hashes."""
        (salt,) = self._execute("SELECT value FROM fact WHERE name = 'salt'").fetchone()
        return str(salt)

    def hash(self, folded: str) -> str:
        """Return the salted hash of a folded address."""
        salt = bytes.fromhex(self.salt())
        return hashlib.blake2b(folded.encode(), digest_size=16, salt=salt).hexdigest()

    def add(self, folded: str, reason: str, moment: str) -> None:
        """Suppress an address."""
        values = (self.hash(folded), reason, moment)
        self._execute(upsert("suppression", "hash", "reason, moment"), values)

    def remove(self, folded: str) -> bool:
        """Allow an address again; return whether it was suppressed."""
        sql = "DELETE FROM suppression WHERE hash = ?"
        return self._execute(sql, (self.hash(folded),)).rowcount > 0

    def find(self, folded: str) -> Suppression | None:
        """Return why and since when an address is suppressed."""
        hashed = self.hash(folded)
        sql = "SELECT reason, moment FROM suppression WHERE hash = ?"
        row = self._execute(sql, (hashed,)).fetchone()
        return row and Suppression(hash=hashed, reason=row[0], moment=row[1])
