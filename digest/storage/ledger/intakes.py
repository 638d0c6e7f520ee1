"""Runs of the first step: intakes, the dumps they read, the files remembered."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from digest.model.issues import Accounting
from digest.model.papers import Dump
from digest.storage.ledger.queries import Queries, insert

_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in Accounting.__struct_fields__)
_DUMP = (
    "intake, name, content, modified, dialect, source, page_date, witness, stated, entries, short"
)
_HABIT = 60  # dumps looked back on


class History(NamedTuple):
    """What live runs have brought so far: each source's last dumps, and all recent pages."""

    entries: dict[str, list[int]]
    page_dates: frozenset[str]
    newest_moment: str | None

    def habit(self, source: str) -> list[int]:
        """How many entries the last dumps of a source held."""
        return self.entries.get(source, [])


class Intakes(Queries):
    """Intakes and the dumps they read."""

    def history(self) -> History:
        """The last `_HABIT` dumps that held anything."""
        sql = (
            "SELECT source, page_date, dump.entries, moment"
            " FROM dump JOIN intake ON number = intake"
            " WHERE kind = 'live' AND dump.entries > 0 ORDER BY id DESC LIMIT ?"
        )
        rows = self._execute(sql, (_HABIT,)).fetchall()
        entries: dict[str, list[int]] = {}
        for source, _, count, _ in rows:
            entries.setdefault(source, []).append(count)
        dates = frozenset(page_date for _, page_date, _, _ in rows if page_date)
        return History(entries, dates, rows[0][3] if rows else None)

    def is_known_content(self, content: bytes) -> bool:
        """Whether these bytes were taken in before, under whatever name."""
        found = self._execute("SELECT 1 FROM dump WHERE content = ?", (content,)).fetchone()
        return found is not None

    def begin(self, moment: str, kind: str, version: str) -> int:
        """A new intake, to be completed by `finish` in the same transaction."""
        sums = Accounting.__struct_fields__
        sql = insert("intake", ", ".join(("moment", "kind", "version", *sums)))
        row = (moment, kind, version, *(0 for _ in sums))
        ((number,),) = self._execute(f"{sql} RETURNING number", row).fetchall()
        return int(number)

    def finish(self, number: int, accounting: Accounting) -> None:
        """The sums of an intake, once all its dumps are in."""
        parts = msgspec.structs.asdict(accounting)
        assignments = ", ".join(f"{name} = :{name}" for name in parts)
        sql = f"UPDATE intake SET {assignments} WHERE number = :number"
        self._execute(sql, {**parts, "number": number})

    def record_dump(
        self,
        intake: int,
        dump: Dump,
        content: bytes,
        *,
        modified: str | None,
        short: bool,
    ) -> int:
        """A dump that was read, with its rejects; gives its number."""
        row = (
            intake, dump.name, content, modified, dump.format_name, dump.source, dump.page_date,
            msgspec.json.encode(dump.evidence).decode(), dump.stated, dump.entries, short,
        )  # fmt: skip
        ((number,),) = self._execute(f"{insert('dump', _DUMP)} RETURNING id", row).fetchall()
        rows = [(number, reject.line, reject.reason) for reject in dump.rejects]
        self._executemany(insert("reject", "dump, line, reason"), rows)
        return int(number)

    def newest_page_dates(self) -> dict[str, str]:
        """Per source, the newest page date that live intakes have brought so far."""
        sql = (
            "SELECT source, max(page_date) FROM dump JOIN intake ON number = intake"
            " WHERE kind = 'live' AND page_date IS NOT NULL GROUP BY source"
        )
        return dict(self._execute(sql).fetchall())

    def since(self, cursor: int) -> tuple[Accounting, bool]:
        """The sums over all live intakes after this one, and whether a dump of them fell short."""
        sql = f"SELECT {_SUMS} FROM intake WHERE number > ? AND kind = 'live'"
        sums = Accounting(*self._execute(sql, (cursor,)).fetchone())
        sql = (
            "SELECT coalesce(max(short), 0) FROM dump JOIN intake ON number = intake"
            " WHERE number > ? AND kind = 'live'"
        )
        (short,) = self._execute(sql, (cursor,)).fetchone()
        return sums, bool(short)

    def last(self) -> int:
        """The number of the newest intake; 0 before the first."""
        (number,) = self._execute("SELECT coalesce(max(number), 0) FROM intake").fetchone()
        return int(number)
