"""Files that wrap others: gzip, zip, mail. Unpacks them aside, one by one, within limits.

A mail is also what browsers save as a single file (MHTML). No name inside a wrapping is
ever used as a path, and nothing in here reads a listing: `digest.reading.read` does, member
by member, and `joined` makes one dump of what it got.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import msgspec

from digest.errors import Unreadable
from digest.model.limits import Limits
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.input import mail, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.spill import SpillFactory

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

# No file takes more memory than this and four times its own size; a form that is not read
# piece by piece may take five times its text.
MEMORY = 64 << 20
_TIMES_FILE, _TIMES_TEXT = 4, 5
# Small files may shrink for good reasons (the same layout over and over) and do no harm.
ALWAYS_BYTES = 4 << 20

_STEP = 1 << 18  # bytes unpacked at a time
_IGNORED = re.compile(r"(?:^|/)(?:\.[^./]|__MACOSX/|[^/]*_files/)|/$|^$")
_READABLE = (0, 8)  # stored and deflated
_STRANGE = "packed in a way we do not read"
_LONGEST_NAME = 80  # characters of a member's name a reason shows


class Member(NamedTuple):
    """A file out of a wrapping; ``damage`` says why it may be only a part of itself.

    Of members with the same ``choice`` (the HTML and the text of a mail) one is enough.
    """

    name: str
    stream: BinaryIO
    modified: date | None = None
    damage: str | None = None
    choice: str = ""


class UnpackBudget:
    """What may still be unpacked from one dropped file, over all its layers.

    ``aside`` makes a file to unpack to; ``room`` is how much of it may be held at once.
    """

    def __init__(self, dropped: BinaryIO, aside: SpillFactory, limits: Limits) -> None:
        packed = dropped.seek(0, io.SEEK_END)
        dropped.seek(0)
        self.aside, self.limits = aside, limits
        self.room = (MEMORY + _TIMES_FILE * packed) // _TIMES_TEXT
        self.by_ratio = max(ALWAYS_BYTES, packed * limits.ratio)
        self.bytes = min(limits.unpacked_mb << 20, self.by_ratio)
        self.members = limits.members

    def take(self, size: int) -> None:
        """Counts bytes; raises `Unreadable` when there are more than may be."""
        self.bytes -= size
        if self.bytes < 0:
            limits = self.limits
            if self.by_ratio < limits.unpacked_mb << 20:
                what = f"it unpacks to more than {limits.ratio} times its size"
                raise Unreadable(limits.passed("ratio", what))
            what = f"it unpacks to more than {limits.unpacked_mb} MiB"
            raise Unreadable(limits.passed("unpacked_mb", what))

    def take_members(self, count: int) -> None:
        """Counts members; raises `Unreadable` when there are more than may be."""
        self.check_members(count)
        self.members -= count

    def check_members(self, count: int) -> None:
        """Raises `Unreadable` when so many more would be too many."""
        if count > self.members:
            what = f"more than {self.limits.members:,} files in it"
            raise Unreadable(self.limits.passed("members", what))

    def check_depth(self, depth: int) -> None:
        """Raises `Unreadable` for the first layer too many."""
        if depth > self.limits.layers:
            what = f"wrapped more than {self.limits.layers} times"
            raise Unreadable(self.limits.passed("layers", what))


def detect(origin: InputFile) -> str | None:
    """``gzip``, ``zip`` or ``mail`` by its first bytes, else None."""
    if origin.head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if origin.head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "mail" if mail.detect(origin.head) else None


def members(origin: InputFile, wrapping: str, allowance: UnpackBudget) -> Iterator[Member]:
    """The files inside, in their order. Raises `Unreadable` where a limit is passed."""
    if wrapping == "gzip":
        yield _gunzipped(origin, allowance)
    elif wrapping == "zip":
        yield from _unzipped(origin, allowance)
    else:
        origin.check_room()
        allowance.take(origin.size)
        for part in mail.parts(origin.stream, allowance.limits.members):
            allowance.take_members(1)
            yield Member(
                part.name, io.BytesIO(part.data), part.sent or origin.modified, choice=part.choice
            )


def joined(
    origin: InputFile,
    wrapping: str,
    dumps: Sequence[tuple[Member, Dump]],
    rejects: Sequence[Reject],
) -> Dump:
    """One dump of all members that could be read, in their order.

    Lines are counted within each member; with several members each reject's reason names
    its own. Dialects and sources that differ are all named.
    """
    several = len(dumps) + len(rejects) > 1
    for member, dump in dumps:
        rejects = [*rejects, *(named(member, one, several=several) for one in dump.rejects)]
        if member.damage:
            rejects = [*rejects, named(member, Reject(1, member.damage), several=several)]
    witness: dict[str, str] = {}
    for _, dump in reversed(dumps):
        witness |= dump.evidence
    stated = [dump.stated for _, dump in dumps]
    return msgspec.structs.replace(
        dumps[0][1],
        name=origin.name,
        format_name=_one_of([dump.format_name for _, dump in dumps]),
        source=_one_of([dump.source for _, dump in dumps]),
        page_date=max((dump.page_date for _, dump in dumps if dump.page_date), default=None),
        sightings=spill.collected(
            (one for _, dump in dumps for one in dump.sightings), Sighting, origin.aside
        ),
        rejects=tuple(rejects),
        evidence=witness | {"wrapping": wrapping},
        stated=sum(filter(None, stated)) if None not in stated else None,
    )


def named(member: Member, reject: Reject, *, several: bool = True) -> Reject:
    """The reject with its member's name, fit to be shown, in the reason."""
    name = "".join(c if c.isprintable() else "?" for c in member.name)[-_LONGEST_NAME:]
    return msgspec.structs.replace(reject, reason=f"{name}: {reject.reason}") if several else reject


def _one_of(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _gunzipped(origin: InputFile, allowance: UnpackBudget) -> Member:
    """All parts of a gzip file (RFC 1952 allows several); what is there of a cut one."""
    name = re.sub(r"\.gz(?:ip)?$", "", origin.name, flags=re.IGNORECASE)
    whole = allowance.aside()
    packed = origin.stream.read(_STEP)
    unpacker = zlib.decompressobj(wbits=31)
    damage = None
    try:
        while packed:
            piece = unpacker.decompress(packed, _STEP)
            allowance.take(len(piece))
            whole.write(piece)
            packed = unpacker.unconsumed_tail or origin.stream.read(_STEP)
            if unpacker.eof:
                packed = (unpacker.unused_data or packed).lstrip(b"\0")
                unpacker = zlib.decompressobj(wbits=31) if packed else unpacker
        damage = None if unpacker.eof else "the compressed data break off"
    except zlib.error:
        damage = "the compressed data are damaged"
    except Unreadable:
        whole.close()
        raise
    whole.seek(0)
    return Member(name, whole, origin.modified, damage)


def _unzipped(origin: InputFile, allowance: UnpackBudget) -> Iterator[Member]:
    import zipfile

    data = origin.whole()
    # Counted before the library builds a record ten times as big as each entry.
    allowance.check_members(data.count(b"PK\x01\x02"))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
        raise Unreadable("a damaged zip file") from error
    kept = [info for info in archive.infolist() if not _IGNORED.search(info.filename)]
    allowance.take_members(len(kept))
    for info in kept:
        whole = allowance.aside()
        try:
            damage = _extract(archive, info, allowance, whole)
        except Unreadable:
            whole.close()
            raise
        whole.seek(0)
        yield Member(info.filename, whole, _packed_on(info) or origin.modified, damage)


def _extract(
    archive: ZipFile, info: ZipInfo, allowance: UnpackBudget, whole: BinaryIO
) -> str | None:
    """Writes one member out; how much it holds is counted, not believed. Gives the damage."""
    if info.flag_bits & 1 or info.compress_type not in _READABLE:
        return _STRANGE
    from zipfile import BadZipFile

    try:
        with archive.open(info) as stream:
            while piece := stream.read(_STEP):
                allowance.take(len(piece))
                whole.write(piece)
    except NotImplementedError:  # patches, strong encryption
        return _STRANGE
    except (BadZipFile, zlib.error, EOFError, ValueError):  # the last: a place before the file
        return "the compressed data are damaged"
    return None


def _packed_on(info: ZipInfo) -> date | None:
    try:
        return date(*info.date_time[:3])
    except ValueError:
        return None
