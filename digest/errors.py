"""Everything that can go wrong in a way we expect.

    DigestError                 exit status 1 unless a subclass says otherwise
    |-- SettingsError           a configuration file cannot be used        (exit 2)
    |-- Unreadable              a dump, or a line of it, cannot be read    (quarantine)
    |-- Busy                    another run holds the working folder
    |-- LedgerError             the database cannot be used
    |   |-- DamagedLedger       it is not whole, or gone
    |   |-- HeldLedger          another program holds it
    |   |-- ForeignLedger       it is some other program's database
    |   |-- NewerLedger         it was written by a later version
    |   `-- MigrationFailed     it could not be brought to the present form
    |-- SumError                an accounting does not add up: a fault of ours
    `-- UnknownPaper            a key or title the ledger does not hold

Text is built from attributes (what, which file, which line, why), never at the raise site.
"""

from __future__ import annotations

from collections.abc import Sequence


class DigestError(Exception):
    """The base of all expected errors; ``str()`` is what a person sees."""

    exit_status = 1


class SettingsError(DigestError):
    """A configuration file cannot be used as it stands."""

    exit_status = 2

    def __init__(self, file: str, reason: str, *, key: str = "", hint: str = "") -> None:
        self.file, self.reason, self.key, self.hint = file, reason, key, hint
        where = f"{file}: {key}: " if key else f"{file}: "
        super().__init__(where + reason + (f" ({hint})" if hint else ""))


class Unreadable(DigestError):
    """Nothing in a dump can be read; the reason is what its quarantine note says."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason if line is None else f"line {line}: {reason}")


class Busy(DigestError):
    """Another run holds the working folder's lock."""

    def __init__(self, lock: str, waited: float) -> None:
        self.lock, self.waited = lock, waited
        super().__init__(f"{lock}: another run is at work (waited {waited:.0f} s); try again later")


class LedgerError(DigestError):
    """The ledger's database cannot be used."""

    def __init__(self, file: str, reason: str, *, hint: str = "") -> None:
        self.file, self.reason, self.hint = file, reason, hint
        super().__init__(f"{file}: {reason}" + (f" ({hint})" if hint else ""))


class DamagedLedger(LedgerError):
    """The file is not whole, or gone; it stays as it is. ``backup`` is its newest one, if any."""

    def __init__(self, file: str, reason: str, *, backup: str | None = None) -> None:
        self.backup = backup
        there = f"; the newest backup is {backup}" if backup else ""
        super().__init__(file, reason, hint=f"it is kept as it is{there}")


class LedgerLocked(LedgerError):
    """Another program held the file for longer than we wait; nothing was changed."""

    def __init__(self, file: str, reason: str, waited: float) -> None:
        self.waited = waited
        hint = "nothing is lost; try again when it is done"
        super().__init__(file, f"another program holds it ({reason}, {waited:g} s long)", hint=hint)


class MigrationFailed(LedgerError):
    """A step towards a later form failed and was undone; ``backup`` was made before it."""

    def __init__(self, file: str, form: int, reason: str, backup: str) -> None:
        self.form, self.backup = form, backup
        hint = f"it is as it was, with a copy in {backup}; go on with the version that wrote it"
        super().__init__(file, f"cannot be brought to form {form}: {reason}", hint=hint)


class NotALedger(LedgerError):
    """The file is a database of some other program; it is left untouched."""


class NewerLedger(LedgerError):
    """The file was written by a later version of the product; it is left untouched."""


class AccountingError(DigestError):
    """Entries and their fates do not add up (promise 1); nothing was committed."""

    def __init__(self, entries: int, fates: int) -> None:
        self.entries, self.fates = entries, fates
        super().__init__(f"{entries} entries were read but {fates} are accounted for")


class UnknownPaper(DigestError):
    """No paper of the ledger, or more than one, has this key or title."""

    def __init__(self, wanted: str, several: Sequence[str] = ()) -> None:
        self.wanted, self.several = wanted, tuple(several)
        if several:
            super().__init__(f"{len(several)} papers fit {wanted!r}: {', '.join(several)}")
        else:
            super().__init__(f"no paper has the key or title {wanted!r}")
