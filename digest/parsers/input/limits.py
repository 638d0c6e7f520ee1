"""Apply the operator's limits to a dump: reject records larger than any paper's."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from digest.errors import Unreadable
from digest.model.limits import Limits
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.input import spill
from digest.parsers.input.spill import SpillFactory
from digest.text import counting


def enforce(dump: Dump, limits: Limits, spill_factory: SpillFactory) -> Dump:
    """Return the dump with a reject in place of each record that exceeds a limit.

    Raises `Unreadable` if the dump has more records than ``limits.records``.
    """
    if dump.entries > limits.records:
        raise Unreadable(
            limits.passed("records", f"it holds {counting.count(dump.entries, 'record')}")
        )
    # Compared inline: a call of `_excess` for each record would slow large files down.
    title, abstract, authors = limits.title_chars, limits.abstract_chars, limits.authors
    too_large = [
        sighting
        for sighting in dump.sightings
        if len(sighting.title) > title
        or len(sighting.abstract or "") > abstract
        or len(sighting.authors) > authors
    ]
    if not too_large:
        return dump
    within_limits: Iterator[Sighting] = (
        sighting for sighting in dump.sightings if not _excess(sighting, limits)
    )
    rejects = [Reject(sighting.line, _excess(sighting, limits)) for sighting in too_large]
    return msgspec.structs.replace(
        dump,
        sightings=spill.collect(within_limits, Sighting, spill_factory),
        rejects=(*dump.rejects, *rejects),
    )


def _excess(sighting: Sighting, limits: Limits) -> str:
    """Return which limit a record exceeds, as the reason of a reject; "" if none."""
    if (length := len(sighting.title)) > limits.title_chars:
        return limits.passed("title_chars", f"a title of {counting.count(length, 'character')}")
    if sighting.abstract and (length := len(sighting.abstract)) > limits.abstract_chars:
        return limits.passed(
            "abstract_chars", f"an abstract of {counting.count(length, 'character')}"
        )
    if (number := len(sighting.authors)) > limits.authors:
        return limits.passed("authors", counting.count(number, "author"))
    return ""
