"""Queries on mailings: the issues whose audience is frozen."""

from __future__ import annotations

from typing import Any

import msgspec

from digest.model.people import Mailing
from digest.storage.ledger.queries import Queries, insert, upsert

_COLUMNS = "id, issue, edition, key, number, moment, frozen, is_mailed"
_SELECT = f"SELECT {_COLUMNS} FROM mailing"


class Mailings(Queries):
    """The table of mailings."""

    def add(self, mailing: Mailing) -> Mailing:
        """Add a mailing, whose number is chosen; its issue must not have one yet."""
        columns = _COLUMNS.removeprefix("id, ")
        _, *values = msgspec.structs.astuple(mailing)
        cursor = self._execute(insert("mailing", columns), values)
        return msgspec.structs.replace(mailing, id=int(cursor.lastrowid or 0))

    def get(self, mailing: int) -> Mailing:
        """Return a mailing by number. Raises `LookupError` if there is none."""
        row = self._execute(f"{_SELECT} WHERE id = ?", (mailing,)).fetchone()
        if row is None:
            raise LookupError(mailing)
        return _mailing(row)

    def find(self, issue: str) -> Mailing | None:
        """Return the mailing of an issue by its guid."""
        row = self._execute(f"{_SELECT} WHERE issue = ?", (issue,)).fetchone()
        return row and _mailing(row)

    def list_newest(self, edition: str | None = None, most: int = 10) -> list[Mailing]:
        """Return the newest mailings, of all editions or of one, the newest first."""
        sql = f"{_SELECT} WHERE ? IS NULL OR edition = ? ORDER BY id DESC LIMIT ?"
        return list(map(_mailing, self._execute(sql, (edition, edition, most))))

    def list_of_key(self, key: str, edition: str | None) -> list[Mailing]:
        """Return the mailings of issues with this key, of all editions or of one, newest first."""
        sql = f"{_SELECT} WHERE key = ? AND (? IS NULL OR edition = ?) ORDER BY id DESC"
        return list(map(_mailing, self._execute(sql, (key, edition, edition))))

    def list_open(self) -> list[Mailing]:
        """Return the mailings with open deliveries to people or chats, the oldest first."""
        sql = (
            f"{_SELECT} WHERE id IN (SELECT mailing FROM delivery"
            " WHERE state IN ('pending', 'sending', 'deferred')"
            " AND (channel IS NULL OR channel NOT LIKE 'hub:%')) ORDER BY id"
        )
        return list(map(_mailing, self._execute(sql)))

    def count_days(self, before: str) -> int:
        """Return on how many days before this one, ``YYYY-MM-DD``, mails began to be sent."""
        sql = (
            "SELECT count(DISTINCT substr(frozen, 1, 10)) FROM mailing"
            " WHERE is_mailed AND frozen < ?"
        )
        (count,) = self._execute(sql, (before,)).fetchone()
        return int(count)

    def forget_deliveries(self, before: str) -> None:
        """Delete what was sent to whom in the mailings that were frozen before a moment.

        Deliveries that are unknown stay. The mailings themselves stay, so that none of their
        issues is mailed again.
        """
        old = "mailing IN (SELECT id FROM mailing WHERE frozen < ?)"
        self._execute(f"DELETE FROM delivery WHERE {old} AND state <> 'unknown'", (before,))
        sql = (
            f"DELETE FROM content WHERE {old}"
            " AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.content = content.id)"
        )
        self._execute(sql, (before,))

    def set_restored(self, moment: str) -> None:
        """Record that the database is a backup that was restored at this moment."""
        self._execute(upsert("fact", "name", "value"), ("restored", moment))

    def restored(self) -> str | None:
        """Return when a backup was last restored.

        Issues up to then that have no mailing are not mailed: they may have been, after the
        backup was made.
        """
        return self._fact("restored")

    def set_forgotten(self, day: str) -> None:
        """Record the day on which old deliveries and messages were last deleted."""
        self._execute(upsert("fact", "name", "value"), ("forgotten", day))

    def forgotten(self) -> str | None:
        """Return the day on which old deliveries and messages were last deleted."""
        return self._fact("forgotten")

    def _fact(self, name: str) -> str | None:
        row = self._execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])


def _mailing(row: tuple[Any, ...]) -> Mailing:
    return Mailing(**dict(zip(_COLUMNS.split(", "), row, strict=True)))
