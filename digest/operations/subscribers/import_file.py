"""Read files of subscribers: exports of listmonk, Mailchimp and Buttondown, and those made here.

The columns are known by their names, in any order. Names of persons and all other columns are
not read: what is not needed is not stored.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from digest.errors import DigestError
from digest.operations.subscribers.consents import LONGEST, start_of
from digest.operations.subscribers.wish_checks import LISTS

_ADDRESS = ("email_address", "email", "address", "e_mail")
# When the person agreed. That of a confirmation counts more than that of the sign-up.
_CONSENT = ("consent", "confirm_time", "optin_time", "creation_date", "created_at", "date")
_STATES = ("state", "status", "subscriber_type")
_TYPE = "type"  # of a subscriber with Buttondown; elsewhere it may be of anything
_ENDS = {"unsub_time": "unsubscribed", "clean_time": "cleaned"}  # filled for those who are out
_LIVING = frozenset(
    ("", "active", "enabled", "subscribed", "regular", "premium", "gifted", "trialed", "paid")
)
# As Python, JavaScript, Go and databases write it; other forms are ambiguous.
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?"
    r" ?(?P<offset>Z|[+-]\d\d:?\d\d)?.*)?"
)


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a file: the address as it stands there, and what the line says about it.

    ``consent`` is when the person agreed, as it stands there, and ``column`` the name of its
    column; ``state`` is the word for somebody who is no longer a subscriber there, or "".
    ``wish`` are values for `WishReader.change`.
    """

    line: int
    address: str
    consent: str = ""
    column: str = ""
    state: str = ""
    words: str = ""
    wish: dict[str, list[str]] = {}


def read_rows(file: Path) -> Iterator[ImportRow]:
    """Yield the lines of a CSV file, empty ones left out.

    Fields may be separated by commas, semicolons or tabs. Raises `DigestError` if it is not in
    UTF-8, is no CSV, has no column of addresses, or cannot be read.
    """
    try:
        content = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DigestError(f"{file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DigestError(f"{file}: is not in UTF-8; save it as CSV in UTF-8") from error
    first = content.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(content, newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    try:
        yield from _rows(file, reader)
    except csv.Error as error:
        raise DigestError(f"{file}: line {reader.line_num}: {error}") from error


def read_moment(text: str, now: datetime) -> datetime:
    """Return the moment of a consent; without an offset it is in the time zone of ``now``.

    Raises `ValueError` if it is written in another form, or is still to come.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date like 2026-11-20: {text!r}")
    if not match["time"]:
        moment = start_of(match["day"], now)
    else:
        moment = datetime.fromisoformat(f"{match['day']}T{match['time']}{match['offset'] or ''}")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    if moment > now:
        raise ValueError(f"{text} is still to come")
    return moment


def _rows(file: Path, reader: Iterator[list[str]]) -> Iterator[ImportRow]:
    names = [re.sub(r"[^a-z]+", "_", name.strip().casefold()) for name in next(reader, [])]
    address = next((name for name in _ADDRESS if name in names), None)
    if address is None:
        raise DigestError(
            f"{file}: no column is called “email”, “Email Address” or “email_address”"
        )
    line = 1
    for row in reader:
        # Quoted fields may hold line breaks, so the number of rows says nothing.
        line, before = reader.line_num, line  # type: ignore[attr-defined]
        values = dict(zip(names, map(str.strip, row), strict=False))
        if any(values.values()):
            yield _row(before + 1, values, address)


def _row(line: int, values: dict[str, str], address: str) -> ImportRow:
    column = next((name for name in _CONSENT if values.get(name)), "")
    states = [values[name].casefold() for name in _STATES if values.get(name)]
    states = states or [values.get(_TYPE, "").casefold()]
    ends = [word for name, word in _ENDS.items() if values.get(name)]
    return ImportRow(
        line=line,
        address=_unguarded(values.get(address, "")),
        consent=values.get(column, ""),
        column=column,
        # One column that says so is enough.
        state=next(iter([*ends, *(state for state in states if state not in _LIVING)]), ""),
        words=_one_line(_unguarded(values.get("consent_words", ""))),
        wish=_wish(values),
    )


def _wish(values: dict[str, str]) -> dict[str, list[str]]:
    names: Sequence[str] = (*LISTS, "most", "weekday", "pause")
    return {name: [_unguarded(values[name])] for name in names if values.get(name)}


def _unguarded(cell: str) -> str:
    """Return a cell without the sign that keeps spreadsheets from computing it."""
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@")) else cell


def _one_line(cell: str) -> str:
    """Return the words of a consent as `consents.read_consent` takes them."""
    printable = "".join(sign if sign.isprintable() else " " for sign in cell)
    return " ".join(printable.split())[:LONGEST]
