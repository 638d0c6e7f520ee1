"""Unpack zip files. Never uses a member's name as a path."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from digest.errors import Unreadable
from digest.parsers.containers.members import Member
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.unpack_budget import UnpackBudget

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK_BYTES = 1 << 18  # unpacked at a time, so that a bomb is stopped early
_IGNORED = re.compile(r"(?:^|/)(?:\.[^./]|__MACOSX/|[^/]*_files/)|/$|^$")
_COMPRESSIONS = (0, 8)  # stored and deflated; the memory of the others cannot be bounded
_NO_DAY = date(1980, 1, 1)  # the first that a zip can state: written where none is known
_UNSUPPORTED = "encrypted, or packed with a method that is not supported"
_DAMAGED = "the compressed data are damaged"


def unpack(input_file: InputFile, budget: UnpackBudget) -> Iterator[Member]:
    """Yield the files inside, in their order, without hidden ones and those of a saved page."""
    import zipfile

    # Counted first: for each entry the library builds a record ten times as large.
    budget.check_members(_count(input_file.stream, b"PK\x01\x02"))
    try:
        archive = zipfile.ZipFile(input_file.stream)
    # NotImplementedError: the file says that it needs a version of the zip format above 6.3, the
    # newest that the library knows.
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, ValueError) as error:
        raise Unreadable("a damaged zip file") from error
    entries = [info for info in archive.infolist() if not _IGNORED.search(info.filename)]
    budget.spend_members(len(entries))
    for info in entries:
        unpacked = budget.spill_factory()
        try:
            damage = _extract(archive, info, unpacked, budget)
        except Unreadable:
            unpacked.close()
            raise
        unpacked.seek(0)
        yield Member(info.filename, unpacked, _modified_day(info) or input_file.modified, damage)


def _count(stream: BinaryIO, pattern: bytes) -> int:
    """Return how often a pattern stands in a stream, and leave it at its start."""
    count, overlap = 0, b""
    while chunk := stream.read(_CHUNK_BYTES):
        window = overlap + chunk
        count += window.count(pattern)
        overlap = window[1 - len(pattern) :]
    stream.seek(0)
    return count


def _extract(
    archive: ZipFile, info: ZipInfo, unpacked: BinaryIO, budget: UnpackBudget
) -> str | None:
    """Write one member out; return the damage, None if there is none."""
    if info.flag_bits & 1 or info.compress_type not in _COMPRESSIONS:
        return _UNSUPPORTED
    from zipfile import BadZipFile

    try:
        with archive.open(info) as stream:
            # Counted while unpacking: the size in the archive's directory may be wrong.
            while chunk := stream.read(_CHUNK_BYTES):
                budget.spend_bytes(len(chunk))
                unpacked.write(chunk)
    except NotImplementedError:  # from `open`, by flags for strong encryption or patch data
        return _UNSUPPORTED
    except (BadZipFile, zlib.error, EOFError, ValueError):  # ValueError: a negative offset
        return _DAMAGED
    return None


def _modified_day(info: ZipInfo) -> date | None:
    try:
        day = date(*info.date_time[:3])
    except ValueError:
        return None
    return day if day > _NO_DAY else None
