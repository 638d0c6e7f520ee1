"""`feed`: any RSS, Atom or JSON feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digest.model.fetching import Look, SourceState
from digest.model.source_settings import Source
from digest.sources import web_address

EVERY = "3h"
BY_DAY = False
_ACCEPTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9,"
    " text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


def looks(
    source: Source, state: SourceState | None, days: Sequence[date], token: str | None
) -> list[Look]:
    """Return the look at the feed as it is now."""
    return [
        web_address.look(
            source, state, days[-1], token, _ACCEPTED, ".xml", formats=("feed", "json-feed")
        )
    ]
