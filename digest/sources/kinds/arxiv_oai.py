"""`arxiv-oai`: all records of a set of arXiv that were added or changed, by OAI-PMH.

A long answer comes in pages, each with a token for the next one, which expires. The dates are
those of changes, as the server counts its days, so that the day before the last answer is asked
again.
Source: https://www.openarchives.org/OAI/openarchivesprotocol.html, section 3.5, and
https://info.arxiv.org/help/oa/index.html.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date, timedelta

from digest.errors import FetchError
from digest.model.fetching import Answer, Look, Request, SourceState
from digest.model.source_settings import Source
from digest.sources import look_parts, paging

EVERY = "1d"
BY_DAY = True
ADDRESS = "https://oaipmh.arxiv.org/oai"
_TOKEN = re.compile(rb"<(?:\w+:)?resumptionToken(?:\s[^>]*)?(?<!/)>([^<]*)<")
_ERROR = re.compile(rb"<(?:\w+:)?error\s[^>]*?code\s*=\s*[\"'](\w+)[\"'][^>]*>([^<]{0,200})")
_LIST_END = re.compile(rb"</(?:\w+:)?ListRecords\s*>")
_RECORD_END = re.compile(rb"</(?:\w+:)?record\s*>")
_MOMENT = re.compile(rb"(<(?:\w+:)?responseDate>\s*)\d{4}-\d\d-\d\d")
_FIRST = date(1991, 8, 14)  # when arXiv began
_EMPTY, _EXPIRED = "noRecordsMatch", "badResumptionToken"


def looks(
    source: Source, state: SourceState | None, days: Sequence[date], _token: str | None
) -> list[Look]:
    """Return the look at what changed since the last one, or on each day of a range."""
    if state is None:
        spans = ((day, _look(source, day, {"from": day, "until": day})) for day in days)
        return [
            look._replace(bodies=look_parts.of_day(look.bodies, _MOMENT, day))
            for day, look in spans
        ]
    today = days[-1]
    since = min(max(_day(state.from_date) or today, _FIRST), today) - timedelta(days=1)
    return [_look(source, today, {"from": since})]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _look(source: Source, day: date, span: dict[str, date]) -> Look:
    query = {"metadataPrefix": "arXiv", "set": source.set or "", **span}
    return Look(
        look_parts.name(source, day),
        _request(query),
        ".xml",
        ("oai-pmh",),
        next_page=_next_page,
        day=day.isoformat(),
    )


def _request(query: dict[str, object]) -> Request:
    address = look_parts.address(ADDRESS, {"verb": "ListRecords", **query})
    return Request(address, look_parts.headers("text/xml, application/xml"))


def _next_page(answers: Sequence[Answer]) -> Request | None:
    _raise_error(answers[-1].body, is_first=len(answers) == 1)
    *earlier, token = (_token_of(answer.body) for answer in answers)
    if not token:
        return None
    if token in earlier:
        raise FetchError("its answer leads back to a page that came before", again=True)
    paging.limit_pages(answers)
    return _request({"resumptionToken": token})


def _raise_error(body: bytes, *, is_first: bool) -> None:
    """Raise `FetchError` if this is no page with all of its records.

    What is no answer by OAI-PMH at all is refused by its format, if it is the first page.
    """
    if _LIST_END.search(body) or (is_first and b"OAI-PMH" not in body):
        return
    error = _ERROR.search(body)
    code = error[1].decode() if error else ""
    if error is None:
        raise FetchError("a page of its answer is no whole list of records", again=True)
    if code == _EXPIRED and not is_first:
        raise FetchError("its token for the next page has expired", start_again=True)
    if code != _EMPTY or not is_first:
        words = html.unescape(error[2].decode("utf-8", "replace"))
        raise FetchError(f"answered {code}: {' '.join(words.split())}", again=not is_first)


def _token_of(body: bytes) -> str:
    """Return the token for the next page, or "" on the last."""
    # An abstract may quote a token, but the real one stands behind all records.
    behind = max((end.end() for end in _RECORD_END.finditer(body)), default=0)
    token = _TOKEN.search(body, behind)
    return html.unescape(token[1].decode("utf-8", "replace")).strip() if token else ""
