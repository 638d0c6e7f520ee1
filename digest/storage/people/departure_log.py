"""The departure log: who left, by salted hashes, in a file that no restore takes back.

`state/departures.jsonl` lies beside the database and outside its backups. Its first line holds
the salt of the hashes and a random id of the file; each other line is a `Departure`. A line is
written and synced before the database is changed, so a database that was restored, or whose
program was killed, learns from the log what it lacks. The file holds no address.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from digest.errors import PeopleError
from digest.storage import staging

FILE = "departures.jsonl"

LeftState = Literal["left", "bounced", "complained"]
# "moved": its person has another address now, and no mails are to go to this one.
DepartureKind = LeftState | Literal["forgotten", "suppressed", "unsuppressed", "moved"]


class Departure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log: what happened to the address with this hash, and when.

    ``person`` is the hash of the token of who had it: a backup may know them by an address that
    they had before.
    """

    hash: str
    kind: DepartureKind
    moment: str
    reason: str = ""
    person: str = ""


class LogHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of the log."""

    id: str
    salt: str


class DepartureLog:
    """The log of one state folder. All methods raise `PeopleError` if its file cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def head(self) -> LogHead | None:
        """Return the first line; None if there is no log."""
        try:
            with staging.open_regular(self.path) as file:
                return msgspec.json.decode(file.readline(), type=LogHead)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._error(error) from error

    def size(self) -> int:
        """Return how many bytes the log has; 0 if there is none."""
        return self.path.stat().st_size if self.path.exists() else 0

    def create(self, salt: str, departures: Iterable[Departure]) -> LogHead:
        """Write a new log in place of what is there, and return its first line.

        The caller holds the write lock of the database.
        """
        head = LogHead(id=secrets.token_hex(8), salt=salt)
        lines = (head, *departures)
        body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        # Under one name, because the caller has locked the database; nothing is left over.
        staged = self.path.with_name(f"{FILE}.new")
        try:
            descriptor = staging.open_or_create(staged, os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
            staging.sync(staged)
            staged.replace(self.path)
            staging.sync(self.path.parent)
        except OSError as error:
            raise self._error(error) from error
        return head

    def append(self, departures: Iterable[Departure]) -> None:
        """Add lines at the end, and sync them."""
        body = b"".join(msgspec.json.encode(line) + b"\n" for line in departures)
        try:
            # Made by `create` alone: a log without its first line is of no use.
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(descriptor, "r+b", buffering=0) as file:
                file.seek(-1, os.SEEK_END)
                is_torn = file.read(1) != b"\n"  # by a power cut, in the middle of a line
                file.write(b"\n" * is_torn + body)
                os.fsync(file.fileno())
        except OSError as error:
            raise self._error(error) from error

    def read(self, start: int) -> tuple[list[Departure], int]:
        """Return the departures from the byte ``start`` on, and where the last line ends.

        A line that a power cut has torn is left out: what it was to record was not done.
        """
        try:
            with staging.open_regular(self.path) as file:
                file.seek(start)
                body = file.read()
        except OSError as error:
            raise self._error(error) from error
        whole = body[: body.rfind(b"\n") + 1]
        return [*_decode(whole.splitlines())], start + len(whole)

    def _error(self, error: Exception) -> PeopleError:
        hint = "put back a copy of it, or move it away: a new one is made from the database"
        return PeopleError(str(self.path), f"cannot be used: {error}", hint=hint)


def _decode(lines: Iterable[bytes]) -> Iterable[Departure]:
    for line in lines:
        try:
            yield msgspec.json.decode(line, type=Departure)
        except (msgspec.DecodeError, UnicodeDecodeError):  # a torn line, or the first one
            continue
