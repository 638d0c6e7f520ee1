"""V1 to V6: what answers of the web side cost.

V1 to V3 are a search on the server, among 100,000 papers in 1,700 published issues.

V1 is a page of `/search` for frequent words, against a bare query of the same words that FTS5 sorts
by BM25: the page must not do what takes long. V2 is the time below which 95 of 100 pages stay,
against the 50 ms that a reader may wait. V3 is a page for a word of one paper, against the least
answer that werkzeug can give. The invented papers share few words, so that the frequent ones
stand in nearly every abstract, which is the worst case. V4 and V5 are a page and a feed against
the same least answer, V6 is the form to subscribe against the commit that it needs.
"""

from __future__ import annotations

import itertools
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Response
from werkzeug.test import Client

import digest
from benchmarks import corpus, measure, working_folders
from digest import settings
from digest.model.issues import Accounting, Issue, Item, Section
from digest.storage.ledger import database
from digest.storage.ledger.full_text import expressions, issued_file, issued_update
from digest.web import search
from digest.web.app import App
from digest.web.context import WebContext
from digest.web.data.kept_pages import KeptPages
from digest.web.files.static_files import StaticFiles
from digest.web.pace import Pace
from digest.web.route import WebRoute
from digest.web.routes import ROUTES

_PAPERS, _A_DAY, _TOPICS = 100_000, 60, 6
_ROUNDS = 15
_BUDGET = 0.05  # seconds of a page
_WEB = '[site]\nurl = "http://localhost/"\n[web]\nlisten = "127.0.0.1:0"\n[state]\nbackups = 0\n'
_MAIL = '[mail]\nserver = "smtp://localhost"\nfrom = "me@example.org"\n[[edition]]\nmail = true\n'
_FREQUENT = ("the", "model", "results show", "learning from the data", '"of the"')
_OTHERS = ("diffusion", "diffusion model", '"unit test generation"', "qwxzy", "tidal budgets")


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure a search of frequent words, of any words, and of a rare one."""
    folder = away / "web"
    _publish(folder)
    state = folder / "state"
    issued_update.update(state)
    context = _context(folder)
    client, bare = _Searcher(context), Client(_bare)
    rare = [corpus.coined(number) for number in range(0, _PAPERS, _PAPERS // 5)]
    for words in (*_FREQUENT, *rare):  # the first calls compile the template
        client.ask(words)
    with closing(sqlite3.connect(state / issued_file.FILE)) as index:
        shares = [_share(client, index, words) for words in _FREQUENT]
    what = "a page of frequent words / a bare query of FTS5"
    yield measure.at_most("V1", what, 0.5, statistics.median(shares))
    times = [
        measure.seconds(lambda words=words: client.ask(words))  # type: ignore[misc]
        for _ in range(_ROUNDS)
        for words in (*_FREQUENT, *_OTHERS, *rare)
    ]
    slow = statistics.quantiles(times, n=20)[-1]
    yield measure.at_most("V2", "95 % of searches / 50 ms", 1, slow / _BUDGET)
    ratio = measure.ratio(lambda: client.ask(rare[0]), lambda: bare.get("/"), _ROUNDS)
    yield measure.at_most("V3", "a page of a rare word / a bare answer", 40, ratio)
    yield from _answers(away / "answers", bare)


def _answers(folder: Path, bare: Client) -> Iterator[measure.Row]:
    """Measure a page, a feed that is kept, and a request to subscribe."""
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "digest.toml").write_text(_WEB + _MAIL, encoding="utf-8")
    (folder / "inbox").mkdir()
    day = date(2026, 11, 20)
    dump = corpus.api_json([corpus.paper(number) for number in range(36)], day)
    (folder / "inbox" / f"daily-papers-{day}.json").write_text(dump, encoding="utf-8")
    digest.open(folder).run(moment=datetime(2026, 11, 20, 8, tzinfo=UTC))
    context = _context(folder)
    client = Client(_app(context, ROUTES))
    for name, what, path, limit in (
        ("V4", "a page of 36 papers / a bare answer", "/daily/latest.html", 8.0),
        ("V5", "a feed of one's own, asked again / a bare answer", "/feed?words=model", 20.0),
    ):
        client.get(path)
        ratio = measure.ratio(lambda path=path: client.get(path), lambda: bare.get("/"), _ROUNDS)  # type: ignore[misc]
        yield measure.at_most(name, what, limit, ratio)
    numbers = itertools.count()

    def subscribe() -> None:
        address = f"reader-{next(numbers)}@example.org"
        context.pace = context.mailbox_pace = Pace(time.monotonic)
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = client.post("/subscribe", data={"address": address}, headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"subscribe: {answer.status}")

    def commit() -> None:
        with context.people() as people, people.transaction():
            people.web_facts.count_request()

    what = "a request to subscribe / to open the people database and commit a row"
    yield measure.at_most("V6", what, 6, measure.ratio(subscribe, commit, _ROUNDS))


def _share(client: _Searcher, index: sqlite3.Connection, words: str) -> float:
    expression = words if words.startswith('"') else expressions.all_of(words.split())
    sql = "SELECT rowid FROM word WHERE word MATCH ? ORDER BY bm25(word) LIMIT 25"
    query: Callable[[], object] = lambda: index.execute(sql, (expression,)).fetchall()  # noqa: E731
    return measure.ratio(lambda: client.ask(words), query)


class _Searcher:
    """Searches without the pages that are kept of earlier searches."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._client = Client(_app(context, search.ROUTES))

    def ask(self, words: str) -> None:
        """Search for words."""
        self._context.searches = KeptPages()
        answer = self._client.get(f"/search?{urlencode({'q': words})}")
        if answer.status_code != 200:
            raise SystemExit(f"{words}: {answer.status}")


def _context(folder: Path) -> WebContext:
    def no_log(*_: object, **__: object) -> None:
        pass

    return WebContext(settings.load(folder), lambda _: datetime.now(UTC), no_log)


def _app(context: WebContext, routes: Sequence[WebRoute]) -> App:
    files = StaticFiles(context.output, context.pages, context.settings.site, is_private=False)
    return App(context, routes, files, known_hosts=frozenset({"localhost"}))


def _bare(environ: WSGIEnvironment, start: StartResponse) -> Sequence[bytes]:
    return list(Response(b"found")(environ, start))


def _publish(folder: Path) -> None:
    """Make a ledger with papers that all stand in published issues, one issue for each day."""
    working_folders.with_papers(folder, _PAPERS)
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "digest.toml").write_text(_WEB, encoding="utf-8")
    with closing(database.open_to_write(folder / "state")) as ledger, ledger.transaction():
        ledger.editions.configure(["daily"])
        day = date(2020, 1, 1)
        for number, first in enumerate(range(1, _PAPERS + 1, _A_DAY), start=1):
            papers = list(ledger.papers.by_number(range(first, first + _A_DAY)))
            items = [
                Item(guid=paper.guid, title=paper.title, url="", abstract=paper.abstract)
                for paper in papers
            ]
            sections = tuple(
                Section(topic=f"topic-{n}", name=f"Topic {n}", papers=tuple(items[n::_TOPICS]))
                for n in range(_TOPICS)
            )
            issue = Issue(
                edition="daily",
                date=(day + timedelta(days=number)).isoformat(),
                number=number,
                moment=f"{day + timedelta(days=number)}T07:00:00+00:00",
                verdict="new",
                accounting=Accounting(),
                sections=sections,
            )
            held = list(zip((paper.id for paper in papers), items, strict=True))
            ledger.issues.record_issue(issue, "live", None, held)
        ledger.issues.mark_published()
