"""Intakes: committed runs of the first step, and the dumps they read."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from digest.model.issues import Accounting
from digest.model.papers import Dump, Shortfall
from digest.storage.ledger.queries import Queries, insert

_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in Accounting.__struct_fields__)
_DUMP = (
    "intake, name, content, modified, dialect, source, page_date, witness, stated, entries, short"
)
_HISTORY = 500  # dumps: of a source with two a day, those of eight months


class History(NamedTuple):
    """The newest live dumps that had entries, to tell whether input is late or incomplete.

    ``entries`` has the largest complete dump of each source on each day: of the page, or of the
    run for a page without a date. ``newest_moment`` is when the newest dump was taken in.
    """

    entries: dict[str, dict[str, int]]
    page_dates: frozenset[str]
    newest_moment: str | None


class Intakes(Queries):
    """Intakes and the dumps they read."""

    def history(self) -> History:
        """Return the history of the last 500 live dumps that had entries."""
        # Backfilled dumps come all at once, so they are no part of a habit.
        sql = (
            "SELECT source, page_date, dump.entries, short, moment"
            " FROM dump JOIN intake ON number = intake"
            " WHERE kind = 'live' AND dump.entries > 0 ORDER BY id DESC LIMIT ?"
        )
        rows = self._execute(sql, (_HISTORY,)).fetchall()
        entries: dict[str, dict[str, int]] = {}
        for source, page_date, count, short, moment in rows:
            if not short:
                of_source, day = entries.setdefault(source, {}), page_date or moment[:10]
                of_source[day] = max(count, of_source.get(day, 0))
        dates = frozenset(page_date for _, page_date, *_ in rows if page_date)
        return History(entries, dates, rows[0][-1] if rows else None)

    def is_known_content(self, content: bytes) -> bool:
        """Return whether a dump with this content hash was taken in before, under any name."""
        row = self._execute("SELECT 1 FROM dump WHERE content = ?", (content,)).fetchone()
        return row is not None

    def new_papers(self, content: bytes) -> int | None:
        """Return how many papers the dump with this content hash was the first to show.

        None if there is no such dump: it was not taken in, or not yet.
        """
        # By way of the papers of its intake, because sightings have no index by dump.
        sql = (
            "SELECT (SELECT count(*) FROM paper WHERE paper.intake = dump.intake AND EXISTS"
            " (SELECT 1 FROM sighting WHERE sighting.paper = paper.id"
            " AND sighting.dump = dump.id AND standing = 'new'))"
            " FROM dump WHERE content = ?"
        )
        row = self._execute(sql, (content,)).fetchone()
        return row and int(row[0])

    def begin(self, moment: str, kind: str, version: str) -> int:
        """Add an intake and return its number; call `finish` in the same transaction.

        ``kind`` is "live", or "history" for a backfill. ``version`` is that of the program.
        """
        # The row is needed before its sums are known: dumps refer to it.
        sums = Accounting.__struct_fields__
        sql = insert("intake", ", ".join(("moment", "kind", "version", *sums)))
        row = (moment, kind, version, *(0 for _ in sums))
        ((number,),) = self._execute(f"{sql} RETURNING number", row).fetchall()
        return int(number)

    def finish(self, number: int, accounting: Accounting) -> None:
        """Store the sums of an intake whose dumps are all recorded."""
        sums = msgspec.structs.asdict(accounting)
        assignments = ", ".join(f"{name} = :{name}" for name in sums)
        sql = f"UPDATE intake SET {assignments} WHERE number = :number"
        self._execute(sql, {**sums, "number": number})

    def record_dump(
        self,
        intake: int,
        dump: Dump,
        content: bytes,
        *,
        modified: str | None,
        shortfall: Shortfall,
    ) -> int:
        """Record a dump with its rejects and return its number.

        ``content`` is the hash of its bytes, ``modified`` the file's time.
        """
        row = (
            intake, dump.name, content, modified, dump.format_name, dump.source, dump.page_date,
            msgspec.json.encode(dump.evidence).decode(), dump.stated, dump.entries, int(shortfall),
        )  # fmt: skip
        ((number,),) = self._execute(f"{insert('dump', _DUMP)} RETURNING id", row).fetchall()
        rows = [(number, reject.line, reject.reason) for reject in dump.rejects]
        self._executemany(insert("reject", "dump, line, reason"), rows)
        return int(number)

    def newest_page_dates(self) -> dict[str, str]:
        """Return the newest page date of each source's live dumps."""
        sql = (
            "SELECT source, max(page_date) FROM dump JOIN intake ON number = intake"
            " WHERE kind = 'live' AND page_date IS NOT NULL GROUP BY source"
        )
        return dict(self._execute(sql).fetchall())

    def sums_between(self, after: int, upto: int) -> tuple[Accounting, bool]:
        """Return the sums over the live intakes after one up to another, the latter included.

        Also returns whether papers are missing. They are if a dump is incomplete by its own
        evidence, and no other dump of the same page has as many entries.
        """
        sql = f"SELECT {_SUMS} FROM intake WHERE number > ? AND number <= ? AND kind = 'live'"
        sums = Accounting(*self._execute(sql, (after, upto)).fetchone())
        sql = (
            "SELECT EXISTS (SELECT 1 FROM dump JOIN intake ON number = intake"
            " WHERE number > ? AND number <= ? AND kind = 'live' AND short = ? AND NOT EXISTS ("
            "SELECT 1 FROM dump whole WHERE whole.source = dump.source AND whole.short = 0"
            " AND whole.page_date = dump.page_date AND whole.entries >= dump.entries))"
        )
        (incomplete,) = self._execute(sql, (after, upto, int(Shortfall.EVIDENT))).fetchone()
        return sums, bool(incomplete)

    def moments_after(self, number: int) -> list[tuple[int, str]]:
        """Return number and moment of the live intakes after this one, the newest first."""
        sql = (
            "SELECT number, moment FROM intake WHERE number > ? AND kind = 'live'"
            " ORDER BY number DESC"
        )
        return self._execute(sql, (number,)).fetchall()

    def last_number(self) -> int:
        """Return the number of the newest intake; 0 before the first."""
        (number,) = self._execute("SELECT coalesce(max(number), 0) FROM intake").fetchone()
        return int(number)

    def correct_moments(self, after: int, moment: datetime) -> None:
        """Set the intakes after number ``after`` that lie in the future to ``moment``.

        Their papers are first seen then, too. They were taken in while the clock was wrong.
        """
        sql = "SELECT number, moment FROM intake WHERE number > ?"
        rows = self._execute(sql, (after,)).fetchall()
        wrong = [
            {"moment": moment.isoformat(), "intake": number}
            for number, stamp in rows
            if datetime.fromisoformat(stamp) > moment
        ]
        self._executemany("UPDATE intake SET moment = :moment WHERE number = :intake", wrong)
        self._executemany("UPDATE paper SET first_seen = :moment WHERE intake = :intake", wrong)

    def first_moment(self) -> str | None:
        """Return the moment of the oldest intake; None before the first."""
        row = self._execute("SELECT moment FROM intake ORDER BY number LIMIT 1").fetchone()
        return row[0] if row else None

    def last_moment(self) -> str | None:
        """Return the moment of the newest intake; None before the first."""
        row = self._execute("SELECT moment FROM intake ORDER BY number DESC LIMIT 1").fetchone()
        return row[0] if row else None
