"""Import subscribers from a file, with a report of each line; nobody who is out is revived."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from digest.model.people import Consent, Wish
from digest.model.settings import Settings
from digest.operations.subscribers import public_folder
from digest.operations.subscribers.import_file import ImportRow, read_moment, read_rows
from digest.operations.subscribers.wish_checks import Values, WishReader
from digest.storage.people import People, database
from digest.text import addresses

Result = Literal["added", "known", "out", "refused"]
HOW = "imported"  # of a consent that stands in an imported file


class ImportedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a line of the file.

    "added" is active; ``reason`` says if its consent has no date. "known" is here already and
    was not changed, "out" left, is suppressed, or is no subscriber in the file, and "refused"
    cannot be used.
    """

    line: int
    address: str
    result: Result
    reason: str = ""


class Importer:
    """Takes in the lines of one file, one by one, in a transaction of the caller."""

    def __init__(
        self, people: People, reader: WishReader, moment: datetime, wish: Wish, source: str
    ) -> None:
        self._people, self._reader = people, reader
        self._moment, self._wish, self._source = moment, wish, source

    def take(self, row: ImportRow) -> ImportedLine:
        """Add the person of a line, or say why not."""
        try:
            address = addresses.parse(row.address)
            folded = addresses.fold(address)
            result, reason = self._why_not(row, folded) or self._add(row, address, folded)
        except ValueError as error:
            address, result, reason = row.address, "refused", str(error)
        return ImportedLine(line=row.line, address=address, result=result, reason=reason)

    def _why_not(self, row: ImportRow, folded: str) -> tuple[Result, str] | None:
        if suppression := self._people.suppressions.find(folded):
            return "out", f"{suppression.reason} since {suppression.moment[:10]}"
        person = self._people.subscribers.find(folded)
        if person and person.state == "pending":
            return "known", "waits for the answer to a confirmation mail"
        if person and person.state == "active":
            return "known", "is a subscriber already"
        if person:
            return "out", f"{person.state} since {person.since[:10]}"
        return ("out", f"{row.state} in the file") if row.state else None

    def _add(self, row: ImportRow, address: str, folded: str) -> tuple[Result, str]:
        wish = self._reader.change(self._wish, row.wish)
        agreed = read_moment(row.consent, self._moment) if row.consent else None
        subscribers, now = self._people.subscribers, self._moment.isoformat(timespec="seconds")
        person = subscribers.add(address, folded, "active", "imported", now, wish)
        if agreed is None:
            return "added", "no consent date"
        words = row.words or f"{row.column} in {self._source}"
        consent = Consent(moment=agreed.isoformat(timespec="seconds"), how=HOW, words=words)
        subscribers.add_consent(person.id, consent)
        return "added", ""


def import_file(
    settings: Settings,
    moment: datetime,
    file: Path,
    values: Values,
    *,
    dry_run: bool = False,
) -> list[ImportedLine]:
    """Add the people of a CSV file; return what became of each line.

    ``values`` are those of `WishReader.change`, for lines that say nothing else. People without a
    date of consent are added with the origin "imported" and no consent. Who is here already,
    left, bounced, complained or is suppressed is not changed. All lines are committed together,
    or none with ``dry_run``. Raises `ValueError` for values that cannot be wished for,
    `SettingsError` in a folder that GitHub or GitLab runs, and what `import_file.read_rows` raises.
    """
    public_folder.require_private_folder(Path(settings.root))
    reader = WishReader(settings)
    wish = reader.change(Wish(), values)
    rows = list(read_rows(file))
    with database.opened(settings.state_folder) as people:
        importer = Importer(people, reader, moment, wish, file.name)
        report: list[ImportedLine] = []
        with suppress(_NothingIsKeptError), people.transaction():
            report += map(importer.take, rows)
            if dry_run:
                raise _NothingIsKeptError
    return report


class _NothingIsKeptError(Exception):
    """Rolls the transaction of a dry run back."""
