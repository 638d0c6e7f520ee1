"""Our own WebSub hub: a subscriber comes, renews, lies and disappears; a foreign hub is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from digest.operations.mail.hub import Verifier
from tests.support.folders import Folder, page
from tests.support.hub_subscriber import HubSubscriber, hub_subscriber
from tests.support.web import WEB, WebAnswer, WebFolder, web_folder

SITE = "http://localhost:8000/"
FEED = f"{SITE}feed.xml"
HUB = WEB + "hub = true\n[fetch]\nprivate = ['127.0.0.1']\n"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def subscriber() -> Iterator[HubSubscriber]:
    """Run a subscriber on loopback."""
    with hub_subscriber() as server:
        yield server


@pytest.fixture
def web(folder: Folder) -> Iterator[WebFolder]:
    """Serve a folder that is a hub, with an issue of yesterday."""
    folder.configure(HUB)
    folder.drop("a.txt", page("2026-11-19", range(12)))
    folder.run("2026-11-19T08:00")
    with web_folder(folder, HUB) as served:
        yield served


def ask(web: WebFolder, subscriber: HubSubscriber, **fields: str) -> WebAnswer:
    """Send a request to the hub."""
    values = {"mode": "subscribe", "topic": FEED, "callback": subscriber.url()} | fields
    return web.post("/hub", {f"hub.{name}": value for name, value in values.items()})


def verify(web: WebFolder) -> float:
    """Ask callbacks, as the thread in the background does."""
    work = Verifier(web.settings, lambda: web.moment, web.context.log)
    return work(threading.Event())


def publish(web: WebFolder, day: str = "2026-11-20") -> None:
    """Publish an issue, and send what follows from it."""
    web.folder.drop(f"{day}.txt", page(day, range(first := int(day[-2:]) * 20, first + 12)))
    web.folder.digest("run", now=f"{day}T08:30")


def test_feeds_name_the_hub(web: WebFolder) -> None:
    """The live ones, in each format, beside their own address; archives never change."""
    for name in ("feed.xml", "atom.xml", "issues.xml"):
        tree = etree.fromstring((web.folder.output / name).read_bytes())
        links = {link.get("rel"): link.get("href") for link in tree.iter(f"{ATOM}link")}
        assert (f"{SITE}hub", f"{SITE}{name}") == (links["hub"], links["self"])
    data = json.loads((web.folder.output / "feed.json").read_bytes())
    assert [{"type": "WebSub", "url": f"{SITE}hub"}] == data["hubs"]


def test_a_subscriber_gets_the_signed_feed(web: WebFolder, subscriber: HubSubscriber) -> None:
    """After it confirmed what it asked for, and once an issue comes."""
    assert 202 == ask(web, subscriber, secret="open sesame").status
    assert [] == subscriber.asked
    verify(web)
    [question] = subscriber.asked
    assert ("subscribe", FEED, "864000") == (
        question["hub.mode"],
        question["hub.topic"],
        question["hub.lease_seconds"],
    )
    publish(web)
    [content] = subscriber.contents
    assert (web.folder.output / "feed.xml").read_bytes() == content.body
    assert "application/rss+xml; charset=utf-8" == content.headers["content-type"]
    assert f'<{SITE}hub>; rel="hub", <{FEED}>; rel="self"' == content.headers["link"]
    digest = hmac.new(b"open sesame", content.body, hashlib.sha256).hexdigest()
    assert f"sha256={digest}" == content.headers["x-hub-signature"]


def test_who_did_not_ask_gets_nothing(web: WebFolder, subscriber: HubSubscriber) -> None:
    """A callback that does not answer by the challenge was named by somebody else."""
    subscriber.echo = b"what do you want"
    ask(web, subscriber)
    for minutes in (0, 6, 6):
        web.moment += timedelta(minutes=minutes)
        verify(web)
    assert 2 == len(subscriber.asked)
    publish(web)
    assert [] == subscriber.contents
    logged = [facts for step, facts in web.log if step == "hub"]
    assert {"127.0.0.1"} == {facts["host"] for facts in logged}
    assert "/callback" not in str(web.log)


def test_a_lease_ends_and_is_renewed(web: WebFolder, subscriber: HubSubscriber) -> None:
    """Who renews goes on; who does not gets nothing any more."""
    ask(web, subscriber, lease_seconds="1")  # an hour is the least
    ask(web, subscriber, callback=subscriber.url("/other"), lease_seconds="99999999999")
    verify(web)
    leases = sorted(int(each["hub.lease_seconds"]) for each in subscriber.asked)
    assert [3_600, 2_592_000] == leases
    web.moment += timedelta(hours=2)
    verify(web)
    web.folder.drop("b.txt", page("2026-11-20", range(20, 32)))
    web.folder.digest("run", now="2026-11-20T10:30")
    assert ["/other"] == [content.path for content in subscriber.contents]


def test_who_unsubscribes_or_is_gone_gets_no_more(
    web: WebFolder, subscriber: HubSubscriber
) -> None:
    """By a confirmed request, or by the answer 410 to content."""
    for path in ("/stays", "/leaves"):
        ask(web, subscriber, callback=subscriber.url(path))
    verify(web)
    ask(web, subscriber, mode="unsubscribe", callback=subscriber.url("/leaves"))
    verify(web)
    subscriber.status = 410
    publish(web)
    assert ["/stays"] == [content.path for content in subscriber.contents]
    publish(web, "2026-11-21")
    assert 1 == len(subscriber.contents)


def test_one_that_is_down_gets_it_later(web: WebFolder, subscriber: HubSubscriber) -> None:
    """After a pause, like a mail that was put off; a redirect is not followed."""
    ask(web, subscriber)
    verify(web)
    subscriber.status = 503
    publish(web)
    subscriber.status = 202
    web.folder.digest("mail", "send", now="2026-11-20T08:40")
    assert 2 == len(subscriber.contents)
    web.folder.digest("mail", "send", now="2026-11-20T09:40")
    assert 2 == len(subscriber.contents)
    subscriber.status = 302
    publish(web, "2026-11-21")
    assert ["/callback"] * 3 == [content.path for content in subscriber.contents]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"mode": "publish"}, "hub.mode must be"),
        ({"topic": "https://elsewhere.example/feed.xml"}, "hub.topic must be"),
        ({"topic": f"{SITE}status.json"}, "hub.topic must be"),
        ({"topic": f"{SITE}topics/../feed.xml"}, "hub.topic must be"),
        ({"callback": "ftp://a.example/"}, "not an http or https address"),
        ({"callback": "http://me:secret@a.example/"}, "may not hold a user"),
        ({"callback": "http://a.example/#part"}, "no fragment"),
        ({"callback": "http://a.example/\r\nX: y"}, "blanks or control characters"),
        ({"secret": "x" * 200}, "shorter than 200 bytes"),
    ],
)
def test_what_cannot_be_is_refused(
    web: WebFolder, subscriber: HubSubscriber, fields: dict[str, str], reason: str
) -> None:
    """With the reason, before anybody is asked."""
    answer = ask(web, subscriber, **fields)
    assert (400, True) == (answer.status, reason in answer.text)


def test_inner_addresses_are_not_asked(folder: Folder, subscriber: HubSubscriber) -> None:
    """Else anybody could let this machine ask its neighbours (SSRF)."""
    with web_folder(folder, WEB + "hub = true\n") as web:
        assert 202 == ask(web, subscriber).status
        verify(web)
    assert [] == subscriber.asked
    [facts] = [facts for step, facts in web.log if step == "hub"]
    assert "is not public" in str(facts["reason"])


def test_without_a_hub_there_is_none(folder: Folder, subscriber: HubSubscriber) -> None:
    """The address is not there, and feeds name no hub."""
    folder.drop("a.txt", page("2026-11-19", range(12)))
    folder.run("2026-11-19T08:00")
    with web_folder(folder) as web:
        assert 404 == ask(web, subscriber).status
    assert b"hub" not in (Path(folder.output) / "feed.xml").read_bytes().partition(b"<item>")[0]


def test_a_hub_elsewhere_is_told_after_a_publication(
    folder: Folder, subscriber: HubSubscriber
) -> None:
    """Once for each, which feeds have changed; one that fails is told by a later run."""
    folder.configure(
        f'[site]\nhub = "{subscriber.url("/push")}"\n[fetch]\nprivate = ["127.0.0.1"]\n'
    )
    folder.drop("a.txt", page("2026-11-19", range(12)))
    subscriber.status = 500
    folder.digest("run", now="2026-11-19T08:00")
    subscriber.status = 204
    for minute in ("15", "30", "45"):
        folder.digest("run", "--due", now=f"2026-11-19T08:{minute}")
    assert 2 == len(subscriber.contents)
    told = subscriber.contents[1]
    assert ("/push", True) == (told.path, told.body.startswith(b"hub.mode=publish&hub.url=http"))
    shown = json.loads(folder.digest("status", "--json").out)
    [target] = shown["targets"]
    assert ("hub of [site]", "published") == (target["name"], target["outcome"])
