"""Dumps as `digest parse` prints them."""

from __future__ import annotations

from typing import Any

import msgspec

from digest import text
from digest.model.papers import Dump, Organization, Sighting


def as_data(dump: Dump) -> dict[str, Any]:
    """The keys scripts depend on (design, section 6), and how the file was read."""
    return {
        "dump": dump.name,
        "dialect": dump.format_name,
        "source": dump.source,
        "page_date": dump.page_date,
        "witness": dump.evidence,
        "sightings": tuple(dump.sightings),
        "rejects": dump.rejects,
    }


def clean(dump: Dump) -> Dump:
    """The same with its words mended, as an issue would print them."""
    return msgspec.structs.replace(dump, sightings=tuple(map(_mended, dump.sightings)))


def _mended(sighting: Sighting) -> Sighting:
    organization = sighting.organization
    return msgspec.structs.replace(
        sighting,
        title=text.mend(sighting.title).text,
        abstract=_mend(sighting.abstract),
        summary=_mend(sighting.summary),
        authors=text.mend_each(sighting.authors),
        organization=organization
        and Organization(text.mend(organization.slug).text, text.mend(organization.name).text),
    )


def _mend(words: str | None) -> str | None:
    return None if words is None else text.mend(words).text
