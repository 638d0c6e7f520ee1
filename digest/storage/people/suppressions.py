"""Queries on addresses that must never be written to, kept as salted hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from digest.model.people import Suppression
from digest.storage.ledger.queries import Queries, insert_new, upsert

_SALT, _EARLIER = "salt", "earlier salt "


class Suppressions(Queries):
    """The table of suppressed addresses. `departing` alone changes it, by the departure log."""

    def salt(self) -> str:
        """Return the salt of this database's hashes."""
        sql = "SELECT value FROM fact WHERE name = ?"
        (salt,) = self._execute(sql, (_SALT,)).fetchone()
        return str(salt)

    def use_salt(self, salt: str) -> None:
        """Make new hashes with this salt; those made with an earlier one are still found."""
        if salt == (before := self.salt()):
            return
        self._execute(insert_new("fact", "name, value"), (_EARLIER + before, before))
        self._execute(upsert("fact", "name", "value"), (_SALT, salt))

    def hash(self, folded: str) -> str:
        """Return the salted hash of a folded address."""
        return _hash(folded, self.salt())

    def hashes(self, folded: str) -> list[str]:
        """Return the hashes of a folded address with all salts, the present one first."""
        sql = "SELECT value FROM fact WHERE name = ? OR name LIKE ? ORDER BY name DESC"
        rows = self._execute(sql, (_SALT, f"{_EARLIER}%"))
        return [_hash(folded, salt) for (salt,) in rows]

    def put(self, suppression: Suppression) -> None:
        """Suppress an address; what was known about it is replaced."""
        values = msgspec.structs.astuple(suppression)
        self._execute(upsert("suppression", "hash", "reason, moment"), values)

    def put_new(self, suppression: Suppression) -> None:
        """Suppress an address, unless it is suppressed already."""
        values = msgspec.structs.astuple(suppression)
        self._execute(insert_new("suppression", "hash, reason, moment"), values)

    def remove(self, hash_: str) -> None:
        """Allow an address again."""
        self._execute("DELETE FROM suppression WHERE hash = ?", (hash_,))

    def find(self, folded: str) -> Suppression | None:
        """Return why and since when an address is suppressed."""
        sql = "SELECT hash, reason, moment FROM suppression WHERE hash = ?"
        for hash_ in self.hashes(folded):
            if row := self._execute(sql, (hash_,)).fetchone():
                return _suppression(row)
        return None

    def list_all(self) -> Iterator[Suppression]:
        """Yield all suppressed addresses."""
        sql = "SELECT hash, reason, moment FROM suppression ORDER BY hash"
        return map(_suppression, self._execute(sql))


def _hash(folded: str, salt: str) -> str:
    body, salted = folded.encode(), bytes.fromhex(salt)
    return hashlib.blake2b(body, digest_size=16, salt=salted).hexdigest()


def _suppression(row: tuple[str, str, str]) -> Suppression:
    return Suppression(hash=row[0], reason=row[1], moment=row[2])
