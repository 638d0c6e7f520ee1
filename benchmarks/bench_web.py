"""V1 to V3: a search on the server, among 100,000 papers in 1,700 published issues.

V1 is a page of `/search` for frequent words, against a bare query of the same words that FTS5 sorts
by BM25: the page must not do what takes long. V2 is the time below which 95 of 100 pages stay,
against the 50 ms that a reader may wait. V3 is a page for a word of one paper, against the least
answer that werkzeug can give. The invented papers share few words, so that the frequent ones
stand in nearly every abstract, which is the worst case.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Request, Response
from werkzeug.test import Client

from benchmarks import corpus, measure, working_folders
from digest import settings
from digest.model.issues import Accounting, Issue, Item, Section
from digest.storage.ledger import database
from digest.storage.ledger.full_text import expressions, issued_file, issued_update
from digest.web import search
from digest.web.app import App
from digest.web.context import WebContext

_PAPERS, _A_DAY, _TOPICS = 100_000, 60, 6
_ROUNDS = 15
_BUDGET = 0.05  # seconds of a page
_WEB = '[site]\nurl = "http://localhost/"\n[web]\nlisten = "127.0.0.1:0"\n[state]\nbackups = 0\n'
_FREQUENT = ("the", "model", "results show", "learning from the data", '"of the"')
_OTHERS = ("diffusion", "diffusion model", '"unit test generation"', "qwxzy", "tidal budgets")


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure a search of frequent words, of any words, and of a rare one."""
    folder = away / "web"
    _publish(folder)
    state = folder / "state"
    issued_update.update(state)
    client, bare = Client(_app(folder)), Client(_bare)
    rare = [corpus.coined(number) for number in range(0, _PAPERS, _PAPERS // 5)]
    for words in (*_FREQUENT, *rare):  # the first calls compile the template
        _ask(client, words)
    with closing(sqlite3.connect(state / issued_file.FILE)) as index:
        shares = [_share(client, index, words) for words in _FREQUENT]
    what = "a page of frequent words / a bare query of FTS5"
    yield measure.at_most("V1", what, 0.5, statistics.median(shares))
    times = [
        measure.seconds(lambda words=words: _ask(client, words))  # type: ignore[misc]
        for _ in range(_ROUNDS)
        for words in (*_FREQUENT, *_OTHERS, *rare)
    ]
    slow = statistics.quantiles(times, n=20)[-1]
    yield measure.at_most("V2", "95 % of searches / 50 ms", 1, slow / _BUDGET)
    ratio = measure.ratio(lambda: _ask(client, rare[0]), lambda: bare.get("/"), _ROUNDS)
    yield measure.at_most("V3", "a page of a rare word / a bare answer", 40, ratio)


def _share(client: Client, index: sqlite3.Connection, words: str) -> float:
    expression = words if words.startswith('"') else expressions.all_of(words.split())
    sql = "SELECT rowid FROM word WHERE word MATCH ? ORDER BY bm25(word) LIMIT 25"
    query: Callable[[], object] = lambda: index.execute(sql, (expression,)).fetchall()  # noqa: E731
    return measure.ratio(lambda: _ask(client, words), query)


def _ask(client: Client, words: str) -> None:
    answer = client.get(f"/search?{urlencode({'q': words})}")
    if answer.status_code != 200:
        raise SystemExit(f"{words}: {answer.status}")


def _app(folder: Path) -> App:
    def no_log(*_: object, **__: object) -> None:
        pass

    def no_file(_: Request) -> Response:
        return Response(status=404)

    context = WebContext(settings.load(folder), lambda _: datetime.now(UTC), no_log)
    return App(context, search.ROUTES, no_file, known_hosts=frozenset({"localhost"}))


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
