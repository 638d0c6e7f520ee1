"""Requests with a body whose last byte waits for a mark."""

from __future__ import annotations

import ssl

import pytest
import trustme

from digest.errors import FetchError
from digest.http_client.client import Client
from digest.model.fetching import Request
from tests.support.chat_server import chat_server
from tests.support.raw_server import RawServer, http_answer, raw_server


def client() -> Client:
    """Return a client that may ask the loopback interface."""
    return Client("papers-digest/1 (+you@example.org)", answer_mb=1, private=["127.0.0.1"])


@pytest.mark.parametrize("status", [200, 204, 302, 404, 429, 503])
def test_any_answer_is_returned(status: int) -> None:
    """With its headers and its body, which is no error."""
    with chat_server(http_answer(b"words", "Retry-After: 7", status=status)) as server:
        answer = client().post(Request(server.url("/x"), (), b"{}", "PUT"), 30, lambda: None)
    assert (status, "7", server.url("/x")) == (
        answer.status, answer.headers["retry-after"], answer.url,
    )  # fmt: skip
    assert answer.body == (b"" if status == 204 else b"words")
    assert ("PUT", b"{}") == (server.posts[0].method, server.posts[0].body)
    assert "2" == server.posts[0].headers["content-length"]


def test_a_body_of_one_byte_waits_as_a_whole() -> None:
    """The mark comes before it."""
    with chat_server() as server:
        client().post(Request(server.url(), (), b"x"), 30, lambda: _assert_none(server.arrived))
    assert b"x" == server.posts[0].body


def _assert_none(arrived: int) -> None:
    assert 0 == arrived


@pytest.mark.parametrize("body", [b"x" * (2 << 20), b""])
def test_a_body_that_cannot_be_read_is_empty(body: bytes) -> None:
    """Too long, or cut: the status stands."""
    answer = http_answer(body) if body else b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"
    with chat_server(answer) as server:
        given = client().post(Request(server.url(), (), b"x"), 30, lambda: None)
    assert (200, b"") == (given.status, given.body)


def test_within_tls_the_mark_comes_before_the_last_byte(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """The server has decrypted all others by then."""
    authority = trustme.CA()
    file = f"{tmp_path}/authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    steps: list[str] = []

    def answer(connection: ssl.SSLSocket, head: bytes) -> None:
        body = head.partition(b"\r\n\r\n")[2]
        while len(body) < 5:
            body += connection.recv(1)
            steps.append(f"server has {len(body)}")
        connection.sendall(http_answer())

    def mark() -> None:
        steps.append("mark")

    server: RawServer
    with raw_server(answer, context) as server:  # type: ignore[arg-type]
        assert 200 == client().post(Request(server.url(), (), b"12345"), 30, mark).status
    assert steps.index("mark") < steps.index("server has 5")


def test_a_body_that_is_never_finished_is_an_error() -> None:
    """What the mark raises breaks the request off."""

    def mark() -> None:
        raise OSError("the disk is full")

    with chat_server() as server, pytest.raises(FetchError):
        client().post(Request(server.url(), (), b"12345"), 30, mark)
    assert [] == server.posts
