"""Unpack files that contain others: gzip, zip, mail and web archives.

A browser's single-file page (MHTML) is a mail too. Unpacks into spill files, within the
limits of an `UnpackBudget`, and never uses a member's name as a path. Reads no listing:
`digest.parsers.read_dump` reads each member, and `join_dumps` makes one dump of the results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.containers import gzip_members, mail, mail_members, web_archive, zip_members
from digest.parsers.containers.members import Member, name_member
from digest.parsers.input import spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.unpack_budget import UnpackBudget


def detect(input_file: InputFile) -> str | None:
    """Return ``gzip``, ``zip``, ``webarchive`` or ``mail`` by the first bytes, else None."""
    if input_file.head.startswith(gzip_members.MAGIC):
        return "gzip"
    if input_file.head.startswith(zip_members.MAGIC):
        return "zip"
    if web_archive.detect(input_file.head):
        return "webarchive"
    return "mail" if mail.detect(input_file.head) else None


def unpack(input_file: InputFile, container: str, budget: UnpackBudget) -> Iterator[Member]:
    """Yield the files inside, in their order. Raises `Unreadable` if a limit is exceeded."""
    if container == "gzip":
        yield gzip_members.unpack(input_file, budget)
    elif container == "zip":
        yield from zip_members.unpack(input_file, budget)
    elif container == "webarchive":
        yield from web_archive.unpack(input_file, budget)
    else:
        yield from mail_members.unpack(input_file, budget)


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
        is_cut=any(dump.is_cut or member.damage for member, dump in dumps),
    )


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
