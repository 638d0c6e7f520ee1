"""The expected errors, as one tree.

    DigestError                 exit status 1, except where noted
    |-- SettingsError           a configuration file cannot be used         (exit 2)
    |-- Unreadable              a dump cannot be read                       (quarantined)
    |-- Busy                    another run is using the working folder
    |-- LedgerError             the ledger cannot be used
    |   |-- DamagedLedger       its file is corrupt or missing
    |   |-- LedgerLocked        another program has locked it
    |   |-- NotALedger          its file is another program's database
    |   |-- NewerLedger         it was written by a later version
    |   `-- MigrationFailed     it could not be converted to the current schema
    |-- PeopleError             the people database cannot be used
    |-- SubscriberError         a subscriber cannot be added or changed, or there is none
    |-- WebError                the web side cannot answer
    |-- MailboxError            the mails that came back cannot be read
    |-- AccountingError         the entries of a run do not add up: a bug
    |-- FetchError              a source did not answer, or not as it should
    |   `-- TimeIsUp            it was not asked, because all sources together took too long
    |-- UnknownPaper            no paper, or several, have a key or title
    |-- CannotUndo              an edition's newest issue cannot be taken back
    `-- CannotLearn             too few papers were moved to learn from them

The classes build their messages from attributes (file, line, reason), so that all messages of
a kind read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_SHOWN = 200  # characters of a query in a message


class DigestError(Exception):
    """The base class of all expected errors. ``str()`` is the message for a person."""

    exit_status = 1


class SettingsError(DigestError):
    """A configuration file cannot be used. ``hint`` says what to write."""

    exit_status = 2

    def __init__(self, file: str, reason: str, *, key: str = "", hint: str = "") -> None:
        self.file, self.reason, self.key, self.hint = file, reason, key, hint
        where = f"{file}: {key}: " if key else f"{file}: "
        super().__init__(where + reason + (f" ({hint})" if hint else ""))


class Unreadable(DigestError):
    """A dump cannot be read. ``reason`` goes into its quarantine note."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason if line is None else f"line {line}: {reason}")


class Busy(DigestError):
    """Another run holds the lock of the working folder. ``waited`` is in seconds."""

    def __init__(self, lock: str, waited: float) -> None:
        self.lock, self.waited = lock, waited
        super().__init__(
            f"{lock}: another run is using this folder (waited {waited:.0f} s); try again later"
        )


class LedgerError(DigestError):
    """The ledger's file cannot be used."""

    def __init__(self, file: str, reason: str, *, hint: str = "") -> None:
        self.file, self.reason, self.hint = file, reason, hint
        super().__init__(f"{file}: {reason}" + (f" ({hint})" if hint else ""))


class DamagedLedger(LedgerError):
    """The ledger's file is corrupt or missing, and is left as it is.

    ``backup`` is the path of its newest backup, or None.
    """

    def __init__(self, file: str, reason: str, *, backup: str | None = None) -> None:
        self.backup = backup
        restore = f"; the newest backup is {backup}" if backup else ""
        super().__init__(file, reason, hint=f"it is kept as it is{restore}")


class LedgerLocked(LedgerError):
    """Another program has locked the file for more than ``waited`` seconds. Changes nothing."""

    def __init__(self, file: str, reason: str, waited: float) -> None:
        self.waited = waited
        hint = "nothing was changed; try again later"
        reason = f"another program has locked it ({reason}, waited {waited:g} s)"
        super().__init__(file, reason, hint=hint)


class MigrationFailed(LedgerError):
    """A migration failed and was rolled back. ``backup`` was made before it."""

    def __init__(self, file: str, schema_version: int, reason: str, backup: str) -> None:
        self.schema_version, self.backup = schema_version, backup
        hint = (
            f"it was not changed, and a copy is in {backup};"
            " use the version of papers-digest that wrote it"
        )
        reason = f"cannot be converted to schema version {schema_version}: {reason}"
        super().__init__(file, reason, hint=hint)


class NotALedger(LedgerError):
    """The file is another program's database, and is left untouched."""


class NewerLedger(LedgerError):
    """The file was written by a later version of the product, and is left untouched."""


class PeopleError(DigestError):
    """The database of subscribers and deliveries cannot be used, and is left as it is."""

    def __init__(self, file: str, reason: str, *, hint: str = "") -> None:
        self.file, self.reason, self.hint = file, reason, hint
        super().__init__(f"{file}: {reason}" + (f" ({hint})" if hint else ""))


class SubscriberError(DigestError):
    """A subscriber cannot be added or changed as asked, or is not there. Nothing was changed."""


class WebError(DigestError):
    """The web side cannot answer: an address is taken, or another process answers already."""


class MailboxError(DigestError):
    """A file of mails or a mailbox at a server cannot be read. ``where`` has no user in it."""

    def __init__(self, where: str, reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(f"{where}: {reason}")


class AccountingError(DigestError):
    """The results of a run's entries do not add up to their number. Nothing was committed."""

    def __init__(self, entries: int, fates: int) -> None:
        self.entries, self.fates = entries, fates
        super().__init__(
            f"entries read: {entries}; accounted for: {fates}; so nothing was changed"
            " (this is a bug; please report it)"
        )


class UnknownPaper(DigestError):
    """No paper of the ledger has this key or title, or several have the title.

    ``matches`` are the keys of the papers that could be meant: the several, or with
    ``part_of_title`` those whose titles contain the query.
    """

    def __init__(
        self, query: str, matches: Sequence[str] = (), *, part_of_title: bool = False
    ) -> None:
        self.query, self.matches = query, tuple(matches)
        query = query if len(query) <= _SHOWN else f"{query[:_SHOWN]}…"
        keys = ", ".join(matches)
        if not matches:
            super().__init__(f"no paper has the key or title {query!r}")
        elif part_of_title:
            reason = f"{query!r} is only a part of {'a title' if len(matches) == 1 else 'titles'}"
            super().__init__(f"{reason}; use the key or the whole title: {keys}")
        else:
            super().__init__(f"{len(matches)} papers have the title {query!r}; use a key: {keys}")


class CannotUndo(DigestError):
    """The newest issue of an edition cannot be taken back. Nothing was changed."""

    def __init__(self, edition: str, reason: str) -> None:
        self.edition, self.reason = edition, reason
        super().__init__(f"{edition}: {reason}; nothing was changed")


class CannotLearn(DigestError):
    """Too few papers were moved by hand to learn from them."""

    def __init__(self, corrections: int, least: int) -> None:
        self.corrections, self.least = corrections, least
        super().__init__(
            f"too few papers were moved to learn from them: {corrections} of at least {least}"
            " (digest move KEY TOPIC moves one)"
        )


class FetchError(DigestError):
    """A source did not answer, or its answer cannot be used. ``reason`` holds no secret.

    ``again`` says that the same request may succeed in a moment; ``wait`` is how many seconds
    the source asked to be left alone for, or None. ``start_again`` says that the pages so far are
    void, because their continuation has expired: the look starts again with its first page, once.
    ``status`` is that of the HTTP answer, if one came.
    """

    def __init__(
        self,
        reason: str,
        *,
        again: bool = False,
        wait: float | None = None,
        start_again: bool = False,
        status: int | None = None,
    ) -> None:
        self.reason, self.again, self.wait, self.status = reason, again, wait, status
        self.start_again = start_again
        super().__init__(reason)


class TimeIsUp(FetchError):
    """A source was not asked, because the time that all sources have together is used up."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the known name nearest to a wrong one, or "" if none is near."""
    import difflib  # needed for mistakes only

    nearest = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {nearest[0]}?" if nearest else ""
