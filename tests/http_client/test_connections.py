"""Which addresses are connected to, TLS, and proxies."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from digest.errors import FetchError
from digest.http_client.client import Client, Times
from digest.model.fetching import Request
from tests.support.raw_server import RawServer, http_answer, raw_server

GOOD = http_answer(b"hello")
LOCAL = ["127.0.0.0/8", "::1"]
HURRIED = Times(connect=0.4, silence=0.4, total=0.8)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Make a certificate authority that the system trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def server_side(authority: trustme.CA, *names: str, **more: object) -> ssl.SSLContext:
    """Return the context of a server with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **more).configure_cert(context)  # type: ignore[arg-type]
    return context


def at(*peers: tuple[str, int]) -> Client:
    """Return a client for which every host has these addresses."""
    return Client("x", private=LOCAL, times=HURRIED, resolve=lambda *_: peers)


def reason(client: Client, url: str) -> str:
    """Return why the client fails."""
    with pytest.raises(FetchError) as caught:
        client.ask(Request(url), 10)
    return caught.value.reason


def test_a_name_is_resolved_once_and_asked_for_by_name() -> None:
    """What it resolves to a moment later does not count."""
    answers = iter([[("127.0.0.1", 0)], [("10.0.0.1", 0)]])
    with raw_server(GOOD) as server:
        client = Client("x", private=LOCAL, resolve=lambda *_: [(next(answers)[0][0], server.port)])
        assert b"hello" == client.ask(Request("http://papers.example/"), 10).body
    assert 1 == len(list(answers))
    assert "\r\nHost: papers.example\r\n" in server.heads[0]


def test_nothing_is_sent_if_one_address_is_private() -> None:
    """Even if the others are good."""
    with raw_server(GOOD) as server:
        client = at(("127.0.0.1", server.port), ("10.0.0.1", server.port))
        assert "its address 10.0.0.1 is not public" in reason(client, "http://papers.example/")
    assert [] == server.heads


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_a_number_is_what_it_resolves_to(host: str) -> None:
    """The system reads these as loopback addresses."""
    with raw_server(GOOD) as server:
        url = f"http://{host}:{server.port}/"
        assert "is not public" in reason(Client("x"), url)
        assert [] == server.heads
        assert b"hello" == Client("x", private=LOCAL).ask(Request(url), 10).body


def test_all_addresses_are_tried_in_turn() -> None:
    """One refuses, one never answers, one is of IPv6, the last one is good."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        dead = gone.getsockname()[1]
    with raw_server(GOOD) as server, socket.socket() as full:
        # A queue that is full takes no connection and refuses none.
        full.bind(("127.0.0.3", 0))
        full.listen(0)
        hanging = full.getsockname()
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(hanging)
        peers = [("127.0.0.1", dead), ("::1", dead), hanging, ("127.0.0.1", server.port)]
        assert b"hello" == at(*peers).ask(Request("http://papers.example/"), 10).body
        assert "no connection within 0.4 s" in reason(at(hanging), "http://papers.example/")
        for filler in fillers:
            filler.close()


def test_ipv6_is_asked() -> None:
    """By its address as well as by a name that has no other."""
    with raw_server(GOOD, host="::1") as server:
        url = server.url(host="[::1]")
        assert b"hello" == Client("x", private=LOCAL).ask(Request(url), 10).body
        client = at(("::1", server.port))
        assert b"hello" == client.ask(Request("http://papers.example/"), 10).body
    assert f"Host: [::1]:{server.port}" in server.heads[0]


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "x"), True),
        (socket.gaierror(socket.EAI_NONAME, "x"), False),
        (OSError("x"), True),
        (UnicodeError("x"), False),
    ],
)
def test_a_name_that_is_not_known_is_an_error(error: Exception, *, again: bool) -> None:
    """It may be known in a moment if the system says so."""

    def resolve(*_: object) -> list[tuple[str, int]]:
        raise error

    with pytest.raises(FetchError, match=r"^papers.example: ") as caught:
        Client("x", resolve=resolve).ask(Request("http://papers.example/"), 10)
    assert again == caught.value.again
    assert "papers.example: the host has no address" == reason(at(), "http://papers.example/")


def test_tls_is_verified_for_the_name(authority: trustme.CA) -> None:
    """By the system's certificates, which SSL_CERT_FILE names; the server learns the name."""
    context, names = server_side(authority, "papers.example"), list[str]()
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with raw_server(GOOD, context) as server:
        client = at(("127.0.0.1", server.port))
        assert b"hello" == client.ask(Request("https://papers.example/"), 10).body
        with pytest.raises(FetchError) as caught:
            client.ask(Request("https://other.example/secret"), 10)
    assert ["papers.example", "other.example"] == names
    assert "other.example: its certificate does not verify: Hostname mismatch" in str(caught.value)
    assert not caught.value.again


def test_tls_that_does_not_verify_is_final(authority: trustme.CA) -> None:
    """A certificate that is out of date, or of somebody else."""
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    with raw_server(GOOD, server_side(authority, "a.example", not_after=past)) as server:
        says = reason(at(("127.0.0.1", server.port)), "https://a.example/")
        assert "a.example: its certificate does not verify: certificate has expired" == says
    with raw_server(GOOD, server_side(trustme.CA(), "a.example")) as server:
        with pytest.raises(FetchError, match="its certificate does not verify") as caught:
            at(("127.0.0.1", server.port)).ask(Request("https://a.example/"), 10)
        assert not caught.value.again
    assert [] == server.heads


def test_an_ip_address_has_certificates_too(authority: trustme.CA) -> None:
    """Without a name for TLS."""
    with raw_server(GOOD, server_side(authority, "127.0.0.1")) as server:
        assert b"hello" == Client("x", private=LOCAL).ask(Request(server.url()), 10).body


class PlainServer(RawServer):
    """Answers in plain HTTP to whatever is sent."""

    def _handle(self, connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(GOOD)


def test_http_where_tls_is_expected_fails() -> None:
    """It may be a captive portal that goes away."""
    server = PlainServer(lambda *_: None)
    try:
        with pytest.raises(FetchError) as caught:
            at(("127.0.0.1", server.port)).ask(Request("https://a.example/"), 10)
    finally:
        server.stop()
    assert "a.example: the encrypted connection failed" == caught.value.reason
    assert caught.value.again


class SlowHandshake(RawServer):
    """Answers a TLS handshake byte by byte."""

    def _handle(self, connection: socket.socket) -> None:
        connection.recv(4096)
        self.drip(connection, b"\x16\x03\x03\x3f\xff\x02" + bytes(60))


def test_a_trickle_of_tls_does_not_outlive_the_time() -> None:
    """The handshake counts as connecting."""
    server = SlowHandshake(lambda *_: None)
    try:
        client = at(("127.0.0.1", server.port))
        assert "a.example: no connection within 0.4 s" == reason(client, "https://a.example/")
        with pytest.raises(FetchError, match=r"a.example: no answer within 0.2 s"):
            client.ask(Request("https://a.example/"), 0.2)
    finally:
        server.stop()


def test_a_trickle_within_tls_does_not_outlive_the_time(authority: trustme.CA) -> None:
    """As without it."""
    server: RawServer

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        server.drip(connection, b"y" * 60)

    server = RawServer(answer, server_side(authority, "a.example"))
    try:
        client = at(("127.0.0.1", server.port))
        assert "a.example: no answer within 0.8 s" == reason(client, "https://a.example/")
    finally:
        server.stop()


class ProxyServer(RawServer):
    """A proxy that connects to one server, whatever host is asked for."""

    def __init__(self, behind: int, answer: bytes = b"HTTP/1.1 200 Fine\r\nX: y\r\n\r\n") -> None:
        self._behind, self._says = behind, answer
        super().__init__(self._pass)

    def _pass(self, connection: socket.socket, head: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self._behind), 5) as server:
            if head.startswith(b"CONNECT"):
                connection.sendall(self._says)
            else:
                server.sendall(head)
            back = threading.Thread(target=self._pump, args=(server, connection))
            back.start()
            self._pump(connection, server)
            back.join()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def unresolved(host: str, port: int) -> list[tuple[str, int]]:
    """Resolve the proxy only."""
    assert host == "proxy.example"
    return [("127.0.0.1", port)]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_tls_goes_through_a_proxy(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The proxy resolves the name, and the certificate is verified all the same."""
    with raw_server(GOOD, server_side(authority, "papers.example")) as server:
        proxy = ProxyServer(server.port)
        monkeypatch.setenv(name, f"http://me:p%40ss@proxy.example:{proxy.port}")
        client = Client("x", resolve=unresolved)
        try:
            assert b"hello" == client.ask(Request("https://papers.example/secret"), 10).body
            assert "certificate does not verify" in reason(client, "https://other.example/")
        finally:
            proxy.stop()
    assert "CONNECT papers.example:443 HTTP/1." in proxy.lines[0]
    assert "Proxy-Authorization: Basic bWU6cEBzcw==" in proxy.heads[0]
    assert "secret" not in proxy.heads[0]
    assert ["GET /secret HTTP/1.1"] == server.lines
    assert "Proxy-Authorization" not in server.heads[0]


def test_plain_http_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which gets the whole address, and with redirects each of them."""
    with raw_server(GOOD) as server:
        proxy = ProxyServer(server.port)
        monkeypatch.setenv("HTTP_PROXY", f"proxy.example:{proxy.port}")
        try:
            client = Client("x", resolve=unresolved)
            assert b"hello" == client.ask(Request("http://papers.example/a?b"), 10).body
        finally:
            proxy.stop()
    assert ["GET http://papers.example/a?b HTTP/1.1"] == proxy.lines
    assert "\r\nHost: papers.example\r\n" in proxy.heads[0]


@pytest.mark.parametrize("names", ["papers.example", "*", ".example", "other.example, example"])
def test_no_proxy_names_hosts_that_are_asked_directly(
    monkeypatch: pytest.MonkeyPatch, names: str
) -> None:
    """And whose addresses are checked again."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:1")
    monkeypatch.setenv("NO_PROXY", names)
    with raw_server(GOOD) as server:
        client = at(("127.0.0.1", server.port))
        assert b"hello" == client.ask(Request("http://papers.example/"), 10).body
        strict = Client("x", resolve=lambda *_: [("127.0.0.1", server.port)])
        assert "is not public" in reason(strict, "http://papers.example/")


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("socks5://proxy.example:1080", "a proxy of the kind socks5 cannot be used"),
        ("https://proxy.example", "a proxy of the kind https cannot be used"),
        ("http://", "the proxy of the environment is not an address"),
        ("http://[::1", "the proxy of the environment is not an address"),
        ("http://proxy.example:x", "the proxy of the environment is not an address"),
    ],
)
def test_other_proxies_are_refused(monkeypatch: pytest.MonkeyPatch, proxy: str, says: str) -> None:
    """In a sentence that says what can be set."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert says in reason(Client("x", resolve=unresolved), "https://papers.example/")


@pytest.mark.parametrize(
    ("answer", "says", "again"),
    [
        (b"HTTP/1.1 407 Who\r\n\r\n", "papers.example: the proxy answered 407", False),
        (b"HTTP/1.1 503 Later\r\n\r\n", "papers.example: the proxy answered 503", True),
        (b"garbage\r\n\r\n", "papers.example: the answer is not valid HTTP", False),
    ],
)
def test_a_proxy_may_refuse(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, says: str, *, again: bool
) -> None:
    """Its status is told."""
    with raw_server(answer) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://proxy.example:{proxy.port}")
        with pytest.raises(FetchError) as caught:
            Client("x", resolve=unresolved).ask(Request("https://papers.example/"), 10)
    assert (says, again) == (caught.value.reason, caught.value.again)


def test_a_trickle_of_a_proxy_does_not_outlive_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer to CONNECT is read within the same bounds."""
    server: RawServer

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        server.drip(connection, b"y" * 60)

    server = RawServer(answer)
    monkeypatch.setenv("HTTPS_PROXY", f"http://proxy.example:{server.port}")
    try:
        client = Client("x", resolve=unresolved, times=HURRIED)
        assert "papers.example: no answer within 0.8 s" == reason(client, "https://papers.example/")
    finally:
        server.stop()


def test_a_trickle_of_tls_through_a_proxy_does_not_outlive_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The handshake begins late and has what is left of the time."""
    server: RawServer

    def answer(connection: socket.socket, _: bytes) -> None:
        server.drip(connection, b"HTTP/1.1 200 OK\r\n\r\n", 0.02)
        connection.recv(4096)
        server.drip(connection, b"\x16\x03\x03\x3f\xff\x02" + bytes(60))

    server, began = RawServer(answer), time.monotonic()
    monkeypatch.setenv("HTTPS_PROXY", f"http://proxy.example:{server.port}")
    try:
        client = Client("x", resolve=unresolved, times=Times(5, 5, 0.8))
        assert "papers.example: no answer within 0.8 s" == reason(client, "https://papers.example/")
    finally:
        server.stop()
    assert time.monotonic() - began < 1.2
