"""Follow the pages of a look by hand: what a source answers is a function of the request."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from digest.model.fetching import Answer, Look, Request
from digest.sources.paging import MOST_PAGES

Ask = Callable[[Request], bytes]


def follow(look: Look, ask: Ask) -> list[Request]:
    """Return all requests of a look."""
    return [request for request, _ in _pages(look, ask)]


def bodies(look: Look, ask: Ask) -> list[bytes]:
    """Return what the file of a look has of each page."""
    return look.bodies([answer for _, answer in _pages(look, ask)])


def query(request: Request) -> dict[str, str]:
    """Return the query of a request, of which no key stands twice."""
    return {key: value for key, (value,) in parse_qs(urlsplit(request.url).query).items()}


def _pages(look: Look, ask: Ask) -> list[tuple[Request, Answer]]:
    pages = list[tuple[Request, Answer]]()
    request: Request | None = look.first
    while request:
        pages.append((request, Answer(200, {}, ask(request), request.url)))
        assert len(pages) <= MOST_PAGES
        request = look.next_page([answer for _, answer in pages])
    return pages
