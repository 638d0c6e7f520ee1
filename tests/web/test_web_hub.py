"""Our own WebSub hub: a subscriber comes, renews, lies and disappears."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest
from lxml import etree

from digest.delivery import websub
from digest.operations.hub import requests
from digest.storage.people import database
from digest.web.pace import Pace
from tests.support.folders import MINUTE, Folder, answer, api_entry, page
from tests.support.hub_folder import FEED, SITE, HubFolder, hub_folder, make_issued
from tests.support.hub_subscriber import HubSubscriber, hub_subscriber
from tests.support.servers import serving
from tests.support.web import FORM, WEB, web_folder

ATOM = "{http://www.w3.org/2005/Atom}"
OTHER = "/other"


@pytest.fixture
def subscriber() -> Iterator[HubSubscriber]:
    """Run a subscriber on loopback."""
    with hub_subscriber() as server:
        yield server


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Make a folder that is a hub, with an issue of yesterday."""
    return make_issued(Folder(tmp_path_factory.mktemp("hub") / "folder"))


@pytest.fixture
def hub(issued: Folder, tmp_path: Path) -> Iterator[HubFolder]:
    """Serve a copy of it."""
    with hub_folder(issued.copy(tmp_path / "folder")) as served:
        yield served


def callbacks(hub: HubFolder) -> list[str]:
    """Return the paths of the callbacks that are subscribed."""
    return callbacks_of(hub.folder)


def callbacks_of(folder: Folder) -> list[str]:
    """Return the paths of the callbacks that are subscribed in a folder."""
    sql = "SELECT callback FROM hub_subscription ORDER BY callback"
    with database.opened(folder.root / "state") as people:
        rows = people.connection.execute(sql).fetchall()
    return [f"/{callback.rpartition('/')[2]}" for (callback,) in rows]


def logged(hub: HubFolder) -> list[dict[str, object]]:
    """Return what was logged about the hub."""
    return [facts for step, facts in hub.web.log if step == "hub"]


def test_feeds_name_the_hub(hub: HubFolder) -> None:
    """The live ones, in each format, beside their own address; archives never change."""
    for name in ("feed.xml", "atom.xml", "issues.xml"):
        tree = etree.fromstring((hub.folder.output / name).read_bytes())
        links = {link.get("rel"): link.get("href") for link in tree.iter(f"{ATOM}link")}
        assert (f"{SITE}hub", f"{SITE}{name}") == (links["hub"], links["self"])
    data = json.loads((hub.folder.output / "feed.json").read_bytes())
    assert [{"type": "WebSub", "url": f"{SITE}hub"}] == data["hubs"]
    for path in sorted((hub.folder.output / "archive").rglob("*.*")):
        assert b'rel="hub"' not in path.read_bytes()


def test_answers_name_the_hub(hub: HubFolder) -> None:
    """By the header line Link, which is the only place for it in JSON; of live feeds alone."""
    for name in ("feed.json", "feed.xml", "topics/theory/feed.xml"):
        expected = f'<{SITE}hub>; rel="hub", <{SITE}{name}>; rel="self"'
        found = [hub.web.ask(f"/{name}", method) for method in ("GET", "HEAD")]
        assert [(200, expected)] * 2 == [(each.status, each.headers["link"]) for each in found]
    assert "link" not in hub.web.ask("/index.html").headers
    own = hub.web.ask("/feed?topics=theory")
    assert (200, False, False) == (own.status, "link" in own.headers, b'rel="hub"' in own.body)


def test_a_subscriber_gets_the_signed_feed(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """After it confirmed what it asked for, and once an issue comes."""
    assert 202 == hub.subscribe(subscriber, secret="open sesame").status
    assert [] == subscriber.asked
    hub.verify()
    [question] = subscriber.asked
    assert ("subscribe", FEED, "864000") == (
        question["hub.mode"],
        question["hub.topic"],
        question["hub.lease_seconds"],
    )
    hub.send()
    assert [] == subscriber.contents
    hub.publish(20)
    [content] = subscriber.contents
    assert (hub.folder.output / "feed.xml").read_bytes() == content.body
    assert "application/rss+xml; charset=utf-8" == content.headers["content-type"]
    assert f'<{SITE}hub>; rel="hub", <{FEED}>; rel="self"' == content.headers["link"]
    digest = hmac.new(b"open sesame", content.body, hashlib.sha256).hexdigest()
    assert f"sha256={digest}" == content.headers["x-hub-signature"]
    hub.send()
    hub.run("2026-11-20T09:30")
    assert 1 == len(subscriber.contents)


def test_the_query_of_a_callback_is_kept(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """It tells the subscriber whom the content is for."""
    hub.subscribe(subscriber, f"{OTHER}?list=a%26b")
    hub.verify()
    assert [(OTHER, "a&b")] == [(asked["path"], asked["list"]) for asked in subscriber.asked]
    hub.publish(20)
    assert [f"{OTHER}?list=a%26b"] == subscriber.paths()


def test_one_that_lies_gets_nothing(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """A callback that answers with something else was named by another: it is told so once."""
    subscriber.echo = b"what do you want"
    hub.subscribe(subscriber)
    for _ in range(3):
        hub.verify()
        hub.web.moment += timedelta(minutes=6)
    assert (1, 1) == (len(subscriber.asked), len(subscriber.denied))
    assert (FEED, True) == (subscriber.denied[0]["hub.topic"], "hub.reason" in subscriber.denied[0])
    hub.publish(20)
    assert [] == subscriber.contents
    assert {"127.0.0.1"} == {facts["host"] for facts in logged(hub)}
    assert "/callback" not in str(hub.web.log)


def test_one_that_does_not_agree_gets_nothing(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """It is asked once more where it may have been an accident, and no redirect is followed."""
    times = {404: 1, 302: 1, 410: 1, 500: 2, 503: 2, 429: 2}
    subscriber.of_path = {f"/{status}": status for status in times}
    for status in times:
        hub.subscribe(subscriber, f"/{status}")
    for _ in range(4):
        hub.verify()
        hub.web.moment += timedelta(minutes=6)
    assert {f"/{status}": number for status, number in times.items()} == Counter(
        asked["path"] for asked in subscriber.asked
    )
    assert ([], []) == (subscriber.denied, callbacks(hub))


def test_every_good_status_confirms(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """Not 200 alone, as the standard says."""
    subscriber.asked_status = 202
    hub.subscribe(subscriber)
    hub.verify()
    assert ["/callback"] == callbacks(hub)


def test_one_that_comes_back_to_life_is_confirmed(
    hub: HubFolder, subscriber: HubSubscriber
) -> None:
    """By the second question, minutes later."""
    subscriber.asked_status = 503
    hub.subscribe(subscriber)
    assert 300 == pytest.approx(hub.verify(), abs=2)
    subscriber.asked_status = 200
    hub.verify()
    assert [] == callbacks(hub)
    hub.web.moment += timedelta(minutes=6)
    hub.verify()
    assert ["/callback"] == callbacks(hub)


def test_a_newer_request_replaces_one_that_is_asked_about(
    hub: HubFolder, subscriber: HubSubscriber
) -> None:
    """What the callback says to the earlier one does not count for the later one."""

    def change() -> None:
        subscriber.while_asked = lambda: None
        hub.subscribe(subscriber, secret="new")

    subscriber.while_asked = change
    hub.subscribe(subscriber, secret="old")
    hub.verify()
    assert [] == callbacks(hub)
    hub.verify()
    hub.publish(20)
    [content] = subscriber.contents
    digest = hmac.new(b"new", content.body, hashlib.sha256).hexdigest()
    assert f"sha256={digest}" == content.headers["x-hub-signature"]


def test_a_lease_ends_and_is_renewed(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """Who renews goes on; who does not gets nothing any more."""
    for path in ("/ends", "/renews"):
        hub.subscribe(subscriber, path, lease_seconds="7200")
    hub.verify()
    hub.web.moment += timedelta(hours=1)
    hub.subscribe(subscriber, "/renews", lease_seconds="999999")
    hub.verify()
    hub.folder.drop("b.txt", page("2026-11-20", range(20, 32)))
    hub.run("2026-11-20T10:30")
    assert ["/renews"] == subscriber.paths()
    hub.verify()
    assert ["/renews"] == callbacks(hub)


def test_who_unsubscribes_or_is_gone_gets_no_more(
    hub: HubFolder, subscriber: HubSubscriber
) -> None:
    """By a confirmed request, or by the answer 410 to content."""
    for path in ("/stays", "/leaves"):
        hub.subscribe(subscriber, path)
    hub.verify()
    subscriber.echo = b""
    hub.subscribe(subscriber, "/stays", mode="unsubscribe")
    hub.verify()
    assert ["/leaves", "/stays"] == callbacks(hub)
    subscriber.echo = None
    hub.subscribe(subscriber, "/leaves", mode="unsubscribe")
    hub.verify()
    assert "hub.lease_seconds" not in subscriber.asked[-1]
    subscriber.status = 410
    hub.publish(20)
    assert ["/stays"] == subscriber.paths()
    hub.publish(21)
    assert ([], []) == (subscriber.paths(), callbacks(hub))


def test_one_that_is_down_gets_it_later(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """After a pause, like a mail that was put off."""
    hub.subscribe(subscriber)
    hub.verify()
    subscriber.status = 503
    hub.publish(20)
    subscriber.status = 202
    hub.web.moment += timedelta(minutes=1)
    hub.send()
    assert 1 == len(subscriber.contents)
    hub.web.moment += timedelta(hours=1)
    hub.send()
    hub.send()
    assert 2 == len(subscriber.contents)


def test_one_that_refuses_is_not_asked_again(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """Until the feed changes again; a redirect is a refusal. No run and no mail suffers."""
    refusals = ["/302", "/307", "/400", "/404"]
    for path in refusals:
        hub.subscribe(subscriber, path)
    hub.verify()
    subscriber.of_path = {path: int(path[1:]) for path in refusals}
    hub.publish(20)
    hub.web.moment += timedelta(hours=3)
    hub.send()
    assert refusals == subscriber.paths()
    shown = json.loads(hub.folder.digest("status", "--json", now="2026-11-20T12:00").out)
    assert ("ok", []) == (shown["health"], shown["mailings"])
    assert {"subscribers": 4, "waiting": 0, "posts": {"failed": 4}} == shown["hub"]
    subscriber.of_path.clear()
    hub.publish(21)
    assert refusals == subscriber.paths()


def test_one_that_was_down_too_long_gets_the_next_issue(
    hub: HubFolder, subscriber: HubSubscriber
) -> None:
    """After `[mail] not_after` what waits is too late."""
    hub.subscribe(subscriber)
    hub.verify()
    subscriber.status = 503
    hub.publish(20)
    subscriber.status = 202
    subscriber.contents.clear()
    hub.web.moment += timedelta(days=3)
    hub.send()
    assert [] == subscriber.contents
    hub.publish(25)
    assert ["/callback"] == subscriber.paths()


def test_a_slow_one_keeps_no_other_waiting(
    hub: HubFolder, subscriber: HubSubscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its host is tried by each thread once, and left alone for the rest of the pass."""
    monkeypatch.setattr(websub, "_CONTENT", 0.4)
    slow = 40
    with hub_subscriber() as other:
        for number in range(slow):
            hub.subscribe(subscriber, f"/{number}")
        hub.subscribe(other)
        hub.verify()
        with database.opened(hub.settings.state_folder) as people:
            sql = "UPDATE hub_subscription SET host = 'other.example' WHERE callback = ?"
            people.connection.execute(sql, (other.url(),))
        subscriber.is_silent = True
        hub.publish(20)
        assert ["/callback"] == other.paths()
    assert 1 <= len(subscriber.contents) <= 8
    shown = json.loads(hub.folder.digest("status", "--json", now="2026-11-20T12:00").out)
    assert {"sent": 1, "deferred": slow} == shown["hub"]["posts"]


def test_mails_and_runs_do_not_wait_for_subscribers(
    hub: HubFolder, subscriber: HubSubscriber
) -> None:
    """A run orders what is to be sent; the web side sends it."""
    hub.subscribe(subscriber)
    hub.verify()
    hub.folder.drop("b.txt", page("2026-11-20", range(20, 32)))
    report = hub.folder.run("2026-11-20T08:30")
    assert ({}, 0) == (report["deliveries"]["counts"], len(subscriber.contents))
    hub.send()
    assert 0 == len(subscriber.contents)  # the clock of the web side stands at 8:00
    hub.web.moment += timedelta(minutes=31)
    hub.send()
    assert 1 == len(subscriber.contents)


def test_a_correction_is_sent(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """A paper that is taken back leaves the feed, and subscribers get it without."""
    hub.subscribe(subscriber)
    hub.verify()
    hub.publish(20)
    [first] = subscriber.contents
    title = hub.folder.titles()[-1][0]
    hub.run("2026-11-20T11:00", "withdraw", "--yes", title)
    [_, second] = subscriber.contents
    assert (True, False) == (title.encode() in first.body, title.encode() in second.body)


def test_who_follows_a_topic_gets_what_changes_it(
    hub: HubFolder, subscriber: HubSubscriber
) -> None:
    """Also by an issue that was published together with a newer one, and nothing else."""
    topics = ["audio", "vision"]
    about = {"audio": "Automatic speech recognition", "vision": "Object detection in images"}

    def drop(day: str, number: int, *chosen: str) -> None:
        entries = [
            api_entry(number + n, 9, f"{about[topic]} {n}") for n, topic in enumerate(chosen)
        ]
        for entry in entries:
            entry["summary"] = f"{entry['title']}: " * 5
        hub.folder.drop(f"{day}.json", answer(f"2026-11-{day}", entries))

    drop("20", 100, *topics)
    hub.run("2026-11-20T08:30")
    for topic in topics:
        url = f"{SITE}topics/{topic}/feed.xml"
        assert 202 == hub.subscribe(subscriber, f"/{topic}", topic=url).status
    hub.verify()
    drop("23", 200, "vision")
    hub.run("2026-11-23T08:30")
    assert ["/vision"] == subscriber.paths()
    drop("24", 300, "audio")
    drop("25", 400, "vision")
    hub.run("2026-11-25T08:30")
    assert ["/audio", "/vision"] == subscriber.paths()


def test_what_cannot_be_is_refused(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """With the reason, before anybody is asked. Unknown fields do not matter."""
    answer = hub.subscribe(subscriber, topic="https://elsewhere.example/feed.xml")
    assert (400, True) == (answer.status, answer.text.startswith("hub.topic must be"))
    assert 405 == hub.web.ask("/hub").status
    hub.verify()
    assert [] == subscriber.asked
    assert 202 == hub.subscribe(subscriber, secret="x" * 199, verify="sync", foo="bar").status


def test_too_many_are_told_when_to_come_again(
    hub: HubFolder, subscriber: HubSubscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the hub, and by the pace of a network."""
    monkeypatch.setattr(requests, "_MOST", 0)
    answer = hub.subscribe(subscriber)
    assert (503, "3600") == (answer.status, answer.headers["retry-after"])
    hub.web.context.hub_pace = Pace(lambda: 5.0, per_key=1, in_all=10)
    hub.subscribe(subscriber)
    answer = hub.subscribe(subscriber)
    assert (429, "3600") == (answer.status, answer.headers["retry-after"])


def test_one_that_finds_no_room_any_more_is_told(
    hub: HubFolder, subscriber: HubSubscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its request and its confirmation others came."""
    hub.subscribe(subscriber)
    hub.subscribe(subscriber, OTHER)
    monkeypatch.setattr(requests, "_MOST", 1)
    hub.verify()
    assert (1, 1) == (len(callbacks(hub)), len(subscriber.denied))
    assert "this hub has too many subscribers" == subscriber.denied[0]["hub.reason"]


def test_inner_addresses_are_not_asked(
    issued: Folder, tmp_path: Path, subscriber: HubSubscriber
) -> None:
    """Else anybody could let this machine ask its neighbours (SSRF)."""
    with hub_folder(issued.copy(tmp_path / "folder"), WEB + "hub = true\n") as hub:
        assert 202 == hub.subscribe(subscriber).status
        hub.verify()
        [facts] = logged(hub)
    assert ([], True) == (subscriber.asked, "is not public" in str(facts["reason"]))


def test_one_that_moved_inside_gets_nothing(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """What was public when it subscribed may lead into our network when content is sent."""
    hub.subscribe(subscriber)
    hub.verify()
    fetch = msgspec.structs.replace(hub.settings.fetch, private=())
    hub.settings = msgspec.structs.replace(hub.settings, fetch=fetch)
    hub.publish(20)
    assert [] == subscriber.contents


def test_without_a_hub_there_is_none(folder: Folder, subscriber: HubSubscriber) -> None:
    """The address is not there, feeds name no hub, and the status says nothing of one."""
    folder.drop("a.txt", page("2026-11-19", range(12)))
    folder.run("2026-11-19T08:00")
    with web_folder(folder) as web:
        fields = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.callback": subscriber.url()}
        assert 404 == web.post("/hub", fields).status
        assert "link" not in web.ask("/feed.xml").headers
    assert b"hub" not in (folder.output / "feed.xml").read_bytes().partition(b"<item>")[0]
    assert "WebSub" not in folder.digest("status").out
    assert not database.exists(folder.root / "state")


def test_the_status_counts_subscribers(hub: HubFolder, subscriber: HubSubscriber) -> None:
    """In numbers, for operators and for their monitors: no address is shown."""
    hub.subscribe(subscriber)
    hub.verify()
    hub.subscribe(subscriber, OTHER)
    hub.publish(20)
    shown = hub.folder.digest("status", now="2026-11-20T12:00").out
    line = "1 subscriber: 1 request still to be verified. Feeds of the last issue: 1 sent."
    assert line in " ".join(shown.split()), shown
    figures = hub.web.ask_privately("/metrics").text
    assert "papers_digest_hub_subscribers 1.0\n" in figures
    assert 'papers_digest_hub_posts{state="sent"} 1.0\n' in figures
    assert subscriber.url() not in shown + figures


def test_serve_verifies_and_sends(
    issued: Folder, tmp_path: Path, subscriber: HubSubscriber
) -> None:
    """`digest serve` does both beside its schedule, and ends them when it ends."""
    folder = issued.copy(tmp_path / "folder")
    with hub_folder(folder) as hub:
        hub.subscribe(subscriber)
        hub.verify()
    folder.drop("b.txt", page("2026-11-20", range(20, 32)))
    folder.run("2026-11-20T07:30")
    with serving(folder, "--now", "2026-11-20T08:00") as server:
        assert server.process.stdout
        [port] = re.findall(rb"Answering 127\.0\.0\.1:(\d+);", server.process.stdout.readline())
        server.until_true(lambda: subscriber.contents)
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=MINUTE)
        fields = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.callback": subscriber.url(OTHER)}
        connection.request("POST", "/hub", urlencode(fields), {"Content-Type": FORM})
        assert 202 == connection.getresponse().status
        connection.close()
        server.until_true(lambda: len(callbacks_of(folder)) == 2)
        assert 0 == server.stop()
    assert ["/callback"] == subscriber.paths()
