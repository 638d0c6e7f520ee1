"""Unpack gzip files: all their members, and what a damage leaves of them.

Several members in a row are one file (https://www.rfc-editor.org/rfc/rfc1952#section-2.2).
"""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO, NamedTuple

from digest.errors import Unreadable
from digest.parsers.containers.members import Member
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.unpack_budget import UnpackBudget

MAGIC = b"\x1f\x8b\x08"
_CHUNK_BYTES = 1 << 18  # unpacked at a time, so that a bomb is stopped early
_SMALL_BYTES = 1 << 12
_STEP_BYTES = 16
_MAX_DAMAGES = 100  # members looked for behind damage; each search unpacks up to a chunk
# The start of a member: no reserved flags, and values of the last two bytes that are in use.
_HEADER = re.compile(MAGIC + rb"[\x00-\x1f][\s\S]{4}[\x00\x02\x04][\x00-\x0d\xff]")
_DAMAGED = "the compressed data are damaged"
_TRUNCATED = "the compressed data break off"
_GARBAGE = "after the compressed data come bytes that are no gzip"


def unpack(input_file: InputFile, budget: UnpackBudget) -> Member:
    """Unpack all members into one file, a damaged one in part."""
    name = re.sub(r"\.gz(?:ip)?$", "", input_file.name, flags=re.IGNORECASE)
    unpacked = budget.spill_factory()
    try:
        damage = _unpack_all(input_file.stream, unpacked, budget)
    except Unreadable:
        unpacked.close()
        raise
    unpacked.seek(0)
    return Member(name, unpacked, input_file.modified, damage)


class _Result(NamedTuple):
    """How the unpacking of one member ended, and where what follows it stands."""

    damage: str | None
    position: int


def _unpack_all(stream: BinaryIO, unpacked: BinaryIO, budget: UnpackBudget) -> str | None:
    """Write out all that can be unpacked; return the first damage, None if there is none."""
    damages: list[str] = []
    position: int | None = 0
    while position is not None and len(damages) < _MAX_DAMAGES:
        result = _unpack_one(stream, position, unpacked, budget)
        if result.damage is None:
            position = _after_padding(stream, result.position)
            if position is not None and not _begins_member(stream, position):
                damages.append(_GARBAGE)
                position = _next_member(stream, position)
        else:
            damages.append(result.damage)
            position = _next_member(stream, position + 1)
            if position is not None:
                unpacked.write(b"\n")  # so that the next record begins on a line of its own
    return damages[0] if damages else None


def _unpack_one(
    stream: BinaryIO, position: int, unpacked: BinaryIO, budget: UnpackBudget
) -> _Result:
    """Write out the member that begins at a position."""
    stream.seek(position)
    unpacker = zlib.decompressobj(wbits=31)  # 31: with the header and checksum of gzip
    packed = stream.read(_SMALL_BYTES)  # most of it is for nothing where members are tiny
    while packed:
        before = unpacker.copy()  # an error loses what the same call has unpacked
        try:
            _write(unpacker.decompress(packed, _CHUNK_BYTES), unpacked, budget)
        except zlib.error:
            _unpack_before_damage(before, packed, unpacked, budget)
            return _Result(_DAMAGED, stream.tell())
        if unpacker.eof:
            return _Result(None, stream.tell() - len(unpacker.unused_data))
        packed = unpacker.unconsumed_tail or stream.read(_CHUNK_BYTES)
    return _Result(_TRUNCATED, stream.tell())


def _unpack_before_damage(
    unpacker: zlib._Decompress, packed: bytes, unpacked: BinaryIO, budget: UnpackBudget
) -> None:
    """Write out what stands before the damage in these bytes."""
    try:
        for start in range(0, len(packed), _STEP_BYTES):
            _write(unpacker.decompress(packed[start : start + _STEP_BYTES]), unpacked, budget)
    except zlib.error:
        return


def _write(chunk: bytes, unpacked: BinaryIO, budget: UnpackBudget) -> None:
    budget.spend_bytes(len(chunk))
    unpacked.write(chunk)


def _begins_member(stream: BinaryIO, position: int) -> bool:
    stream.seek(position)
    return stream.read(len(MAGIC)).startswith(MAGIC[:2])


def _after_padding(stream: BinaryIO, position: int) -> int | None:
    """Return the position behind what pads the last member; None at the end of the file.

    These are zeros, and the line ends that a mail adds to an attachment.
    """
    stream.seek(position)
    while chunk := stream.read(_SMALL_BYTES):
        if stripped := chunk.lstrip(b"\0\r\n"):
            return stream.tell() - len(stripped)
    return None


def _next_member(stream: BinaryIO, position: int) -> int | None:
    """Return the position of the next bytes that look like the start of a member, or None."""
    stream.seek(position)
    overlap = b""
    while chunk := stream.read(_CHUNK_BYTES):
        window = overlap + chunk
        if match := _HEADER.search(window):
            return stream.tell() - len(window) + match.start()
        overlap = window[-9:]
    return None
