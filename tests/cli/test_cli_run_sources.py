"""What `digest run` prints of the sources that it asked before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.feed_server import (
    FeedServer,
    Reply,
    configuration,
    feed_server,
    feed_source,
    forget_pauses,
)
from tests.support.folders import Folder


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """Run a source."""
    with feed_server() as server:
        yield server


@pytest.fixture
def asking(folder: Folder, server: FeedServer) -> Folder:
    """Return a folder that asks two feeds, on hosts of their own, so that neither has to wait."""
    server.feed("/a", range(3))
    server.feed("/b", [7])
    urls = {"a": server.url("/a", "127.0.0.1"), "b": server.url("/b", "127.0.0.2")}
    sources = [feed_source(name, url, 'every = "3h"') for name, url in urls.items()]
    folder.configure(configuration(*sources))
    return folder


def run(folder: Folder, at: str, *words: str) -> tuple[list[str], list[str]]:
    """Run at this hour; return the lines of standard output and of standard error."""
    forget_pauses(folder)
    answered = folder.digest(*words, "run", now=f"2026-11-20T{at}")
    return answered.out.splitlines(), answered.err.splitlines()


def test_a_run_says_what_the_sources_gave(asking: Folder) -> None:
    """Before what it read; with `-v` the files, with `-q` nothing."""
    out, err = run(asking, "08:00")
    assert ["asked a: 3 papers in 1 file", "asked b: 1 paper in 1 file"] == out[:2]
    assert "2 dumps, 4 entries = 4 new" in out[2]
    assert [] == err


def test_the_files_are_named_if_asked(asking: Folder) -> None:
    """They are those that lie in the inbox now."""
    out, _ = run(asking, "08:00", "-v")
    files = sorted(file.name for file in asking.inbox.iterdir())
    assert [f"a: {files[0]}", f"b: {files[1]}"] == [line for line in out if line[1:3] == ": "][:2]


def test_a_quiet_run_says_what_the_sources_had(asking: Folder, server: FeedServer) -> None:
    """When the next one is due, that they had nothing, that none answered."""
    run(asking, "08:00")
    inbox = "nothing waited in the inbox: " + str(asking.inbox)
    out, _ = run(asking, "09:00")
    assert [f"quiet: No source is due before 11:00, and {inbox}"] == out
    out, _ = run(asking, "12:00")
    nothing_new = f"quiet: The sources brought nothing new, and {inbox}"
    assert ["asked a: nothing new", "asked b: nothing new", nothing_new] == out
    server.replies["/b"] = server.replies["/a"] = Reply(404)
    out, err = run(asking, "16:00")
    assert ["a failed; next look 16:15", "b failed; next look 16:15"] == out[:2]
    assert f"quiet: No source answered, and {inbox}" == out[-1]
    assert ["a", "b"] == [line.split(": ")[2] for line in err]
    assert all("404" in line for line in err)
    out, err = run(asking, "16:20")
    assert out[0].startswith("a failed: ")
    assert out[0].endswith("; next look 16:50")
    assert [] == err


def test_one_source_of_several_may_fail(asking: Folder, server: FeedServer) -> None:
    """The others have their lines, and what came is read."""
    server.replies["/a"] = Reply(404)
    out, err = run(asking, "08:00")
    assert ["a failed; next look 08:15", "asked b: 1 paper in 1 file"] == out[:2]
    assert 1 == len(err)
    server.feed("/a", [8])
    out, _ = run(asking, "08:20")
    assert "asked a: 1 paper in 1 file" == out[0]


def test_a_dry_run_asks_nobody(asking: Folder, server: FeedServer) -> None:
    """It says who would be asked."""
    run(asking, "08:00")
    count = len(server.asked)
    answered = asking.digest("run", "--dry-run", now="2026-11-20T12:00")
    lines = answered.out.splitlines()
    assert ["a is due", "b is due", "This was a dry run; nothing was changed."] == lines[:3]
    assert lines[3].startswith("quiet: Nothing waited in the inbox: ")
    assert count == len(server.asked)


def test_without_asking_nothing_is_said_of_sources(asking: Folder) -> None:
    """`--no-fetch` is for a folder whose sources are asked by another command."""
    answered = asking.digest("run", "--no-fetch", now="2026-11-20T08:00")
    assert f"quiet: Nothing waited in the inbox: {asking.inbox}\n" == answered.out
