"""Unpack files that contain others: gzip, zip and mail.

A browser's single-file page (MHTML) is a mail too. Unpacks into spill files, within the
limits of an `UnpackBudget`, and never uses a member's name as a path. Reads no listing:
`digest.parsers.read_dump` reads each member, and `join_dumps` makes one dump of the results.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.input import mail, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.unpack_budget import UnpackBudget

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_CHUNK_BYTES = 1 << 18  # unpacked at a time, so that a bomb is stopped early
_IGNORED = re.compile(r"(?:^|/)(?:\.[^./]|__MACOSX/|[^/]*_files/)|/$|^$")
_COMPRESSIONS = (0, 8)  # stored and deflated; the memory of the others cannot be bounded
_UNSUPPORTED = "encrypted, or packed with a method that is not supported"
_DAMAGED = "the compressed data are damaged"
_TRUNCATED = "the compressed data break off"
_MAX_NAME_CHARS = 80  # of a member's name in a reason


class Member(NamedTuple):
    """A file from a container.

    ``damage`` says why only a part of it could be unpacked. Members with the same ``choice``
    hold the same page (the HTML and the text of a mail): only the first readable one is used.
    """

    name: str
    stream: BinaryIO
    modified: date | None = None
    damage: str | None = None
    choice: str = ""


def detect(input_file: InputFile) -> str | None:
    """Return ``gzip``, ``zip`` or ``mail`` by the first bytes, else None."""
    if input_file.head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if input_file.head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "mail" if mail.detect(input_file.head) else None


def unpack(input_file: InputFile, container: str, budget: UnpackBudget) -> Iterator[Member]:
    """Yield the files inside, in their order. Raises `Unreadable` if a limit is exceeded."""
    if container == "gzip":
        yield _gunzip(input_file, budget)
    elif container == "zip":
        yield from _unzip(input_file, budget)
    else:
        yield from _mail_members(input_file, budget)


def join_dumps(
    input_file: InputFile,
    container: str,
    dumps: Sequence[tuple[Member, Dump]],
    rejects: Sequence[Reject],
) -> Dump:
    """Return one dump of all readable members, in their order.

    Lines are counted within each member. With several members, the reason of a reject begins
    with its member's name. If formats or sources differ, all are named.
    """
    several = len(dumps) + len(rejects) > 1
    every_reject = list(rejects)
    evidence: dict[str, str] = {}
    for member, dump in dumps:
        every_reject += [name_member(member, reject, several=several) for reject in dump.rejects]
        if member.damage:
            every_reject.append(name_member(member, Reject(1, member.damage), several=several))
        evidence = dump.evidence | evidence  # the first member's evidence comes first
    stated_counts = [dump.stated for _, dump in dumps]
    return msgspec.structs.replace(
        dumps[0][1],
        name=input_file.name,
        format_name=_join_names(dump.format_name for _, dump in dumps),
        source=_join_names(dump.source for _, dump in dumps),
        page_date=max((dump.page_date for _, dump in dumps if dump.page_date), default=None),
        sightings=spill.collect(
            (sighting for _, dump in dumps for sighting in dump.sightings),
            Sighting,
            input_file.spill_factory,
        ),
        rejects=tuple(every_reject),
        evidence=evidence | {"wrapping": container},
        stated=sum(filter(None, stated_counts)) if None not in stated_counts else None,
    )


def name_member(member: Member, reject: Reject, *, several: bool = True) -> Reject:
    """Return the reject with the printable end of its member's name before the reason."""
    name = "".join(c if c.isprintable() else "?" for c in member.name)[-_MAX_NAME_CHARS:]
    return msgspec.structs.replace(reject, reason=f"{name}: {reject.reason}") if several else reject


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _mail_members(input_file: InputFile, budget: UnpackBudget) -> Iterator[Member]:
    input_file.check_size()
    budget.spend_bytes(input_file.size)
    for part in mail.parts(input_file.stream, budget.limits.members):
        budget.spend_members(1)
        modified = part.sent or input_file.modified
        yield Member(part.name, io.BytesIO(part.data), modified, choice=part.choice)


def _gunzip(input_file: InputFile, budget: UnpackBudget) -> Member:
    """Unpack all members of a gzip file (RFC 1952 allows several), a damaged one in part."""
    name = re.sub(r"\.gz(?:ip)?$", "", input_file.name, flags=re.IGNORECASE)
    unpacked = budget.spill_factory()
    try:
        damage = _inflate(input_file.stream, unpacked, budget)
    except Unreadable:
        unpacked.close()
        raise
    unpacked.seek(0)
    return Member(name, unpacked, input_file.modified, damage)


def _inflate(stream: BinaryIO, unpacked: BinaryIO, budget: UnpackBudget) -> str | None:
    """Write out all that can be unpacked; return the damage, None if there is none."""
    packed = stream.read(_CHUNK_BYTES)
    unpacker = zlib.decompressobj(wbits=31)  # 31: with the header and checksum of gzip
    try:
        while packed:
            chunk = unpacker.decompress(packed, _CHUNK_BYTES)
            budget.spend_bytes(len(chunk))
            unpacked.write(chunk)
            packed = unpacker.unconsumed_tail or stream.read(_CHUNK_BYTES)
            if unpacker.eof:
                # The next member, or zeros that pad the last one.
                packed = (unpacker.unused_data or packed).lstrip(b"\0")
                unpacker = zlib.decompressobj(wbits=31) if packed else unpacker
    except zlib.error:
        return _DAMAGED
    return None if unpacker.eof else _TRUNCATED


def _unzip(input_file: InputFile, budget: UnpackBudget) -> Iterator[Member]:
    import zipfile

    data = input_file.read_all()
    # Counted first: for each entry the library builds a record ten times as large.
    budget.check_members(data.count(b"PK\x01\x02"))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    # NotImplementedError: its directory asks for a version of the format after 6.3, the last one.
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
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
    except NotImplementedError:  # raised by `open` for patches and strong encryption
        return _UNSUPPORTED
    except (BadZipFile, zlib.error, EOFError, ValueError):  # ValueError: a negative offset
        return _DAMAGED
    return None


def _modified_day(info: ZipInfo) -> date | None:
    try:
        return date(*info.date_time[:3])
    except ValueError:
        return None
