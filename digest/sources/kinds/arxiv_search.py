"""`arxiv-search`: the newest papers that the search of arXiv finds for a query.

Its answers have pages. In the middle, it sometimes gives an empty one although its total says
more, or a short one; asked again, it gives the records.
Source: https://info.arxiv.org/help/api/user-manual.html.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date

from digest.errors import FetchError
from digest.model.fetching import Answer, Look, Request, SourceState
from digest.model.source_settings import Source
from digest.sources import look_parts, paging
from digest.sources.paging import PageContent

EVERY = "12h"
BY_DAY = True
ADDRESS = "https://export.arxiv.org/api/query"
_PAGE = 100  # records of a page
_ID = re.compile(rb"<(?:\w+:)?entry[\s>].*?<(?:\w+:)?id>\s*([^<]*?)\s*<", re.DOTALL)
_TOTAL = re.compile(rb"<(?:\w+:)?totalResults[^>]*>\s*(\d{1,9})\s*<")
_MOMENT = re.compile(rb"(<updated>\s*)\d{4}-\d\d-\d\d")  # the first is that of the answer
_ERROR = "/api/errors"  # an error is an entry whose id has this in it
_SUMMARY = re.compile(rb"<summary[^>]*>([^<]{0,200})")


def looks(
    source: Source, state: SourceState | None, days: Sequence[date], _token: str | None
) -> list[Look]:
    """Return the look at the newest papers, or at those submitted on each day of a range."""
    if state is not None:
        return [_look(source, source.query or "", days[-1])]
    looks_by_day = (
        (day, _look(source, _submitted_on(source.query or "", day), day)) for day in days
    )
    return [
        look._replace(bodies=look_parts.of_day(look.bodies, _MOMENT, day))
        for day, look in looks_by_day
    ]


def _submitted_on(query: str, day: date) -> str:
    return f"({query}) AND submittedDate:[{day:%Y%m%d}0000 TO {day:%Y%m%d}2359]"


def _look(source: Source, query: str, day: date) -> Look:
    def request(start: int) -> Request:
        parts = {
            "search_query": query,
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "start": start,
            "max_results": min(_PAGE, source.most - start),
        }
        headers = look_parts.headers("application/atom+xml")
        return Request(look_parts.address(ADDRESS, parts), headers)

    def next_page(answers: Sequence[Answer]) -> Request | None:
        start = paging.next_start([_content(answer.body, source.most) for answer in answers])
        return None if start is None else request(start)

    return Look(
        look_parts.name(source, day),
        request(0),
        ".xml",
        ("feed",),
        next_page=next_page,
        bodies=paging.bodies_with_records(lambda body: _ID.search(body) is not None),
        day=day.isoformat(),
    )


def _content(body: bytes, most: int) -> PageContent:
    """Return what is in a page; what the search finds beyond the ``most`` does not count."""
    ids = tuple(found.decode("utf-8", "replace") for found in _ID.findall(body))
    if any(_ERROR in one for one in ids):
        summary = _SUMMARY.search(body)
        reason = html.unescape(summary[1].decode("utf-8", "replace")) if summary else "an error"
        raise FetchError(f"arXiv answered: {' '.join(reason.split())}")
    total = _TOTAL.search(body)
    return PageContent(ids, min(most, int(total[1])) if total else None)
