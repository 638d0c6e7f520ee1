"""Feeds as they stand in the output: found from every page, kept as they are, on schedule."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from tests.support.folders import SHORE, Folder, page

SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
MAIN = {
    "feed.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
    "issues.xml": "application/rss+xml",
}
SCHEDULE = '[[edition]]\nname = "daily"\ndays = ["mon", "wed", "fri"]\n'


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder with two issues; tests only read it."""
    folder = Folder(tmp_path_factory.mktemp("published"))
    folder.sort_by(SHORE)
    for number, day in enumerate(("2026-11-18", "2026-11-19")):
        folder.drop(f"{day}.txt", page(day, range(number * 4, number * 4 + 4)))
        folder.run(f"{day}T08:00")
    return folder


def announced(file: Path) -> dict[str, tuple[str, str]]:
    """The feeds a page announces: path below the output -> type and title."""
    root: Any = html.document_fromstring(file.read_text("utf-8"))
    links = root.xpath("//head/link[@rel='alternate']")
    return {
        str(file.parent / one.get("href")): (one.get("type"), one.get("title")) for one in links
    }


def test_every_page_announces_every_feed(published: Folder) -> None:
    """D1: with type and title; a topic's pages their own feed besides, which comes first."""
    pages = sorted(published.output.rglob("*.html"))
    assert len(pages) > 8
    for file in pages:
        found = {
            str(Path(place).resolve().relative_to(published.output)): said
            for place, said in announced(file).items()
        }
        under = file.relative_to(published.output).parts
        own = [f"topics/{under[1]}/feed.xml"] if under[0] == "topics" and len(under) > 2 else []
        assert [*own, *MAIN] == list(found)
        for place, (kind, title) in found.items():
            assert MAIN.get(place, "application/rss+xml") == kind
            assert title
            assert (published.output / place).is_file()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A plain static server for a folder; gives its address."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_rebuild_leaves_files_and_their_times_alone(published: Folder) -> None:
    """D2: so what a host said of a feed holds, and a reader that asks again gets 304."""
    before = published.marks()
    with served(published.output) as address:
        with urllib.request.urlopen(f"{address}/feed.xml", timeout=9) as answer:
            stamp = answer.headers["Last-Modified"]
        assert 0 == published.digest("rebuild", now="2026-12-24T08:00").status
        again = urllib.request.Request(f"{address}/feed.xml", headers={"If-Modified-Since": stamp})
        with pytest.raises(urllib.error.HTTPError) as told:
            urllib.request.urlopen(again, timeout=9)
        assert 304 == told.value.code
        told.value.close()
    assert before == published.marks()


def rhythm(folder: Folder, name: str) -> tuple[str | None, str | None]:
    """How often a feed says that it changes."""
    channel = etree.fromstring((folder.output / name).read_bytes())[0]
    period, frequency = f"{SYNDICATION}updatePeriod", f"{SYNDICATION}updateFrequency"
    return channel.findtext(period), channel.findtext(frequency)


def test_feeds_follow_the_schedule(folder: Folder) -> None:
    """R11: days of the configuration reach all feeds, and so does a change of them."""
    folder.sort_by(SHORE)
    folder.configure(SCHEDULE)
    folder.drop("page.txt", page("2026-11-18", range(4)))
    folder.run("2026-11-18T08:00")
    names = ["feed.xml", "issues.xml", "topics/shore/feed.xml"]
    assert [("weekly", "3")] * 3 == [rhythm(folder, name) for name in names]
    folder.configure(SCHEDULE.replace('"wed", ', "") + '[[edition]]\nname = "all"\n')
    folder.run("2026-11-18T09:00")
    expected = [("weekly", "2"), ("daily", "1"), ("weekly", "2")]
    assert expected == [rhythm(folder, name) for name in names]
