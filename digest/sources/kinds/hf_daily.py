"""`hf-daily`: the papers of huggingface.co/papers, from the API by date.

A day fills in the course of the day and of the next ones. A date to come is an error there, and
weeks are never asked for: their answers change without an end. At most a hundred papers come in
one answer; the page of a busy day has about seventy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from digest.errors import FetchError
from digest.model.fetching import Answer, Look, Request, SourceState
from digest.model.source_settings import Source
from digest.sources import look_parts, paging

EVERY = "3h"
BY_DAY = True
ADDRESS = "https://huggingface.co/api/daily_papers"
_LIMIT = 100  # papers of a page, the most that the API allows
_MOST_PAGES = 10


class DailyPaper(msgspec.Struct):
    """The id of a paper."""

    id: str | int | None = None


class DailyEntry(msgspec.Struct):
    """An entry of the answer; nothing else of it is read here."""

    paper: DailyPaper | None = None


def looks(
    source: Source, state: SourceState | None, days: Sequence[date], token: str | None
) -> list[Look]:
    """Return a look for each day; before today, only those not answered yet today."""
    return [_look(source, day, token) for day in look_parts.days_to_ask(source, state, days)]


def _look(source: Source, day: date, token: str | None) -> Look:
    def request(page: int) -> Request:
        query: dict[str, object] = {"date": day.isoformat(), "limit": _LIMIT}
        if page:
            query["p"] = page
        headers = look_parts.headers("application/json", token)
        return Request(look_parts.address(ADDRESS, query), headers)

    def next_page(answers: Sequence[Answer]) -> Request | None:
        *earlier, page = (_ids(answer.body) for answer in answers)
        if page is None and earlier:
            raise FetchError("a page of its answer is no list of papers", again=True)
        known = set[object]().union(*filter(None, earlier))
        is_last = len(page or ()) < _LIMIT or known.issuperset(page or ())
        return None if is_last or len(answers) == _MOST_PAGES else request(len(answers))

    return Look(
        look_parts.name(source, day),
        request(0),
        ".json",
        ("daily-papers-api",),
        next_page=next_page,
        bodies=paging.bodies_with_records(lambda body: bool(_ids(body))),
        day=day.isoformat(),
    )


def _ids(body: bytes) -> list[object] | None:
    """Return the ids of the papers of a page, or None if it is no such page."""
    try:
        entries = msgspec.json.decode(body, type=list[DailyEntry])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return [entry.paper.id if entry.paper else None for entry in entries]
