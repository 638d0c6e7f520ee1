"""Files to dumps: one module per dialect, tried in the order of `dialects`.

The form is decided by content, never by name. A dialect module has a ``NAME``,
``detect(origin)`` (the witness for this form, or None) and ``read(origin, witness)``.
Adding a dialect touches its own file and one line here. Nothing here opens a file or knows
what was seen before.
"""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, Protocol

from digest.errors import Unreadable
from digest.model.limits import Limits
from digest.model.papers import Dump, Reject
from digest.parsers.input import containers, lines
from digest.parsers.input import limits as input_limits
from digest.parsers.input.input_file import HEAD_BYTES, InputFile
from digest.parsers.input.spill import SpillFactory
from digest.parsers.input.unpack_budget import UnpackBudget

LIMITS = Limits()
_BARE = 16  # characters: a text as short as that can only be a bare value (null, None)
_ENTRY = re.compile(r"@\w+\s*[{(]")
_LINKS = re.compile(r"\]\(|\]\[|/papers/|\n##|\n[ \t*•+-]{0,8}\[")


class Format(Protocol):
    """What a module of this package offers."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module constant
        """What the dialect is called in reports."""

    def detect(self, origin: InputFile) -> str | None:
        """The witness for this form, or None."""

    def read(self, origin: InputFile, witness: str) -> Dump:
        """The dump; raises `Unreadable` where nothing in it can be read."""


def candidate_formats(text: str) -> Iterator[Format]:
    """The dialects a text may be in, in the order they are asked.

    Each is imported only for a text that could be its own: a page pasted as text, day after
    day, need not pay for the readers of feeds. A new dialect is a file and a line here.
    """
    first = text.lstrip("\ufeff \t\r\n\f")[:1]
    if first in tuple("[{\"'-0123456789") or len(text) < _BARE:
        yield _module("daily_papers_api")
        yield _module("json_feed")
        yield _module("scraped_json")
    if first == "<":
        yield _module("oai_pmh")
        yield _module("xml_feed")
    if _ENTRY.search(text):
        yield _module("bibtex")
    if "TY  -" in text:
        yield _module("ris")
    if first == "<":
        yield _module("saved_html")
    if _LINKS.search(text):
        yield _module("linked_text")
    if "title" in text.lower():
        yield _module("labelled_text")
    yield _module("plain_text")


def _module(name: str) -> Format:
    return importlib.import_module(f"{__name__}.formats.{name}")


def read(
    name: str,
    stream: BinaryIO,
    modified: date | None = None,
    *,
    spill_factory: SpillFactory = io.BytesIO,
    limits: Limits = LIMITS,
) -> Dump:
    """The dump in a stream that stands at its start.

    ``modified`` is the day of the file's time; ``spill_factory`` makes an empty file that nobody
    else sees, for what memory should not hold. Raises `Unreadable` with the reason when nothing in
    it can be read, or a limit is passed; a record that passes one is a reject.
    """
    allowance = UnpackBudget(stream, spill_factory, limits)
    dump = _read(containers.Member(name, stream, modified), allowance, depth=0)
    return input_limits.enforce(dump, limits, spill_factory)


def _read(member: containers.Member, allowance: UnpackBudget, depth: int) -> Dump:
    stream = member.stream
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if not head.strip():
        raise Unreadable("the file is empty")
    max_bytes = allowance.max_bytes_at_once if depth else None
    origin = InputFile(
        member.name,
        head,
        stream,
        member.modified,
        spill_factory=allowance.spill_factory,
        max_bytes=max_bytes,
    )
    if wrapping := containers.detect(origin):
        return _unwrap(origin, wrapping, allowance, depth + 1)
    for dialect in candidate_formats(origin.head_text):
        if witness := dialect.detect(origin):
            return dialect.read(origin, witness)
    if lines.looks_binary(head):
        raise Unreadable("not text in an encoding we read")
    raise Unreadable("not a listing of papers in a form we know")


def _unwrap(origin: InputFile, wrapping: str, allowance: UnpackBudget, depth: int) -> Dump:
    """One dump of everything readable in a wrapping; what is not is a reject of it.

    Beside a readable page, the other parts of a mail are no damage.
    """
    allowance.check_depth(depth)
    read_well: list[tuple[containers.Member, Dump]] = []
    rejects: list[Reject] = []
    chosen: set[str] = set()
    for member in containers.unpack(origin, wrapping, allowance):
        if member.choice in chosen:
            continue
        try:
            with member.stream:
                dump = _read(member, allowance, depth)
        except Unreadable as error:
            damage = Reject(error.line or 1, member.damage or error.reason)
            rejects.append(containers.name_member(member, damage, several=wrapping != "gzip"))
        else:
            read_well.append((member, dump))
            chosen |= {member.choice} - {""}
    if not read_well:
        raise Unreadable(rejects[0].reason if rejects else f"a {wrapping} without a file in it")
    return containers.join_dumps(origin, wrapping, read_well, rejects if wrapping != "mail" else ())
