"""All sources as one world: which host gives which answer, at which moment.

`World.answer` is what a `SourceServer` calls. The shapes are those of the true services; what they
list is `tests.support.source_days`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from tests.support import source_feeds, source_json, source_xml
from tests.support.source_answers import SiteAnswer
from tests.support.wires import Act, Asked, reply

Site = Callable[["World", Asked], SiteAnswer]
Trouble = Callable[[Asked], Act | None]

HUGGING_FACE, RSS, API = "huggingface.co", "rss.arxiv.org", "export.arxiv.org"
OAI, BIORXIV = "oaipmh.arxiv.org", "api.biorxiv.org"
FEEDS, PAGES = "feeds.example.org", "pages.example.org"
ROBOTS = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 2\n"


class World:
    """All sources at one moment, which `now` gives.

    ``troubles`` may answer in place of hosts: the first that does. ``robots`` is the answer
    to /robots.txt. ``page_size`` is that of OAI-PMH and bioRxiv, ``search_size`` the most that
    arXiv's API gives in a page. ``empty_pages`` are starts at which it gives an empty page once;
    ``expires`` is how many resumption tokens expire.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now, self.page_size, self.search_size = now, 4, 15
        self.troubles = list[Trouble]()
        self.robots: Act = reply(200, ROBOTS)
        self.empty_pages, self.expires = list[int](), 0

    def answer(self, asked: Asked) -> Act:
        """Return what the host answers to this request."""
        for trouble in self.troubles:
            if act := trouble(asked):
                return act
        if asked.path.partition("?")[0] == "/robots.txt":
            return self.robots
        site = SITES.get(asked.host)
        return self._validated(asked, site(self, asked)) if site else reply(404, b"no such host")

    def _validated(self, asked: Asked, answer: SiteAnswer) -> Act:
        """Answer 304 if the client has these bytes already."""
        if answer.status != 200 or answer.validator is None:
            return reply(answer.status, answer.body, answer.kind, answer.headers)
        is_etag = answer.validator == "etag"
        stamp = (
            f'W/"{hashlib.sha256(answer.body).hexdigest()[:32]}"' if is_etag else answer.validator
        )
        headers = [*answer.headers, ("ETag" if is_etag else "Last-Modified", stamp)]
        if asked.headers.get("if-none-match" if is_etag else "if-modified-since") == stamp:
            return reply(304, headers=headers)
        return reply(200, answer.body, answer.kind, headers)


def _hugging_face(world: World, asked: Asked) -> SiteAnswer:
    if asked.path.startswith("/papers"):
        return source_json.listing_page(world.now())
    return source_json.daily_papers(asked.query, world.now())


def _arxiv_rss(world: World, asked: Asked) -> SiteAnswer:
    return source_feeds.announcements(asked.path.rpartition("/")[2], world.now())


def _arxiv_api(world: World, asked: Asked) -> SiteAnswer:
    if asked.path.startswith("/oai2"):
        return _oai(world, asked)
    start = int(asked.query.get("start", "0"))
    is_empty = start in world.empty_pages
    if is_empty:
        world.empty_pages.remove(start)
    return source_xml.search(asked.query, world.now(), world.search_size, is_empty=is_empty)


def _oai(world: World, asked: Asked) -> SiteAnswer:
    if "resumptionToken" in asked.query and world.expires:
        world.expires -= 1
        return source_xml.oai_error("badResumptionToken", "The token has expired", world.now())
    return source_xml.list_records(asked.query, world.now(), world.page_size)


def _biorxiv(world: World, asked: Asked) -> SiteAnswer:
    return source_json.details(asked.path, world.now(), world.page_size)


def _feeds(world: World, asked: Asked) -> SiteAnswer:
    write = source_feeds.FEEDS.get(asked.path.partition("?")[0])
    return write(world.now()) if write else SiteAnswer(b"<h1>Not Found</h1>", "text/html", 404)


def _pages(world: World, _: Asked) -> SiteAnswer:
    return source_json.listing_page(world.now())


SITES: dict[str, Site] = {
    HUGGING_FACE: _hugging_face,
    RSS: _arxiv_rss,
    API: _arxiv_api,
    OAI: _oai,
    BIORXIV: _biorxiv,
    FEEDS: _feeds,
    PAGES: _pages,
}


def outage(
    host: str, act: Act, first: datetime, last: datetime, now: Callable[[], datetime]
) -> Trouble:
    """Return the trouble of a host that answers with this act between two moments."""
    return lambda asked: act if asked.host == host and first <= now() < last else None
