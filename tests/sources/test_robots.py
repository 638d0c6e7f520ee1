"""What robots.txt allows, on a real server."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from digest.errors import FetchError
from digest.http_client.client import Client
from digest.model.fetching import Permission, Request
from digest.sources.robots import Robots
from tests.support.asking import FakeTime, asker
from tests.support.raw_server import RawServer, http_answer


class Host:
    """A host with a robots.txt, and an asker for it."""

    def __init__(self) -> None:
        self.answer = http_answer(b"")
        self.server = RawServer(self._answer)
        self.time = FakeTime()
        self.asking = asker(Client("x", private=["127.0.0.1"]), self.time)
        self.allowed = dict[str, Permission]()
        self.begin_run(0)

    def begin_run(self, now: float) -> None:
        """Begin another run at this second, with what is remembered of those before."""
        self.robots = Robots(self.asking, self.allowed, now)

    def _answer(self, connection: socket.socket, _: bytes) -> None:
        connection.sendall(self.answer)

    def refusal(self, path: str) -> FetchError:
        """Return why an address may not be asked."""
        with pytest.raises(FetchError) as caught:
            self.robots.check(self.server.url(path))
        return caught.value


@pytest.fixture
def host() -> Iterator[Host]:
    """Run a host."""
    host = Host()
    yield host
    host.server.stop()


RULES = b"""\xef\xbb\xbfUser-agent: *
Disallow: /

User-agent: Papers-Digest
Disallow: /inner/
Allow: /inner/papers
Disallow: /*.pdf$
Crawl-delay: 7
"""


def test_rules_for_the_product_are_heeded(host: Host) -> None:
    """Those for it and no others; asked for once, and with its delay."""
    host.answer = http_answer(RULES)
    host.robots.check(host.server.url("/papers?secret"))
    host.robots.check(host.server.url("/inner/papers"))
    for path in ("/inner/", "/inner/x?secret", "/a/b.pdf"):
        error = host.refusal(path)
        assert "127.0.0.1: its robots.txt does not allow this address" == error.reason
        assert not error.again
    assert ["GET /robots.txt HTTP/1.1"] == host.server.lines
    host.answer = http_answer()
    began = host.time.elapsed
    host.asking.ask(Request(host.server.url("/papers")))
    assert 7 == host.time.elapsed - began


@pytest.mark.parametrize("value", [b"3600", b"inf", b"nan", b"-5", b"x"])
def test_a_delay_is_bounded(host: Host, value: bytes) -> None:
    """To a minute; what is no delay is none."""
    host.answer = http_answer(b"User-agent: *\nCrawl-delay: " + value + b"\nAllow: /\n")
    host.robots.check(host.server.url("/"))
    host.answer = http_answer()
    began = host.time.elapsed
    host.asking.ask(Request(host.server.url("/papers")))
    assert (60 if value == b"3600" else 1) == host.time.elapsed - began


@pytest.mark.parametrize(
    "answer",
    [
        http_answer(b"", status=404),
        http_answer(b"", status=410),
        http_answer(b"", status=403),
        http_answer(b""),
        http_answer(b"<html>no rules</html>"),
        http_answer(b"\xff\xfe\x00"),
        http_answer(b"User-agent: other\nDisallow: /\n"),
        http_answer(b"User-agent: *\nDisallow:\n"),
    ],
)
def test_no_rules_allow_everything(host: Host, answer: bytes) -> None:
    """None at all, empty ones, ones for others, a page in their place."""
    host.answer = answer
    host.robots.check(host.server.url("/papers"))
    assert 1 == len(host.server.heads)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http_answer(b"", status=500), "answered 500"),
        (http_answer(b"", status=503), "answered 503"),
        (http_answer(b"", status=429), "answered 429"),
        (b"", "closed the connection"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-", "cut or damaged"),
        (http_answer(b"", "Location: http://127.0.0.2/", status=301), "is not public"),
    ],
)
def test_no_answer_allows_nothing_for_now(host: Host, answer: bytes, says: str) -> None:
    """It is tried once in a run."""
    host.answer = answer
    for _ in range(2):
        error = host.refusal("/papers")
        assert error.reason.startswith("its robots.txt cannot be had: 127.0.0.")
        assert says in error.reason
    assert 1 == len(host.server.heads)


def test_only_the_first_500_kib_count(host: Host) -> None:
    """A line that they cut does not."""
    start = b"User-agent: *\nDisallow: /a\n"
    line = b"Disallow: /papers/but/only/this\n"
    padding = b"#" * (500 * 1024 - len(start) - len(line) // 2 - 1) + b"\n"
    host.answer = http_answer(start + padding + line + b"Disallow: /b\n")
    for path in ("/papers", "/b"):
        host.robots.check(host.server.url(path))
    host.refusal("/a")


def test_each_host_and_port_has_its_own_rules(host: Host) -> None:
    """One of them may be down."""
    other = Host()
    host.answer, other.answer = http_answer(RULES), http_answer(b"", status=503)
    host.robots.check(host.server.url("/papers"))
    with pytest.raises(FetchError, match="answered 503"):
        host.robots.check(other.server.url("/papers"))
    other.server.stop()


DAY = 86_400


def test_a_permission_holds_for_a_day(host: Host) -> None:
    """With its delay, for this address only; its text is not stored."""
    host.answer = http_answer(RULES)
    host.robots.check(host.server.url("/papers?secret"))
    host.begin_run(DAY - 1)
    began = host.time.elapsed
    host.robots.check(host.server.url("/papers?secret"))
    assert 1 == len(host.server.heads)
    assert "secret" not in f"{host.allowed}"
    host.answer = http_answer()
    host.asking.ask(Request(host.server.url("/papers?secret")))
    assert 7 == host.time.elapsed - began
    host.answer = http_answer(RULES)
    host.refusal("/inner/")
    host.begin_run(DAY)
    host.robots.check(host.server.url("/papers?secret"))
    assert 4 == len(host.server.heads)


def test_a_permission_of_a_clock_that_was_ahead_does_not_hold(host: Host) -> None:
    """It would hold for years."""
    host.begin_run(400 * DAY)
    host.robots.check(host.server.url("/papers"))
    host.begin_run(0)
    host.answer = http_answer(b"User-agent: *\nDisallow: /\n")
    host.refusal("/papers")


def test_a_prohibition_is_not_remembered(host: Host) -> None:
    """The next run asks again."""
    host.answer = http_answer(b"User-agent: *\nDisallow: /\n")
    host.refusal("/papers")
    host.begin_run(60)
    host.answer = http_answer(b"")
    host.robots.check(host.server.url("/papers"))
