"""`digest check --fetch`: one request to each source."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from tests.support.feed_server import FeedServer, Reply, configuration, feed_server, feed_source
from tests.support.folders import Folder, page, tree

NOW = "2026-11-20T08:00"


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """Run a source."""
    with feed_server() as server:
        yield server


def trial(folder: Folder) -> tuple[int, list[str]]:
    """Ask the sources; return the exit status, and the lines of what came of it."""
    answered = folder.digest("check", "--fetch", now=NOW)
    lines = answered.out.splitlines()
    last = next(at for at, line in enumerate(lines) if line.startswith("!   site.url"))
    assert "" == answered.err
    return answered.status, lines[last + 1 :]


def test_each_enabled_source_is_asked_once(folder: Folder, server: FeedServer) -> None:
    """Whether it is due or not, and the number of papers is printed."""
    server.feed("/a", range(3))
    server.feed("/b", [7])
    sources = [feed_source(name, server.url(f"/{name}")) for name in "ab"]
    off = feed_source("off", server.url("/off"), "enabled = false")
    folder.configure(configuration(*sources, off))
    assert (0, ["ok  a: 3 papers", "ok  b: 1 paper"]) == trial(folder)
    assert ["/a", "/b"] == [asked.path for asked in server.asked]


def test_nothing_is_stored_but_when_a_host_may_be_asked_again(
    folder: Folder, server: FeedServer
) -> None:
    """The next run asks as if nobody had, and without a condition."""
    server.feed("/a", range(3))
    folder.configure(configuration(feed_source("a", server.url("/a"))))
    before = tree(folder.root)
    trial(folder)
    after = tree(folder.root)
    state = json.loads(after.pop("state/fetch.json"))
    after.pop("state/fetch.lock", None)
    assert before == after
    assert ["127.0.0.1"] == list(state.pop("not_before"))
    assert {"version": 1} | state == {"version": 1}


def test_what_a_source_says_is_printed(folder: Folder, server: FeedServer) -> None:
    """One that fails does not hide the others, and is asked once only."""
    html = (("Content-Type", "text/html"),)
    server.replies["/busy?key=4f1c"] = Reply(503)
    server.replies["/page?key=4f1c"] = Reply(200, b"<html><title>Log in</title>", html)
    server.feed("/good?key=4f1c", [1])
    sources = [
        feed_source(name, server.url(f"/{name}?key=4f1c", f"127.0.0.{host}"))
        for host, name in enumerate(("busy", "gone", "page", "good"), start=1)
    ]
    folder.configure(configuration(*sources))
    status, lines = trial(folder)
    assert 1 == status
    assert ["!   busy: ", "!   gone: ", "!   page: ", "ok  good: "] == [line[:10] for line in lines]
    assert "503" in lines[0]
    assert "404" in lines[1]
    assert "answered with something else" in lines[2]
    assert "4f1c" not in "".join(lines)
    assert 4 == len(server.asked)


def test_robots_txt_is_heeded(folder: Folder, server: FeedServer) -> None:
    """By a page, as by a fetch; a feed is made for programs."""
    server.replies["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /\n")
    folder.configure(configuration(f'name = "a"\nkind = "page"\nurl = "{server.url("/a")}"\n'))
    status, (line,) = trial(folder)
    assert 1 == status
    assert "robots.txt" in line
    assert ["/robots.txt"] == [asked.path for asked in server.asked]


def test_a_folder_is_looked_into(folder: Folder) -> None:
    """Its files are counted, and stay."""
    lists = folder.root / "lists"
    lists.mkdir()
    for name in ("a.txt", "b.txt"):
        (lists / name).write_bytes(page("2026-11-18", [1]) + name.encode())
        os.utime(lists / name, (0, 0))
    folder.configure(
        '[inbox]\nsettle_seconds = 0\n[[source]]\nname = "lists"\nkind = "folder"\npath = "lists"\n'
    )
    assert (0, ["ok  lists: 2 files with 2 papers"]) == trial(folder)
    assert 2 == len(list(lists.iterdir()))
    assert not list(folder.inbox.iterdir())
    lists.rename(folder.root / "gone")
    status, (line,) = trial(folder)
    assert (1, "!   lists: ") == (status, line[:11])


@pytest.mark.parametrize("off", ["", 'name = "a"\nkind = "hf-daily"\nenabled = false\n'])
def test_without_sources_nobody_was_asked(folder: Folder, off: str) -> None:
    """That is no success."""
    folder.configure(configuration(*([off] if off else [])))
    line = "!   nobody was asked: no source is configured, or none is enabled"
    assert (1, [line]) == trial(folder)


def test_a_token_that_cannot_be_read_is_a_failure(folder: Folder, server: FeedServer) -> None:
    """Without it nobody is asked."""
    server.feed("/a", [1])
    table = feed_source("a", server.url("/a"), 'token = "file:none"')
    folder.configure(configuration(table))
    assert (1, ["!   a: its token file:none cannot be read"]) == trial(folder)
    assert [] == server.asked
