"""Whole requests to servers on the loopback interface that do as they should, and that do not."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from digest.errors import FetchError
from digest.http_client.client import Client, Times
from digest.model.fetching import Answer, Request
from tests.support.raw_server import RawServer, http_answer, raw_server

SECRET = "/secret/path?key=secret"
DEFAULT = Times()
HURRIED = Times(connect=0.3, silence=0.3, total=0.6)


def client(times: Times = DEFAULT, **more: object) -> Client:
    """Return a client that may ask the loopback interface."""
    options = {"private": ("127.0.0.1", "::1"), "times": times, **more}
    return Client("papers-digest/1 (+you@example.org)", **options)  # type: ignore[arg-type]


def ask(answer: bytes, *headers: tuple[str, str], **more: object) -> Answer:
    """Return what the client makes of these bytes."""
    with raw_server(answer) as server:
        return client(**more).ask(Request(server.url(SECRET), headers), 30)  # type: ignore[arg-type]


def refusal(answer: bytes, *headers: tuple[str, str], **more: object) -> FetchError:
    """Return the error for these bytes, which must not hold the secret."""
    with pytest.raises(FetchError) as caught:
        ask(answer, *headers, **more)
    assert "secret" not in caught.value.reason
    assert "127.0.0.1: " in caught.value.reason
    return caught.value


def chunked(*chunks: bytes) -> bytes:
    """Return an answer in chunks, without the last, empty one."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body


def test_an_answer_is_given_whole() -> None:
    """With status, headers in lower case, body and address; the request names the operator."""
    with raw_server(http_answer(b"hello", 'ETag: "1"', "Link: <a>", "Link: <b>")) as server:
        request = Request(server.url("/a?b=c"), (("Accept", "text/plain"),))
        answer = client().ask(request, 30)
    assert (200, b"hello", server.url("/a?b=c"), False) == (
        answer.status,
        answer.body,
        answer.url,
        answer.moved,
    )
    assert ('"1"', "<a>, <b>") == (answer.headers["etag"], answer.headers["link"])
    assert ["GET /a?b=c HTTP/1.1"] == server.lines
    (head,) = server.heads
    assert f"Host: 127.0.0.1:{server.port}\r\n" in head
    assert "User-Agent: papers-digest/1 (+you@example.org)\r\n" in head
    assert "Accept-Encoding: gzip\r\n" in head
    assert "Accept: text/plain\r\n" in head


def test_a_request_with_a_body_is_a_post() -> None:
    """Its body arrives."""
    bodies = list[bytes]()

    def answer(connection: socket.socket, head: bytes) -> None:
        body = head.partition(b"\r\n\r\n")[2]
        bodies.append(body or connection.recv(100))
        connection.sendall(http_answer())

    with raw_server(answer) as server:
        client().ask(Request(server.url(), body=b"{}"), 30)
    assert (["POST / HTTP/1.1"], [b"{}"]) == (server.lines, bodies)


@pytest.mark.parametrize(
    "answer",
    [
        chunked(b"hel", b"lo") + b"0\r\n\r\n",
        chunked(b"hello") + b"0\r\nTrailer: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more than its length",
        b"HTTP/1.1 100 Continue\r\n\r\n" + http_answer(b"hello"),
        http_answer(gzip.compress(b"hello", mtime=0), "Content-Encoding: gzip"),
        http_answer(
            gzip.compress(b"he", mtime=0) + gzip.compress(b"llo", mtime=0), "Content-Encoding: GZip"
        ),
        http_answer(b"hello", "Content-Encoding: identity"),
    ],
)
def test_every_way_to_send_a_body_is_read(answer: bytes) -> None:
    """By length, in chunks, to the end of the connection; packed by gzip in one member or two."""
    assert b"hello" == ask(answer).body


PACKED = gzip.compress(bytes(range(256)) * 40, mtime=0)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http_answer(b""), "the answer is empty"),
        (http_answer(b"", "Content-Encoding: gzip"), "the answer is empty"),
        (http_answer(gzip.compress(b"", mtime=0), "Content-Encoding: gzip"), "the answer is empty"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "cut or damaged"),
        (chunked(b"hello"), "cut or damaged"),
        (chunked(b"hello") + b"f\r\nab", "cut or damaged"),
        (chunked(b"hello") + b"zz\r\nab", "cut or damaged"),
        (http_answer(PACKED[:-1], "Content-Encoding: gzip"), "cut or damaged"),
        (http_answer(PACKED[:60], "Content-Encoding: gzip"), "cut or damaged"),
        (http_answer(PACKED + b"more", "Content-Encoding: gzip"), "cut or damaged"),
        (http_answer(PACKED + PACKED[:20], "Content-Encoding: gzip"), "cut or damaged"),
        (http_answer(PACKED[:-8] + b"1234" + PACKED[-4:], "Content-Encoding: gzip"), "cut or dam"),
        (http_answer(b"no gzip", "Content-Encoding: gzip"), "cut or damaged"),
        (b"", "closed the connection without a whole answer"),
        (b"HTTP/1.1 200 OK\r\nX: y\r\n", "the answer is empty"),
    ],
)
def test_a_body_that_is_not_whole_may_be_asked_for_again(answer: bytes, says: str) -> None:
    """Empty, shorter than its length, cut in chunks or in gzip, damaged, or with more behind."""
    error = refusal(answer)
    assert says in error.reason
    assert error.again


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    """Only gzip was."""
    error = refusal(http_answer(b"hello", f"Content-Encoding: {encoding}"))
    assert ("127.0.0.1: answered in an encoding that was not asked for", False) == (
        error.reason,
        error.again,
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"garbage\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 2000 OK\r\n\r\nhello",
    ],
)
def test_what_is_no_http_is_final(answer: bytes) -> None:
    """And headers are bounded, in length and in number."""
    error = refusal(answer)
    assert ("127.0.0.1: the answer is not valid HTTP", False) == (error.reason, error.again)


MIB = 1 << 20


@pytest.mark.parametrize(
    "answer",
    [
        http_answer(bytes(MIB + 1)),
        b"HTTP/1.1 200 OK\r\n\r\n" + bytes(MIB + 1),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        chunked(*[bytes(MIB // 4)] * 5) + b"0\r\n\r\n",
        http_answer(gzip.compress(bytes(200 * MIB), 1, mtime=0), "Content-Encoding: gzip"),
        # A negative size makes http.client read to the end.
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + bytes(12 * MIB),
    ],
)
def test_an_answer_is_bounded(answer: bytes) -> None:
    """As it comes and as it is unpacked. One of exactly the bound is read."""
    error = refusal(answer, answer_mb=1)
    assert ("127.0.0.1: the answer is longer than 1 MiB", False) == (error.reason, error.again)


def test_an_answer_of_exactly_the_bound_is_read() -> None:
    """Packed as well."""
    assert MIB == len(ask(http_answer(bytes(MIB)), answer_mb=1).body)
    packed = gzip.compress(bytes(MIB))
    assert MIB == len(ask(http_answer(packed, "Content-Encoding: gzip"), answer_mb=1).body)


def test_packed_bytes_are_bounded_too() -> None:
    """Gzip of empty members would go on for ever and unpack to nothing."""
    nothing = gzip.compress(b"", mtime=0)
    many = nothing * (2 * MIB // len(nothing))
    error = refusal(http_answer(many, "Content-Encoding: gzip"), answer_mb=1)
    assert "longer than 1 MiB" in error.reason


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 410, 418, 451, 501, 505, 204, 206])
def test_other_answers_are_final(status: int) -> None:
    """Also those that say it went well and are not what was asked for."""
    error = refusal(http_answer(b"" if status == 204 else b"no", status=status))
    assert (f"127.0.0.1: answered {status}", False, None, status) == (
        error.reason,
        error.again,
        error.wait,
        error.status,
    )


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_some_answers_may_be_asked_for_again(status: int) -> None:
    """After the time that they name."""
    error = refusal(http_answer(b"no", "Retry-After: 7", status=status))
    assert (f"127.0.0.1: answered {status}", True, 7.0) == (error.reason, error.again, error.wait)
    assert refusal(http_answer(b"no", status=status)).wait is None


def test_not_modified_answers_a_validator() -> None:
    """And is an error without one."""
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "2"\r\nContent-Length: 50\r\n\r\n'
    answer = ask(unchanged, ("If-None-Match", '"1"'))
    assert (304, b"", '"2"') == (answer.status, answer.body, answer.headers["etag"])
    assert 304 == ask(unchanged, ("if-modified-since", "x")).status
    assert "127.0.0.1: answered 304" == refusal(unchanged).reason


def drip(head: bytes, slow: bytes) -> RawServer:
    """Return a server that sends the one at once and the other byte by byte."""
    server: RawServer

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        server.drip(connection, slow)

    server = RawServer(answer)
    return server


SLOW = [
    (b"", b"HTTP/1.1 200 OK" * 4),
    (b"HTTP/1.1 200 OK\r\nX: ", b"y" * 60),
    (b"HTTP/1.1 200 OK\r\n\r\n", b"y" * 60),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"y" * 60),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 60),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n" * 10),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 10),
    (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3),
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(bytes(60), 0, mtime=0)),
]


def test_a_trickle_does_not_outlive_the_time() -> None:
    """In the status, headers, body, sizes of chunks, chunks, trailers. All at once: each waits."""

    def wait_for(case: tuple[bytes, bytes]) -> None:
        server, began = drip(*case), time.monotonic()
        try:
            with pytest.raises(FetchError) as caught:
                client(HURRIED).ask(Request(server.url()), 60)
        finally:
            server.stop()
        error = caught.value
        assert ("127.0.0.1: no answer within 0.6 s", True) == (error.reason, error.again), case
        assert 0.55 < time.monotonic() - began < 2, case

    with ThreadPoolExecutor(len(SLOW)) as threads:
        list(threads.map(wait_for, SLOW))


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\nabc"])
def test_silence_ends_a_request(start: bytes) -> None:
    """Before the answer and within it, earlier than the whole time."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        server.stopped.wait()

    server = RawServer(answer)
    try:
        with pytest.raises(FetchError) as caught:
            client(HURRIED).ask(Request(server.url()), 60)
    finally:
        server.stop()
    assert ("127.0.0.1: silent for 0.3 s", True) == (caught.value.reason, caught.value.again)


def test_the_time_of_the_call_counts_if_it_is_shorter() -> None:
    """And of no time nothing is left."""
    server = RawServer(lambda *_: server.stopped.wait())
    try:
        for seconds, says in ((0.2, "0.2 s"), (0, "0 s"), (-3, "-3 s")):
            with pytest.raises(FetchError, match=f"no answer within {says}"):
                client().ask(Request(server.url()), seconds)
    finally:
        server.stop()


def test_a_resolver_that_hangs_is_left() -> None:
    """The system has no time limit for it."""
    over = threading.Event()

    def hang(_host: str, _port: int) -> list[tuple[str, int]]:
        over.wait()
        return []

    for seconds, says in ((60, "no connection within 0.3 s"), (0.2, "no answer within 0.2 s")):
        with pytest.raises(FetchError, match=f"slow.example: {says}") as caught:
            client(HURRIED, resolve=hang).ask(Request("http://slow.example/"), seconds)
        assert caught.value.again
    over.set()


def test_a_refused_connection_may_be_tried_again() -> None:
    """In the words of the system."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(FetchError) as caught:
        client().ask(Request(f"http://127.0.0.1:{port}{SECRET}"), 5)
    assert ("127.0.0.1: Connection refused", True) == (caught.value.reason, caught.value.again)


def test_a_reset_connection_may_be_tried_again() -> None:
    """In the middle of a body."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc")
        linger = b"\x01\0\0\0\0\0\0\0"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with raw_server(answer) as server, pytest.raises(FetchError) as caught:
        client().ask(Request(server.url()), 5)
    assert caught.value.again


def test_send_gives_the_status_alone() -> None:
    """Of any answer; a redirect is not followed and a body not read."""
    for status in (200, 204, 301, 500):
        with raw_server(http_answer(b"", "Location: /elsewhere", status=status)) as server:
            assert status == client().send(Request(server.url(), body=b"{}"), 5)
        assert ["POST / HTTP/1.1"] == server.lines


def test_raw_deflate_is_no_gzip() -> None:
    """Not even with the header of zlib."""
    packed = zlib.compress(b"hello")
    assert refusal(http_answer(packed, "Content-Encoding: gzip")).again


@pytest.mark.parametrize("token", ["secret\n", "secret\r\nX: y", "gehéim"])
def test_a_token_that_cannot_be_sent_is_not(token: str) -> None:
    """The header is named, and not what is in it."""
    with raw_server(http_answer()) as server, pytest.raises(FetchError) as caught:
        client().ask(Request(server.url(), (("Authorization", token),)), 5)
    says = "127.0.0.1: the header Authorization has characters that may not be sent"
    assert (says, False, []) == (caught.value.reason, caught.value.again, server.heads)


def test_a_contact_that_cannot_be_sent_is_named() -> None:
    """It stands in the User-Agent."""
    with raw_server(http_answer()) as server, pytest.raises(FetchError, match="header User-Agent"):
        Client("x (bü@example.org)", private=["127.0.0.1"]).ask(Request(server.url()), 5)


def test_limits_are_those_of_the_convention() -> None:
    """Ten seconds to connect, twenty of silence, two minutes in all, 32 MiB."""
    assert (10, 20, 120) == Times()
    asked = Client("x")
    assert (120, 32 << 20) == (asked._bounds(999).deadline.seconds, asked._bounds(9).most_bytes)
