"""What the looks of all kinds of sources have in common: names, days, addresses, headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from urllib.parse import quote, urlencode

from digest.model.fetching import Answer, SourceState
from digest.model.source_settings import Source


def name(source: Source, day: date) -> str:
    """Return the name of a look: of the source, and of the day as `parse` reads it in a name."""
    return f"{source.name}-{day.isoformat()}"


def days_to_ask(source: Source, state: SourceState | None, days: Sequence[date]) -> list[date]:
    """Return the days of a source that are asked now: all of a range, which has no ``state``.

    Else today, and each earlier day that gave no answer yet today: a day fills late, but slowly.
    """
    if state is None:
        return list(days)
    return [*(day for day in days[:-1] if not _was_asked(source, state, day, days[-1])), days[-1]]


def _was_asked(source: Source, state: SourceState, day: date, today: date) -> bool:
    look = state.looks.get(name(source, day))
    try:
        moment = datetime.fromisoformat(look.moment) if look else None
    except ValueError:  # the file of the state is a cache, and may hold anything
        return False
    return moment is not None and moment.astimezone(UTC).date() == today


def of_day(
    bodies: Callable[[Sequence[Answer]], list[bytes]], moment: re.Pattern[bytes], day: date
) -> Callable[[Sequence[Answer]], list[bytes]]:
    """Return the function for ``Look.bodies`` of an answer about a past day.

    Such an answer bears the moment of the request, which would be taken for the day of its papers.
    ``moment`` matches what stands before it, in its first group, and the day in it.
    """
    written = rb"\g<1>" + day.isoformat().encode()
    return lambda answers: [moment.sub(written, body, count=1) for body in bodies(answers)]


def address(base: str, query: Mapping[str, object] | None = None, path: Iterable[str] = ()) -> str:
    """Return an address with these parts behind it, each escaped."""
    parts = "".join(f"/{quote(part, safe='')}" for part in path)
    return f"{base}{parts}?{urlencode(query)}" if query else f"{base}{parts}"


def headers(accept: str, token: str | None = None) -> tuple[tuple[str, str], ...]:
    """Return the headers of a request; the secret stands in one of them only."""
    bearer = (("Authorization", f"Bearer {token}"),) if token else ()
    return (("Accept", accept), *bearer)
