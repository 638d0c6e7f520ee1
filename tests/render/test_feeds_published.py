"""Feeds in the output: every page announces them, and a rebuild leaves them alone."""

from __future__ import annotations

import json
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

ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
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
    """Return a folder with two issues; tests only read it."""
    folder = Folder(tmp_path_factory.mktemp("published"))
    folder.sort_by(SHORE)
    for number, day in enumerate(("2026-11-18", "2026-11-19")):
        folder.drop(f"{day}.txt", page(day, range(number * 4, number * 4 + 4)))
        folder.run(f"{day}T08:00")
    return folder


def announced(file: Path) -> dict[str, tuple[str, str]]:
    """Return the feeds that a page announces: path -> type and title."""
    root: Any = html.document_fromstring(file.read_text("utf-8"))
    links = root.xpath("//head/link[@rel='alternate']")
    return {
        str(file.parent / link.get("href")): (link.get("type"), link.get("title")) for link in links
    }


def test_every_page_announces_every_feed(published: Folder) -> None:
    """Each link has a type and a title; the pages of a topic announce its feed first."""
    pages = sorted(published.output.rglob("*.html"))
    assert len(pages) > 8
    for file in pages:
        feeds = {
            str(Path(place).resolve().relative_to(published.output)): link
            for place, link in announced(file).items()
        }
        under = file.relative_to(published.output).parts
        own = [f"topics/{under[1]}/feed.xml"] if under[0] == "topics" and len(under) > 2 else []
        assert [*own, *MAIN] == list(feeds)
        for place, (kind, title) in feeds.items():
            assert MAIN.get(place, "application/rss+xml") == kind
            assert title
            assert (published.output / place).is_file()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as static files; yield its address."""
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
    """A reader that asks again with the date of its last answer gets 304."""
    before = published.marks()
    with served(published.output) as address:
        with urllib.request.urlopen(f"{address}/feed.xml", timeout=9) as answer:
            stamp = answer.headers["Last-Modified"]
        assert 0 == published.digest("rebuild", now="2026-12-24T08:00").status
        again = urllib.request.Request(f"{address}/feed.xml", headers={"If-Modified-Since": stamp})
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(again, timeout=9)
        assert 304 == refusal.value.code
        refusal.value.close()
    assert before == published.marks()


def frequency(folder: Folder, name: str) -> tuple[str | None, str | None]:
    """Return the period of a feed and the number of its updates in a period."""
    channel = etree.fromstring((folder.output / name).read_bytes())[0]
    period, times = f"{SYNDICATION}updatePeriod", f"{SYNDICATION}updateFrequency"
    return channel.findtext(period), channel.findtext(times)


def test_feeds_follow_the_schedule(folder: Folder) -> None:
    """All feeds state the days of the configuration, also after a change of them."""
    folder.sort_by(SHORE)
    folder.configure(SCHEDULE)
    folder.drop("page.txt", page("2026-11-18", range(4)))
    folder.run("2026-11-18T08:00")
    names = ["feed.xml", "issues.xml", "topics/shore/feed.xml"]
    assert [("weekly", "3")] * 3 == [frequency(folder, name) for name in names]
    folder.configure(SCHEDULE.replace('"wed", ', "") + '[[edition]]\nname = "all"\n')
    folder.run("2026-11-18T09:00")
    expected = [("weekly", "2"), ("daily", "1"), ("weekly", "2")]
    assert expected == [frequency(folder, name) for name in names]


def archive_chain(output: Path) -> list[str]:
    """Return the names of the archive documents that the live feed leads to, newest first."""
    names, path = [], "feed.xml"
    while before := [
        link.get("href", "").rpartition("/")[2]
        for link in etree.parse(output / path).iter(ATOM_LINK)
        if link.get("rel") == "prev-archive"
    ]:
        names += before
        path = f"archive/{before[0]}"
    return names


def test_a_week_that_comes_late_is_in_the_chain_of_archive_documents(folder: Folder) -> None:
    """The document after it links to it, and a rebuild changes nothing."""
    folder.configure('[[edition]]\nname = "daily"\ncatch_up = "dated"\ncatch_up_days = 30\n')
    runs = [
        ("2026-11-20", "2026-11-20", ()),
        ("2026-12-08", "2026-12-08", ()),
        ("2026-12-15", "2026-12-15", ()),
        ("2026-12-01", "2026-12-16", ("--due",)),
        ("2026-12-22", "2026-12-22", ("--due",)),
    ]
    for number, (day, moment, options) in enumerate(runs):
        folder.drop(f"{day}.txt", page(day, range(number * 4, number * 4 + 4)))
        folder.run(f"{moment}T12:00", *options)
    weeks = ["2026-w51.xml", "2026-w50.xml", "2026-w49.xml", "2026-w47.xml"]
    assert weeks == archive_chain(folder.output)
    before = folder.tree()
    folder.digest("rebuild")
    assert before == folder.tree()


def test_live_issues_join_backfilled_ones_in_the_archive_of_their_week(folder: Folder) -> None:
    """The document exists before the week is over, because live feeds hold no backfilled issue."""
    folder.drop("live.txt", page("2026-11-20", range(4)))
    folder.run("2026-11-20T12:00")
    old = folder.root / "2026-11-18.txt"
    old.write_bytes(page("2026-11-18", range(4, 8)))
    assert 0 == folder.digest("backfill", str(old), now="2026-11-20T13:00").status
    archive = folder.output / "archive" / "2026-w47.json"
    assert 4 == len(json.loads(archive.read_bytes())["items"])
    folder.drop("later.txt", page("2026-12-03", range(8, 12)))
    folder.run("2026-12-03T12:00")
    assert 8 == len(json.loads(archive.read_bytes())["items"])
