"""The hub is killed at every step: who asked is asked once more at most, and gets the feed."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest.storage.people import database
from tests.support.folders import Folder, page
from tests.support.hub_folder import make_issued
from tests.support.hub_subscriber import HubSubscriber, hub_subscriber
from tests.support.web_kill_driver import CALLBACK, ask_hub, send_feed, verify
from tests.web.test_web_kills import drive

STRIDES = [pytest.param(3, id="some"), pytest.param(1, id="every", marks=pytest.mark.soak)]


@pytest.fixture
def subscriber() -> Iterator[HubSubscriber]:
    """Run a subscriber on loopback."""
    with hub_subscriber() as server:
        yield server


@pytest.fixture
def base(folder: Folder, subscriber: HubSubscriber) -> Folder:
    """Make a folder that is a hub, with an issue of yesterday."""
    make_issued(folder)
    (folder.root / CALLBACK).write_text(subscriber.url(), "utf-8")
    return folder


def rows(root: Path) -> tuple[list[tuple[str, int]], int, list[str]]:
    """Return requests with their attempts, the number of subscribers, and states of deliveries."""
    with database.opened(root / "state") as people:
        ask = people.connection.execute
        requests = ask("SELECT mode, attempts FROM hub_request").fetchall()
        states = [state for (state,) in ask("SELECT state FROM delivery")]
        return requests, people.hub.count(), states


def kill(base: Folder, tmp_path: Path, operation: str, stride: int) -> list[Path]:
    """Return the folders in which an operation was killed, and last one where it came to its end.

    The driver is at its end, so that nothing of what a subscriber gets from now on is its work.
    """
    lines = list(drive(base.root, tmp_path / "kills", operation, stride))
    assert [-signal.SIGKILL, 0] == sorted({line["status"] for line in lines}), lines
    assert len(lines) > 1
    return [tmp_path / "kills" / str(line["number"]) for line in lines]


@pytest.mark.parametrize("stride", STRIDES)
def test_a_request_is_taken_or_not(
    base: Folder, tmp_path: Path, figure: Callable[[str], None], stride: int
) -> None:
    """Nothing in between, and asked again it is taken once."""
    roots = kill(base, tmp_path, "ask_hub", min(stride, 2))
    for root in roots:
        requests, *_ = rows(root)
        assert requests in ([], [("subscribe", 0)])
        ask_hub(root)
        assert [("subscribe", 0)] == rows(root)[0]
    figure(f"a request to the hub: killed at {len(roots) - 1} steps")


@pytest.mark.parametrize("stride", STRIDES)
def test_a_callback_is_asked_twice_at_most(
    base: Folder,
    tmp_path: Path,
    subscriber: HubSubscriber,
    figure: Callable[[str], None],
    stride: int,
) -> None:
    """And is subscribed in the end, wherever the process was killed."""
    ask_hub(base.root)
    roots, again = kill(base, tmp_path, "verify", stride), 0
    assert len(subscriber.asked) <= len(roots)
    for root in roots:
        requests, subscribers, _ = rows(root)
        assert (requests, subscribers) in [
            ([("subscribe", 0)], 0),
            ([("subscribe", 1)], 0),
            ([], 1),
        ]
        subscriber.asked.clear()
        verify(root)
        verify(root, minutes=6)
        assert ([], 1) == rows(root)[:2]
        assert 1 - subscribers == len(subscriber.asked)
        again += requests == [("subscribe", 1)]
    figure(f"a verification: killed at {len(roots) - 1} steps, and asked again after {again}")


@pytest.mark.parametrize("stride", STRIDES)
def test_a_feed_is_sent_in_the_end(
    base: Folder,
    tmp_path: Path,
    subscriber: HubSubscriber,
    figure: Callable[[str], None],
    stride: int,
) -> None:
    """Twice where nobody can know whether it arrived, which harms nobody."""
    ask_hub(base.root)
    verify(base.root)
    base.drop("b.txt", page("2026-11-20", range(20, 32)))
    base.run("2026-11-20T07:30")
    assert ["pending"] == rows(base.root)[2]
    roots, again = kill(base, tmp_path, "send_feed", stride), 0
    feed = (base.output / "feed.xml").read_bytes()
    assert len(subscriber.contents) <= len(roots)
    for root in roots:
        [state] = rows(root)[2]
        subscriber.contents.clear()
        send_feed(root)
        send_feed(root, minutes=60)
        assert ["sent"] == rows(root)[2]
        rest = [] if state == "sent" else [feed]
        assert rest == [content.body for content in subscriber.contents]
        again += state == "sending"
    figure(f"a feed: its sender killed at {len(roots) - 1} steps, {again} times in doubt")


def test_one_that_ends_the_process_is_given_up(base: Folder, subscriber: HubSubscriber) -> None:
    """After two attempts that were begun, and came to no end."""
    ask_hub(base.root)
    with database.opened(base.root / "state") as people:
        people.connection.execute("UPDATE hub_request SET attempts = 2")
    verify(base.root, minutes=6)
    assert ([], 0, []) == (*rows(base.root)[:2], subscriber.asked)
