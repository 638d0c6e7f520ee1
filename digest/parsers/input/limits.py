"""Records larger than any paper's: each is a reject, and too many of all are no listing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from digest.errors import Unreadable
from digest.model.limits import Limits
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.input import spill
from digest.parsers.input.spill import SpillFactory


def enforce(dump: Dump, limits: Limits, place: SpillFactory) -> Dump:
    """The dump without what passes a limit. Raises `Unreadable` for too many records."""
    if dump.entries > limits.records:
        raise Unreadable(limits.passed("records", f"it holds {dump.entries:,} records"))
    title, abstract, authors = limits.title_chars, limits.abstract_chars, limits.authors
    large = [  # told here, without a call for each record of a large file
        one
        for one in dump.sightings
        if len(one.title) > title
        or len(one.abstract or "") > abstract
        or len(one.authors) > authors
    ]
    if not large:
        return dump
    left: Iterator[Sighting] = (one for one in dump.sightings if not _passed(one, limits))
    return msgspec.structs.replace(
        dump,
        sightings=spill.collected(left, Sighting, place),
        rejects=(*dump.rejects, *(Reject(one.line, _passed(one, limits)) for one in large)),
    )


def _passed(sighting: Sighting, limits: Limits) -> str:
    """Why a record is too much; "" where it is not."""
    if (length := len(sighting.title)) > limits.title_chars:
        return limits.passed("title_chars", f"a title of {length:,} characters")
    if sighting.abstract and (length := len(sighting.abstract)) > limits.abstract_chars:
        return limits.passed("abstract_chars", f"an abstract of {length:,} characters")
    if (count := len(sighting.authors)) > limits.authors:
        return limits.passed("authors", f"{count:,} authors")
    return ""
