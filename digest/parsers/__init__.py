"""Read a file of any known format as a dump.

The content decides the format, never the name. Containers (gzip, zip, mail) are unpacked
first. Opens no file and does not know which papers were seen before.
"""

from __future__ import annotations

import io
from datetime import date
from typing import BinaryIO

from digest.errors import Unreadable
from digest.model.limits import Limits
from digest.model.papers import Dump, Reject
from digest.parsers import formats
from digest.parsers.containers import unpacking
from digest.parsers.containers.member_forms import (
    BINARY,
    EMPTY,
    NOT_A_LISTING,
    Reading,
    one_form_each,
)
from digest.parsers.containers.members import Member, name_member
from digest.parsers.input import limits as input_limits
from digest.parsers.input import lines
from digest.parsers.input.input_file import HEAD_BYTES, InputFile
from digest.parsers.input.spill import SpillFactory
from digest.parsers.input.unpack_budget import UnpackBudget

LIMITS = Limits()


def read_dump(
    name: str,
    stream: BinaryIO,
    modified: date | None = None,
    *,
    spill_factory: SpillFactory = io.BytesIO,
    limits: Limits = LIMITS,
) -> Dump:
    """Read the dump in a stream that stands at its start.

    ``modified`` is the day the file was last modified. ``spill_factory`` makes an empty private
    file: many records, and files unpacked from a container, go there instead of into memory.
    Raises `Unreadable` with the reason if no record can be read, or if the file exceeds a limit.
    A record that exceeds a limit becomes a reject.
    """
    budget = UnpackBudget(stream, spill_factory, limits)
    dump = _read_member(Member(name, stream, modified), budget, depth=0)
    return input_limits.enforce(dump, limits, spill_factory)


def _read_member(member: Member, budget: UnpackBudget, depth: int) -> Dump:
    """Read a file, or one that was unpacked from ``depth`` containers around it."""
    stream = member.stream
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if not head.strip():
        raise Unreadable(EMPTY)
    # The limit is derived from the size of the file in the inbox, so only an unpacked file can
    # exceed it.
    max_bytes = budget.max_bytes_at_once if depth else None
    input_file = InputFile(
        member.name,
        head,
        stream,
        member.modified,
        spill_factory=budget.spill_factory,
        max_bytes=max_bytes,
    )
    if container := unpacking.detect(input_file):
        return _read_container(input_file, container, budget, depth + 1)
    for file_format in formats.in_order():
        if evidence := file_format.detect(input_file):
            return file_format.read(input_file, evidence)
    if lines.looks_binary(head):
        raise Unreadable(BINARY)
    raise Unreadable(f"{NOT_A_LISTING} in a known format")


def _read_container(
    input_file: InputFile, container: str, budget: UnpackBudget, depth: int
) -> Dump:
    """Join everything readable in a container into one dump; the rest becomes rejects."""
    budget.check_depth(depth)
    readings: list[Reading] = []
    for member in unpacking.unpack(input_file, container, budget):
        try:
            with member.stream:
                dump = _read_member(member, budget, depth)
        except Unreadable as error:
            reject = Reject(error.line or 1, member.damage or error.reason)
            readings.append(Reading(member, None, reject))
        else:
            readings.append(Reading(member, dump, None))
    readings = one_form_each(readings)
    dumps = [(reading.member, reading.dump) for reading in readings if reading.dump]
    rejects = [
        name_member(reading.member, reading.reject, several=container != "gzip")
        for reading in readings
        if reading.reject
    ]
    if not dumps:
        raise Unreadable(rejects[0].reason if rejects else f"there is no file in the {container}")
    return unpacking.join_dumps(input_file, container, dumps, rejects)
