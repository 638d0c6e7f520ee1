"""`biorxiv`: the preprints of bioRxiv or medRxiv by day, from their API.

An answer has pages, and says how many records there are in all. Beyond the last, and on a day
without any, it says "no posts found".
Source: https://api.biorxiv.org/.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from digest.errors import FetchError
from digest.model.fetching import Answer, Look, Request, SourceState
from digest.model.source_settings import Source
from digest.sources import look_parts, paging
from digest.sources.paging import PageContent

EVERY = "6h"
BY_DAY = True
ADDRESS = "https://api.biorxiv.org/details"
_NONE_FOUND = "no posts found"


class PostMessage(msgspec.Struct):
    """What the answer says about itself. The total is a number, or one in quotes."""

    status: str = ""
    total: int | str | None = None


class Post(msgspec.Struct):
    """What tells one record from another."""

    doi: str | None = None
    version: str | int | None = None


class PostsAnswer(msgspec.Struct):
    """A page of the answer; nothing else of it is read here."""

    collection: list[Post]
    messages: list[PostMessage] = []


def looks(
    source: Source, state: SourceState | None, days: Sequence[date], _token: str | None
) -> list[Look]:
    """Return a look for each day; before today, only those not answered yet today."""
    return [_look(source, day) for day in look_parts.days_to_ask(source, state, days)]


def _look(source: Source, day: date) -> Look:
    category = source.categories[0].strip().lower().replace(" ", "_") if source.categories else None

    def request(start: int) -> Request:
        path = (source.server, day.isoformat(), day.isoformat(), str(start), "json")
        query = {"category": category} if category else None
        headers = look_parts.headers("application/json")
        return Request(look_parts.address(ADDRESS, query, path), headers)

    def next_page(answers: Sequence[Answer]) -> Request | None:
        start = paging.next_start([_content(answer.body) for answer in answers])
        return None if start is None else request(start)

    return Look(
        look_parts.name(source, day),
        request(0),
        ".json",
        ("json",),
        next_page=next_page,
        bodies=paging.bodies_with_records(lambda body: bool(_content(body).ids)),
        day=day.isoformat(),
    )


def _content(body: bytes) -> PageContent:
    try:
        answer = msgspec.json.decode(body, type=PostsAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise FetchError('its answer is not JSON with a "collection"', again=True) from None
    ids = tuple(f"{post.doi} {post.version}" for post in answer.collection)
    message = answer.messages[0] if answer.messages else PostMessage()
    if not ids and message.status not in ("ok", _NONE_FOUND, ""):
        raise FetchError(f"answered: {' '.join(message.status.split())[:200]}")
    total = str(message.total)
    return PageContent(ids, int(total) if total.isdecimal() else None)
