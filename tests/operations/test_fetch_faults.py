"""Fetches that are killed at every step, and `digest serve` with sources."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.feed_server import FeedServer, atom, configuration, feed_server, feed_source
from tests.support.folders import Folder, titles
from tests.support.servers import serving, serving_at

AT = "2026-11-20T08:00"
NAMES = [f"notes-{n}" for n in (1, 2, 3)]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """Run three sources of one paper each, without validators."""
    with feed_server() as running:
        for number in (1, 2, 3):
            running.feed(f"/{number}.xml", [number], etag=False)
        yield running


def sources(server: FeedServer) -> str:
    """Return the configuration, with a host for each source, so that nobody pauses."""
    return configuration(
        *(
            feed_source(f"notes-{n}", server.url(f"/{n}.xml", f"127.0.0.{n}"), 'every = "1h"')
            for n in (1, 2, 3)
        )
    )


def killed_at_each_step(folder: Folder, scratch: Path, stride: int) -> Iterator[dict[str, Any]]:
    """Run with a kill at every so manieth step, and then again; yield the outcomes."""
    words = ("--now", AT, "run")
    arguments = (folder.root, scratch, "kill", 0, stride, *words)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.support.fault_driver", *map(str, arguments)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    yield from map(json.loads, done.stdout.splitlines())


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.faults)])
def test_a_kill_loses_no_answer_and_repeats_at_most_one(
    folder: Folder, server: FeedServer, tmp_path: Path, stride: int
) -> None:
    """SIGKILL before each write, link, rename, removal and commit of a run that fetches."""
    folder.configure(sources(server))
    (folder.root / "output").mkdir()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    outcomes = list(killed_at_each_step(folder, scratch, stride))
    assert [-signal.SIGKILL] * (len(outcomes) - 1) == [one["first"] for one in outcomes[:-1]]
    assert len(outcomes) > 5
    for outcome in outcomes:
        assert 0 == outcome["again"], outcome
        after = Folder(scratch / str(outcome["number"]))
        assert [f"{name}-2026-11-20.xml" for name in NAMES] == sorted(
            path.name for path in after.inbox.iterdir()
        ), outcome
        assert [titles([1, 2, 3])] == after.titles(), outcome
    # Three of the run that warms up, and in each folder one answer for each and one more at most.
    assert 3 * (1 + len(outcomes)) <= len(server.asked) <= 3 + 4 * len(outcomes)


def test_a_fetch_killed_while_it_asks_goes_on_with_the_rest(
    folder: Folder, server: FeedServer
) -> None:
    """What the first sources gave is not asked for again."""
    folder.configure(sources(server))
    server.held.add("/2.xml")
    server.gate.clear()
    with subprocess.Popen([*folder.command(), "--now", AT, "fetch"]) as process:
        while len(server.asked) < 2:
            time.sleep(0.02)
        process.kill()
    server.gate.set()
    assert 3 == folder.run(AT)["accounting"]["new"]
    assert ["/1.xml", "/2.xml", "/2.xml", "/3.xml"] == sorted(one.path for one in server.asked)


def test_serve_asks_what_is_due(folder: Folder, server: FeedServer) -> None:
    """At its start, and again when the time has come; between, nobody is asked."""
    folder.configure(sources(server) + '[[edition]]\nname = "daily"\nat = "08:30"\n')
    with serving_at(folder, "2026-11-20T08:00:00") as running:
        running.until_true(lambda: len(list(folder.inbox.glob("*.xml"))) == 3)
        running.until_true((folder.root / "output" / "status.json").exists)
        time.sleep(1)
        assert 3 == len(server.asked)
        server.feed("/1.xml", [1, 4], etag=False)
        running.set_clock("2026-11-20T09:30:00")
        running.until_true(lambda: len(server.asked) == 6)
        running.until_true(lambda: folder.titles() == [titles([1, 2, 3, 4])])
        assert 0 == running.stop()


def test_serve_ends_soon_while_a_source_is_slow(folder: Folder, server: FeedServer) -> None:
    """What the sources before it gave is kept, and the next run asks the others."""
    folder.configure(sources(server))
    server.held.add("/2.xml")
    server.gate.clear()
    with serving(folder, "--now", AT) as running:
        running.until_true(lambda: len(server.asked) == 2)
        began = time.monotonic()
        assert 0 == running.stop()
        assert time.monotonic() - began < 10  # the source would have 20 s to say something
        assert "fetch" not in running.said()
    server.gate.set()
    assert 3 == folder.run(AT)["accounting"]["new"]
    assert ["/1.xml", "/2.xml", "/2.xml", "/3.xml"] == sorted(one.path for one in server.asked)


def test_serve_can_be_told_to_ask_nobody(folder: Folder, server: FeedServer) -> None:
    """It takes in what is dropped."""
    folder.configure(sources(server) + '[inbox]\ndone = "move"\n')
    folder.drop("dropped.xml", atom([9]))
    command = [*folder.command(), "serve", "--scan", "0.2", "--no-fetch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        while not (folder.inbox / "done" / "dropped.xml").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.terminate()
        process.communicate(timeout=60)
    assert [] == server.asked
