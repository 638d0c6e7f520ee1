"""`page`: any address whose answer one of the formats reads.

The site's robots.txt is asked first, by the step that fetches.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digest.model.fetching import Look, SourceState
from digest.model.source_settings import Source
from digest.sources import web_address

EVERY = "6h"
BY_DAY = False
_ACCEPTED = "text/html, application/xhtml+xml, */*;q=0.8"


def looks(
    source: Source, state: SourceState | None, days: Sequence[date], token: str | None
) -> list[Look]:
    """Return the look at the page as it is now."""
    return [web_address.look(source, state, days[-1], token, _ACCEPTED, ".html")]
