"""Calls of monitors."""

from __future__ import annotations

import subprocess
import sys

import pytest

from digest.delivery import monitors
from tests.support.raw_server import http_answer, raw_server


@pytest.mark.parametrize("url", ["https://example.org/ping/1", "https://example.org/ping/1/"])
def test_a_failure_has_the_address_of_the_heartbeat_with_fail_after_it(url: str) -> None:
    """A slash at the end makes no difference, and a query stays behind the path."""
    assert "https://example.org/ping/1/fail" == monitors.failure_address(url)
    assert "https://example.org/ping/1/fail?a=b" == monitors.failure_address(f"{url}?a=b")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_answer_that_says_well_is_good(status: int) -> None:
    """Monitors and chats answer with different ones, with and without a body."""
    answer = http_answer(b"", status=status)
    with raw_server(answer) as server:
        calls = [monitors.Call("a", server.url("/ping")), monitors.Call("b", server.url(), b"{}")]
        assert [None, None] == monitors.send(calls, 5)
    assert {"GET /ping HTTP/1.1", "POST / HTTP/1.1"} == set(server.lines)
    (posted,) = [head for head in server.heads if head.startswith("POST")]
    assert "\r\nContent-Type: application/json\r\n" in posted
    assert "\r\nUser-Agent: papers-digest/" in posted


def test_an_answer_is_not_read() -> None:
    """However large, packed or damaged it is."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 99999999999\r\n\r\nx"
    with raw_server(answer) as server:
        assert [None] == monitors.send([monitors.Call("a", server.url())], 5)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "closed the connection without a whole answer"),
        (b"secret\r\n\r\n", "the answer is not valid HTTP"),
        (http_answer(status=304), "answered 304, a redirect: configure the address it leads to"),
    ],
)
def test_a_bad_answer_is_named_without_the_address(answer: bytes, says: str) -> None:
    """And without the host, which the caller adds."""
    with raw_server(answer) as server:
        assert [says] == monitors.send([monitors.Call("a", server.url("/secret"))], 5)


def test_monitors_import_the_client_only_for_a_call() -> None:
    """A run without monitors must not pay for TLS."""
    code = (
        "import sys; from digest.delivery import monitors; monitors.send([], 1);"
        " print([name for name in sys.modules if name in {'urllib3', 'ssl', 'digest.http_client'}])"
    )
    assert "[]\n" == subprocess.check_output([sys.executable, "-c", code], text=True)
