"""The hub of `[site] hub` is told which feeds have changed, after everything is in its place."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from digest import settings as settings_files
from digest.delivery import websub
from digest.operations.publishing import hub_ping
from tests.support.folders import Folder, answer, api_entry, page
from tests.support.hub_subscriber import HubSubscriber, hub_subscriber

SITE = "https://example.org/papers/"
MAIN = ["feed.xml", "atom.xml", "feed.json", "issues.xml"]


@pytest.fixture
def hub() -> Iterator[HubSubscriber]:
    """Run a hub on loopback, which takes what it is told."""
    with hub_subscriber() as server:
        server.status = 204
        yield server


@pytest.fixture
def site(folder: Folder, hub: HubSubscriber) -> Folder:
    """Make a folder whose feeds name this hub."""
    configure(folder, hub)
    return folder


def configure(folder: Folder, hub: HubSubscriber, more: str = "") -> None:
    """Write a configuration with this hub."""
    site = f'[site]\nurl = "{SITE}"\nhub = "{hub.url("/push")}"\n'
    folder.configure(f"{site}[fetch]\nprivate = ['127.0.0.1']\n{more}")


def drop(folder: Folder, day: int, *titles: str) -> None:
    """Drop a page of invented papers, or of papers with these titles."""
    if not titles:
        folder.drop(f"{day}.txt", page(f"2026-11-{day}", range(day * 20, day * 20 + 12)))
        return
    entries = [api_entry(day * 100 + n, 9, title) for n, title in enumerate(titles)]
    for entry in entries:
        entry["summary"] = f"{entry['title']}: " * 5
    folder.drop(f"{day}.json", answer(f"2026-11-{day}", entries))


def told(hub: HubSubscriber) -> list[str]:
    """Return the feeds that the hub was told of since the last call, each by a request."""
    contents, hub.contents = hub.contents, []
    feeds = []
    for content in contents:
        fields = dict(parse_qsl(content.body.decode()))
        assert ("/push", "publish") == (content.path, fields["hub.mode"])
        assert fields["hub.url"] == fields["hub.topic"]
        feeds.append(fields["hub.url"].removeprefix(SITE))
    return feeds


def target(folder: Folder, now: str) -> dict[str, Any]:
    """Return what the status says of the hub."""
    shown = json.loads(folder.digest("status", "--json", now=now).out)
    [found] = [each for each in shown["targets"] if each["name"] == "hub of [site]"]
    return dict(found)


def test_it_is_told_what_has_changed(site: Folder, hub: HubSubscriber) -> None:
    """Each feed once, and none that is as it was."""
    drop(site, 19, "Automatic speech recognition", "Object detection in images")
    site.run("2026-11-19T08:00")
    assert [*MAIN, "topics/audio/feed.xml", "topics/vision/feed.xml"] == told(hub)
    site.run("2026-11-19T08:15", "--due")
    assert [] == told(hub)
    drop(site, 20, "Object detection in images again")
    site.run("2026-11-20T08:00")
    assert [*MAIN, "topics/vision/feed.xml"] == told(hub)
    assert "published" == target(site, "2026-11-20T09:00")["outcome"]


def test_the_next_run_names_it(folder: Folder, hub: HubSubscriber) -> None:
    """In every live feed, also of topics that have no new paper; and tells it of all of them."""
    drop(folder, 19, "Automatic speech recognition")
    folder.run("2026-11-19T08:00")
    configure(folder, hub)
    folder.run("2026-11-19T08:15")
    feeds = [*MAIN, "topics/audio/feed.xml"]
    assert feeds == told(hub)
    named = [hub.url("/push").encode() in (folder.output / name).read_bytes() for name in feeds]
    assert [True] * len(feeds) == named


def test_it_is_told_of_corrections(site: Folder, hub: HubSubscriber) -> None:
    """At once, as the commands of `[[publish]]` are run."""
    drop(site, 19)
    site.run("2026-11-19T08:00")
    told(hub)
    assert 0 == site.digest("withdraw", "--yes", site.titles()[0][0], now="2026-11-19T09:00").status
    assert set(MAIN) <= set(told(hub))


def test_a_failure_fails_no_run_and_is_made_good(site: Folder, hub: HubSubscriber) -> None:
    """Later runs go on where it broke off, after growing pauses."""
    drop(site, 19)
    hub.statuses = [204, 500]
    assert 0 == site.digest("run", now="2026-11-19T08:00").status
    assert MAIN[:2] == told(hub)
    failing = target(site, "2026-11-19T08:05")
    assert ("failed", "the hub answered 500") == (failing["outcome"], failing["reason"])
    site.run("2026-11-19T08:15", "--due")
    assert MAIN[1:] == told(hub)[:3]
    site.run("2026-11-19T08:30", "--due")
    assert [] == told(hub)


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_only_a_good_answer_counts(site: Folder, hub: HubSubscriber, status: int) -> None:
    """No redirect is followed; the rest is not tried once one failed."""
    hub.status = status
    drop(site, 19)
    site.run("2026-11-19T08:00")
    assert MAIN[:1] == told(hub)
    assert f"the hub answered {status}" == target(site, "2026-11-19T08:05")["reason"]


def test_a_hub_that_is_away_is_named_by_its_host(site: Folder, hub: HubSubscriber) -> None:
    """And nothing more of its address, which may hold a key, is logged."""
    configure(site, hub)
    site.configure(site.configuration.read_text().replace("/push", "/push?key=secret"))
    hub.server_close()
    drop(site, 19)
    result = site.digest("run", now="2026-11-19T08:00")
    assert (0, False) == (result.status, "secret" in result.out + result.err)
    assert target(site, "2026-11-19T08:05")["reason"].startswith("127.0.0.1: ")


def test_it_is_told_after_the_uploads(site: Folder, hub: HubSubscriber) -> None:
    """It looks at once, and would find the former feeds where an upload has failed."""
    switch = site.root / "works"
    command = f'["test", "-e", "{switch}"]'
    configure(site, hub, f"[[publish]]\ncommand = {command}\n")
    drop(site, 19)
    site.run("2026-11-19T08:00", status=3)
    assert [] == told(hub)
    switch.touch()
    site.run("2026-11-19T08:15", "--due")
    assert MAIN == told(hub)[:4]


def test_it_is_told_of_everything_by_hand(site: Folder, hub: HubSubscriber) -> None:
    """By `digest publish`, which needs no command then."""
    drop(site, 19)
    site.run("2026-11-19T08:00")
    before = told(hub)
    result = site.digest("publish", "--json", now="2026-11-19T09:00")
    assert (0, before) == (result.status, told(hub))
    assert ["published"] == [each["outcome"] for each in json.loads(result.out)["targets"]]


def test_a_slow_hub_is_given_up(
    site: Folder, hub: HubSubscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some seconds for one feed, and a minute for all."""
    monkeypatch.setattr(websub, "_PING", 0.2)
    hub.is_silent = True
    drop(site, 19)
    site.run("2026-11-19T08:00")
    assert "127.0.0.1: no answer within 0.2 s" == target(site, "2026-11-19T08:05")["reason"]
    hub.is_silent = False
    told(hub)
    target_now = hub_ping.HubPing(hub=hub.url("/push"), site=SITE, seconds=-1)
    given = dict.fromkeys(MAIN, "hash")
    loaded = settings_files.load(site.root)
    ending, done = hub_ping.tell(loaded, target_now, given, {}, threading.Event())
    assert ("took more than -1 s", {}, []) == (ending.reason, done, told(hub))


def test_one_that_fails_for_long_is_named_once(site: Folder, hub: HubSubscriber) -> None:
    """The exit status says so, as of an upload; before, only the status does."""
    hub.status = 500
    drop(site, 19)
    site.run("2026-11-19T08:00")
    statuses = [
        site.digest("run", "--due", now=f"2026-11-19T{hour:02}:20").status for hour in range(8, 15)
    ]
    assert [0, 0, 0, 3, 0, 0, 0] == statuses
