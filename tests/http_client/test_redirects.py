"""Redirects: where they may lead, and what goes with them."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from digest.errors import FetchError
from digest.http_client.addresses import parse
from digest.http_client.client import Client
from digest.http_client.redirects import follow
from digest.model.fetching import Answer, Request
from tests.support.raw_server import RawServer, http_answer


class Site:
    """A server for all host names, whose redirects are set by host and path."""

    def __init__(self) -> None:
        self.redirects = dict[str, tuple[int, str]]()
        self.server = RawServer(self._answer)
        self.resolved = list[str]()

    def _answer(self, connection: socket.socket, head: bytes) -> None:
        words = head.decode("latin-1").split()
        place = words[words.index("Host:") + 1] + words[1]
        status, location = self.redirects.get(place, (200, ""))
        lines = [f"Location: {location}"] if location else []
        connection.sendall(http_answer(b"here" if status == 200 else b"", *lines, status=status))

    def resolve(self, host: str, _: int) -> list[tuple[str, int]]:
        """Lead every host to this server, but for those that begin with an inner address."""
        self.resolved.append(host)
        return [("127.0.0.1" if host != "inner.example" else "127.0.0.2", self.server.port)]

    def ask(self, url: str, *headers: tuple[str, str]) -> Answer:
        """Ask with a client that may ask 127.0.0.1 only."""
        client = Client("x", resolve=self.resolve, private=["127.0.0.1"])
        return client.ask(Request(url, headers), 10)


@pytest.fixture
def site() -> Iterator[Site]:
    """Run a site."""
    site = Site()
    yield site
    site.server.stop()


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([301], True),
        ([308], True),
        ([302], False),
        ([303], False),
        ([307], False),
        ([301, 308, 301], True),
        ([301, 302, 301], False),
    ],
)
def test_a_redirect_is_followed(site: Site, statuses: list[int], *, moved: bool) -> None:
    """It counts as moved if all were permanent. Each host is resolved and checked."""
    for place, status in enumerate(statuses):
        site.redirects[f"h{place}.example/"] = (status, f"http://h{place + 1}.example/")
    answer = site.ask("http://h0.example/")
    last = len(statuses)
    assert (b"here", f"http://h{last}.example/", moved) == (answer.body, answer.url, answer.moved)
    assert [f"h{place}.example" for place in range(last + 1)] == site.resolved


def test_more_than_three_redirects_are_an_error(site: Site) -> None:
    """So a loop ends after four requests."""
    site.redirects["a.example/"] = (302, "/")
    with pytest.raises(FetchError, match=r"a.example: more than 3 redirects") as caught:
        site.ask("http://a.example/")
    assert not caught.value.again
    assert 4 == len(site.server.heads)


def test_each_redirect_is_announced(site: Site) -> None:
    """Before it is followed, so that a caller may pause."""
    site.redirects["a.example/"] = (302, "http://b.example/")
    hosts = list[tuple[str, int]]()
    client = Client("x", resolve=site.resolve, private=["127.0.0.1"])
    client.before_redirect = lambda host: hosts.append((host, len(site.server.heads)))
    client.ask(Request("http://a.example/"), 10)
    assert [("b.example", 1)] == hosts


def test_a_redirect_to_an_inner_address_is_refused(site: Site) -> None:
    """Also behind a good one, and nothing is sent there."""
    site.redirects["a.example/"] = (301, "http://b.example/")
    site.redirects["b.example/"] = (301, "http://inner.example/")
    with pytest.raises(FetchError, match=r"inner.example: its address 127.0.0.2 is not public"):
        site.ask("http://a.example/")
    assert 2 == len(site.server.heads)


@pytest.mark.parametrize(
    ("location", "says"),
    [
        (None, "a.example: answered with a redirect to nowhere"),
        ("http://a.example/", "its redirect leads from https to http"),
        ("https://a.example:8443/", "its redirect leads to another port"),
        ("https://a.example:80/", "its redirect leads to another port"),
        ("ftp://a.example/secret", "its redirect leads astray: not an http or https address"),
        ("https://user:secret@b.example/", "its redirect leads astray: an address may not hold"),
        ("https://[::1/secret", "its redirect leads astray: not a web address"),
        ("//\\secret", "its redirect leads astray: not a web address"),
    ],
)
def test_some_redirects_lead_nowhere(location: str | None, says: str) -> None:
    """To nothing, less safe schemes, other ports, other schemes. The address is not named."""
    first = parse("https://a.example/x")
    with pytest.raises(FetchError) as caught:
        follow(Request(first.url), first, first, location)
    assert says in caught.value.reason
    assert "secret" not in caught.value.reason
    assert not caught.value.again


def test_a_post_is_not_redirected() -> None:
    """It would have to become a GET, or be sent twice."""
    first = parse("https://a.example/x")
    with pytest.raises(FetchError, match="answered a POST with a redirect"):
        follow(Request(first.url, body=b""), first, first, "/y")


@pytest.mark.parametrize(
    ("start", "location", "end"),
    [
        ("https://a.example/x/y?z", "/w", "https://a.example/w"),
        ("https://a.example/x/y?z", "w", "https://a.example/x/w"),
        ("https://a.example/x/y?z", "?w", "https://a.example/x/y?w"),
        ("https://a.example/x", "//b.example", "https://b.example/"),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("http://a.example:81/x", "https://a.example:81/x", "https://a.example:81/x"),
        ("http://a.example:81/x", "http://b.example/x", "http://b.example/x"),
        ("https://a.example/x", " /a b#c ", "https://a.example/a%20b"),
        ("https://a.example/x", "/ü".encode().decode("latin-1"), "https://a.example/%C3%BC"),
    ],
)
def test_other_redirects_lead_on(start: str, location: str, end: str) -> None:
    """Relative ones, to https, to the default port or that of the first address."""
    first = parse(start)
    request, address = follow(Request(start), first, first, location)
    assert end == request.url == address.url


HEADERS = (("Accept", "a/b"), ("Authorization", "Bearer secret"), ("If-None-Match", '"1"'))


@pytest.mark.parametrize(
    ("start", "location", "keeps"),
    [
        ("https://a.example/", "/x", True),
        ("http://a.example/", "https://a.example/x", True),
        ("https://a.example/", "https://b.example/", False),
        ("https://a.example/", "https://x.a.example/", False),
        ("http://a.example:81/", "http://a.example/", False),
        ("http://a.example:81/", "https://a.example/", False),
    ],
)
def test_another_host_does_not_get_the_token(start: str, location: str, *, keeps: bool) -> None:
    """Another port counts as another host. What holds no secret is sent."""
    first = parse(start)
    request, _ = follow(Request(start, HEADERS), first, first, location)
    assert (HEADERS if keeps else (HEADERS[0], HEADERS[2])) == request.headers


def test_no_token_arrives_elsewhere(site: Site) -> None:
    """In the requests that are really sent."""
    site.redirects["a.example/"] = (302, "http://b.example/")
    site.redirects["b.example/"] = (302, "http://a.example/x")
    site.ask("http://a.example/", ("Authorization", "Bearer secret"))
    assert [True, False, False] == ["secret" in head for head in site.server.heads]
