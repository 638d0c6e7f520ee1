"""What our own hub takes, and how much of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest import settings as settings_files
from digest.model.hub import HubRequest
from digest.operations.hub import requests
from digest.operations.hub.requests import Full, HubForm
from digest.storage.people import database
from tests.support.folders import Folder
from tests.support.web import NOW, WEB

SITE = "http://localhost:8000/"
FORM = HubForm("subscribe", f"{SITE}feed.xml", "https://reader.example/hook?user=1", "", "")


@pytest.fixture
def hub(folder: Folder) -> Folder:
    """Make a folder that is a hub, with one topic's feed."""
    folder.configure(WEB + "hub = true\n")
    topic = folder.output / "topics" / "vision"
    topic.mkdir(parents=True)
    (topic / "feed.xml").write_bytes(b"<rss/>")
    return folder


def take(hub: Folder, **fields: str) -> list[HubRequest]:
    """Send a request, and return all that wait, the oldest first."""
    settings = settings_files.load(hub.root)
    requests.take(settings, NOW, FORM._replace(**fields))
    with database.opened(settings.state_folder) as people:
        due = people.hub.list_due("2027", 2_000)
    return sorted(due, key=lambda request: request.id)


def confirm(hub: Folder, request: HubRequest) -> None:
    """Make a subscriber of a request."""
    until = (NOW + timedelta(days=1)).isoformat()
    with database.opened(hub.root / "state") as people:
        people.hub.subscribe(request, until, "")
        people.hub.settle(request.id)


def callback(number: int, host: str = "reader.example") -> str:
    """Return the address of a subscriber."""
    return f"https://{host}/hook?user={number}"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"mode": "publish"}, "hub.mode must be"),
        ({"mode": ""}, "hub.mode must be"),
        ({"topic": ""}, "hub.topic must be"),
        ({"topic": "https://elsewhere.example/feed.xml"}, "hub.topic must be"),
        ({"topic": "feed.xml"}, "hub.topic must be"),
        ({"topic": f"{SITE}status.json"}, "hub.topic must be"),
        ({"topic": f"{SITE}topics/../feed.xml"}, "hub.topic must be"),
        ({"topic": f"{SITE}topics/no-such-topic/feed.xml"}, "hub.topic must be"),
        ({"topic": f"{SITE}feed.xml?a=b"}, "hub.topic must be"),
        ({"topic": f"{SITE}feed.xml\n"}, "hub.topic must be"),
        ({"topic": f"{SITE}archive/2026-w47.xml"}, "hub.topic must be"),
        ({"callback": ""}, "hub.callback"),
        ({"callback": "/hook"}, "hub.callback"),
        ({"callback": "ftp://a.example/"}, "not an http or https address"),
        ({"callback": "http://me:secret@a.example/"}, "may not hold a user"),
        ({"callback": "http://a.example/#part"}, "no fragment"),
        ({"callback": "http://a.example/\r\nX: y"}, "blanks or control characters"),
        ({"callback": f"http://a.example/{'a' * 2_000}"}, "2,000 characters"),
        ({"secret": "x" * 200}, "shorter than 200 bytes"),
        ({"secret": "é" * 100}, "shorter than 200 bytes"),
    ],
)
def test_what_cannot_be_is_refused(hub: Folder, fields: dict[str, str], reason: str) -> None:
    """With the reason, and before anything is stored."""
    with pytest.raises(ValueError, match=reason):
        take(hub, **fields)
    assert not database.exists(hub.root / "state")


def test_a_request_waits_as_it_came(hub: Folder) -> None:
    """With the feed's path, and the name of the host alone beside the address."""
    topic = f"{SITE}topics/vision/feed.xml"
    address = "https://Bücher.example:8443/hook?user=1"
    [request] = take(hub, topic=topic, callback=address, secret="é" * 99)
    assert request == HubRequest(
        id=request.id,
        mode="subscribe",
        feed="topics/vision/feed.xml",
        callback=address,
        host="xn--bcher-kva.example",
        secret="é" * 99,
        lease=864_000,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1", 3_600), ("0", 3_600), ("7200", 7_200), ("99999999999", 2_592_000),
        ("9" * 5_000, 2_592_000), ("0" * 5_000, 3_600), ("0" * 5_000 + "7200", 7_200),
        ("", 864_000), ("-5", 864_000), ("ten", 864_000), ("1e9", 864_000), ("٣٦٠٠٠", 864_000),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_lease_has_bounds(hub: Folder, given: str, expected: int) -> None:
    """An hour to thirty days, and ten days where nothing usable is said."""
    assert [expected] == [request.lease for request in take(hub, lease=given)]


def test_a_later_request_replaces_an_earlier_one(hub: Folder) -> None:
    """Of the same callback for the same feed, under another number."""
    [first] = take(hub)
    [second] = take(hub, mode="unsubscribe")
    assert ("unsubscribe", True) == (second.mode, second.id > first.id)
    assert 2 == len(take(hub, topic=f"{SITE}atom.xml"))


@pytest.mark.parametrize("bound", ["_WAITING", "_WAITING_OF_HOST"])
def test_so_many_wait_at_most(hub: Folder, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    """In all, and of one host. One that replaces an earlier request is none more."""
    monkeypatch.setattr(requests, bound, 2)
    take(hub, callback=callback(1))
    take(hub, callback=callback(2))
    with pytest.raises(Full):
        take(hub, callback=callback(3))
    assert 2 == len(take(hub, callback=callback(2)))
    if bound == "_WAITING_OF_HOST":
        assert 3 == len(take(hub, callback=callback(3, "other.example")))


@pytest.mark.parametrize("bound", ["_MOST", "_MOST_OF_HOST"])
def test_so_many_subscribe_at_most(
    hub: Folder, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """In all, and of one host. Who is subscribed may renew that, and leave."""
    monkeypatch.setattr(requests, bound, 1)
    [request] = take(hub, callback=callback(1))
    confirm(hub, request)
    with pytest.raises(Full):
        take(hub, callback=callback(2))
    assert 1 == len(take(hub, callback=callback(1)))
    assert 2 == len(take(hub, callback=callback(3), mode="unsubscribe"))
    if bound == "_MOST_OF_HOST":
        assert 3 == len(take(hub, callback=callback(2, "other.example")))


def test_no_host_keeps_others_waiting(hub: Folder) -> None:
    """The first request of each is asked about before the second of any."""
    for number in (1, 2, 3):
        take(hub, callback=callback(number))
    take(hub, callback=callback(4, "other.example"))
    with database.opened(hub.root / "state") as people:
        due = people.hub.list_due("2027", 3)
    assert [callback(1), callback(4, "other.example"), callback(2)] == [
        request.callback for request in due
    ]
