"""What rude and hostile clients send: it is refused, repeats nothing, and keeps nobody away."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug import Request, Response

from digest.web.context import WebContext
from digest.web.listeners import answering
from digest.web.route import WebRoute
from digest.web.server import Patience
from tests.support.folders import MINUTE, Folder
from tests.support.web import WEB, WebFolder, listening, send_raw, web_folder

OWN = b"Host: localhost\r\nConnection: close\r\n"
EVIL = "evil.example"
LARGE = 32 << 20  # bytes: more than the system takes from us for a client that does not read
QUICK = Patience(threads=2, connections=12, request=0.4, answer=1.0, look=0.05)
PAPERS = """
[site]
url = "https://papers.example.org/lab/"
[web]
listen = "127.0.0.1:0"
"""


def echo(_: WebContext, request: Request) -> Response:
    """Answer with the length of the body."""
    return Response(str(len(request.get_data())))


ROUTES = (WebRoute("/echo", echo, "personal", ("POST",)),)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """Serve a page, and a large file."""
    folder = Folder(tmp_path_factory.mktemp("attacked"))
    folder.output.mkdir()
    (folder.output / "index.html").write_text("<p>the front page</p>")
    with (folder.output / "large.txt").open("wb") as file:
        file.truncate(LARGE)
    folder.configure(PAPERS)
    with listening(WebFolder(folder), QUICK, ROUTES) as served:
        yield served


def head(*lines: bytes) -> bytes:
    """Return a request of these lines."""
    return b"\r\n".join(lines) + b"\r\n\r\n"


def status_of(answer: bytes) -> int:
    """Return the status of an answer, 0 if there is none."""
    return int(answer.split(b" ")[1]) if answer else 0


@pytest.mark.parametrize(
    ("request_line", "lines", "status"),
    [
        (b"GET / HTTP/1.1", [b"X: " + b"a" * 20_000], 431),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1", [], 431),
        (b"POST /echo HTTP/1.1", [b"Content-Length: 8193"], 413),
        (b"POST /echo HTTP/1.1", [b"Content-Length: 99999999999", b"Expect: 100-continue"], 413),
        (b"POST /echo HTTP/1.1", [b"Content-Length: -1"], 400),
        (b"POST /echo HTTP/1.1", [b"Content-Length: 1, 1"], 400),
        (b"POST /echo HTTP/1.1", [b"Transfer-Encoding: gzip, chunked"], 501),
        (b"BREW / HTTP/1.1", [], 405),
        (b"TRACE / HTTP/1.1", [], 405),
        (b"CONNECT evil.example:443 HTTP/1.1", [], 404),
        (b"get / HTTP/1.1", [], 400),
        (b"GET  / HTTP/1.1", [], 400),
        (b"nonsense", [], 400),
        (b"GET / HTTP/1.1", [b"no colon " + EVIL.encode()], 400),
        (b"GET / HTTP/1.1", [b"X: a\rSet-Cookie: a=b"], 400),
    ],
)  # fmt: skip
def test_what_is_no_request_of_ours_is_refused(
    web: WebFolder, request_line: bytes, lines: list[bytes], status: int
) -> None:
    """By a page of ours that repeats nothing of it, and that no cache keeps."""
    answer = send_raw(web, head(request_line, OWN.strip(), *lines))
    assert status == status_of(answer)
    top, _, body = answer.partition(b"\r\n\r\n")
    assert b"Cache-Control: no-store" in top
    assert b"nosniff" in top
    assert b"<h1>" in body
    assert EVIL.encode() not in answer
    assert b"aaa" not in answer


def test_a_body_of_8_kib_is_taken_and_no_larger_one(web: WebFolder) -> None:
    """However it is sent; the client sees why, though it had not sent everything."""
    most = 8192
    for size, status in ((most, 200), (most + 1, 413), (1 << 20, 413)):
        plain = head(b"POST /echo HTTP/1.1", OWN + b"Content-Length: %d" % size) + b"a" * size
        assert status == status_of(send_raw(web, plain))
        chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (size, b"a" * size)
        chunked = head(b"POST /echo HTTP/1.1", OWN + b"Transfer-Encoding: chunked") + chunk
        # The marks between the parts count as well.
        assert (413 if size == most else status) == status_of(send_raw(web, chunked))


def test_a_second_request_cannot_hide_in_the_body_of_a_first(web: WebFolder) -> None:
    """With both a length and parts the parts count, so what comes after is one of its own."""
    smuggled = head(b"GET /smuggled HTTP/1.1", OWN)
    lines = b"Host: localhost\r\nContent-Length: 200\r\nTransfer-Encoding: chunked"
    answer = send_raw(web, head(b"POST /echo HTTP/1.1", lines) + b"0\r\n\r\n" + smuggled)
    assert 2 == answer.count(b"HTTP/1.1 ")
    assert 404 == status_of(answer[answer.rindex(b"HTTP/1.1 ") :])


@pytest.mark.parametrize(
    "host",
    [
        b"evil.example", b"evil.example:8000", b"localhost.evil.example", b"evil@localhost",
        b"localhost/x", b"[::1", b"", b"papers.example.org, evil.example",
        b"localhost\r\nHost: evil.example",
    ],
)  # fmt: skip
def test_no_other_name_is_answered(web: WebFolder, host: bytes) -> None:
    """A page of another site could use it, and a cache keep the answer."""
    answer = send_raw(web, head(b"GET / HTTP/1.1", b"Host: " + host, b"Connection: close"))
    assert 421 == status_of(answer)
    assert b"evil" not in answer
    assert b"no-store" in answer


@pytest.mark.parametrize(
    "host",
    [
        b"localhost", b"LOCALHOST:80", b"localhost.", b"papers.example.org", b"127.0.0.1:8000",
        b"[::1]:8000", b"192.0.2.7",
    ],
)  # fmt: skip
def test_own_names_and_numbers_are_answered(web: WebFolder, host: bytes) -> None:
    """No other site can have them."""
    lines = (b"GET /lab/ HTTP/1.1", b"Host: " + host, b"Connection: close")
    assert 200 == status_of(send_raw(web, head(*lines)))


def test_a_request_must_say_whom_it_asks(web: WebFolder) -> None:
    """Only HTTP/1.0 knew no names."""
    lines = b"Connection: close"
    assert 400 == status_of(send_raw(web, head(b"GET / HTTP/1.1", lines)))
    assert 200 == status_of(send_raw(web, head(b"GET / HTTP/1.0", lines)))


def test_no_name_of_a_proxy_goes_into_an_answer(web: WebFolder) -> None:
    """So no cache can be made to keep one (`X-Forwarded-Host` and its like)."""
    lines = [
        b"X-Forwarded-Host: evil.example", b"X-Forwarded-Proto: evil", b"X-Host: evil.example",
        b"X-Original-URL: /evil", b"X-Rewrite-URL: /evil", b"Forwarded: host=evil.example",
        b"X-Forwarded-Prefix: /evil", b"X-HTTP-Method-Override: EVIL", b"X-Forwarded-For: evil",
    ]  # fmt: skip
    for path in (b"/", b"/lab", b"/none", b"http://evil.example/none"):
        answer = send_raw(web, head(b"GET " + path + b" HTTP/1.1", OWN.strip(), *lines))
        assert status_of(answer) in {200, 301, 404}
        assert b"evil" not in answer


@pytest.mark.parametrize("path", ["/lab/%0d%0aSet-Cookie:%20a=b", "/lab%0d%0aX:%20y/", "/%0a"])
def test_a_path_starts_no_header_line(web: WebFolder, path: str) -> None:
    """Nothing of it is in the answer."""
    answer = web.ask(path)
    assert 404 == answer.status
    assert not {"set-cookie", "x"} & answer.headers.keys()


@given(st.binary(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_get_a_decent_answer(web: WebFolder, noise: bytes) -> None:
    """Or none; and the next request is answered."""
    answer = send_raw(web, noise + b"\r\n\r\n" + head(b"GET /none HTTP/1.1", OWN))
    assert status_of(answer) in {0, 400, 404, 405, 421, 431, 501}


def trickle(web: WebFolder, beat: bytes, first: bytes = b"") -> float:
    """Send a few bytes again and again; return after how many seconds we are cut off."""
    with socket.create_connection(web.public, timeout=MINUTE) as connection:
        started = time.monotonic()
        connection.sendall(first)
        connection.settimeout(0.05)
        while time.monotonic() - started < MINUTE:
            try:
                if not connection.recv(100):
                    break
            except TimeoutError:
                pass
            except OSError:
                break
            try:
                connection.sendall(beat)
            except OSError:
                break
        return time.monotonic() - started


@pytest.mark.parametrize(
    ("beat", "first"),
    [
        (b"a", b"GET / HTTP/1.1\r\nX: "), (b"\r\n", b""), (b"", b"GET /"), (b"", b""),
        (b"a", head(b"POST /echo HTTP/1.1", b"Host: localhost\r\nContent-Length: 8000")),
        (b"1\r\na\r\n", head(b"POST /echo HTTP/1.1", b"Host: a\r\nTransfer-Encoding: chunked")),
        (b"\r\n", head(b"GET /none HTTP/1.1", b"Host: localhost")),
    ],
)  # fmt: skip
def test_a_trickle_is_cut_off(web: WebFolder, beat: bytes, first: bytes) -> None:
    """Whether it is of head, body or blank lines, or nothing at all."""
    assert QUICK.request <= trickle(web, beat, first) < QUICK.request + 4


def test_a_request_may_come_in_pieces(web: WebFolder) -> None:
    """If it is whole in time; and another one may come on the same connection."""
    with socket.create_connection(web.public, timeout=MINUTE) as connection:
        for piece in (b"GET / HT", b"TP/1.1\r\nHost: loc", b"alhost\r\n\r\n") * 3:
            connection.sendall(piece)
            time.sleep(0.07)
        connection.sendall(head(b"GET /none HTTP/1.1", OWN))
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert 3 == answers.count(b"HTTP/1.1 200 ")
    assert 1 == answers.count(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "sent", [b"", b"GET /", head(b"GET /large.txt HTTP/1.1", b"Host: localhost")]
)
def test_slow_clients_keep_nobody_away(web: WebFolder, sent: bytes) -> None:
    """More of them than there are connections: those that wait longest make room.

    Whether they send slowly, or ask for much and read nothing of it.
    """
    with ExitStack() as stack:
        for _ in range(4 * QUICK.connections):
            slow = stack.enter_context(socket.create_connection(web.public, timeout=MINUTE))
            slow.sendall(sent)
        started = time.monotonic()
        assert 200 == web.ask("/").status
        assert time.monotonic() - started < 5


def test_who_reads_slowly_is_cut_off_and_keeps_nobody_away(web: WebFolder) -> None:
    """Whether nothing is read of a large file, or a little again and again."""
    readers = [threading.Thread(target=_read_slowly, args=(web, n % 2)) for n in range(6)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        assert 200 == web.ask("/").status
    for reader in readers:
        reader.join(MINUTE)
    assert LARGE == len(web.ask("/large.txt").body)


def _read_slowly(web: WebFolder, piece: int) -> None:
    """Read some bytes again and again for longer than is borne; then there is an end."""
    with socket.create_connection(web.public, timeout=MINUTE) as slow:
        slow.sendall(head(b"GET /large.txt HTTP/1.1", b"Host: localhost"))
        got, until = 0, time.monotonic() + QUICK.answer + 0.7
        while time.monotonic() < until:
            got += len(slow.recv(1000 * piece))
            time.sleep(0.05)
        while more := _receive(slow):
            got += len(more)
        assert got < LARGE


def _receive(slow: socket.socket) -> bytes:
    try:
        return slow.recv(1 << 20)
    except OSError:  # reset
        return b""


def test_many_requests_at_once_on_a_connection_are_refused(web: WebFolder) -> None:
    """A few are answered in order; with more, one client would fill the memory with answers."""
    one = head(b"GET / HTTP/1.1", b"Host: localhost")
    assert 4 == send_raw(web, one * 3 + head(b"GET / HTTP/1.1", OWN)).count(b"the front page")
    with socket.create_connection(web.public, timeout=MINUTE) as connection:
        connection.sendall(one * 60)
        answers = b"".join(iter(lambda: _receive(connection), b""))
    assert answers.count(b"the front page") < 60
    assert 200 == web.ask("/").status


def test_requests_in_progress_are_finished_at_the_end(folder: Folder) -> None:
    """And no new connection is taken meanwhile; one that lasts too long is left."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: WebContext, __: Request) -> Response:
        begun.set()
        go_on.wait(MINUTE)
        return Response("finished")

    got = []
    folder.configure(PAPERS)
    with ExitStack() as stack:
        routes = [WebRoute("/wait", wait, "open")]
        web = stack.enter_context(listening(WebFolder(folder), QUICK, routes))
        asker = threading.Thread(target=lambda: got.append(web.ask("/wait")))
        asker.start()
        assert begun.wait(MINUTE)
        threading.Timer(0.2, go_on.set).start()
        started = time.monotonic()
    assert 0.1 < time.monotonic() - started < 4
    asker.join(MINUTE)
    assert ["finished"] == [answer.text for answer in got]
    with pytest.raises(OSError, match="refused"):
        http.client.HTTPConnection(*web.public, timeout=MINUTE).request("GET", "/")


def test_all_addresses_of_a_name_are_listened_to(folder: Folder) -> None:
    """As "localhost" has one of IPv4, and one of IPv6 where the machine has it."""
    folder.configure(WEB)
    web = WebFolder(folder)
    with answering(web.context) as (_, private):
        assert {info[4][0] for info in socket.getaddrinfo("localhost", 0)} == {
            host for host, _ in private
        }
        for web.private in private:
            assert 200 == web.ask_privately("/livez").status


@pytest.mark.soak
def test_a_request_has_20_seconds(folder: Folder) -> None:
    """With the limits that are in use, as the guide names them."""
    with web_folder(folder) as web:
        assert 19 < trickle(web, b"a", b"GET / HTTP/1.1\r\nX: ") < 23
