"""Posts handed over to chat services that do as they should, and to some that do not."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digest.delivery import chat
from digest.errors import SettingsError
from digest.http_client.client import Times
from digest.model.fetching import Request
from digest.model.mail_settings import ChatKind
from digest.model.people import SendOutcome
from tests.support.chat_server import GOOD, ChatServer, chat_server
from tests.support.raw_server import http_answer, raw_server

FIELDS = {"text": "One paper – read it"}
HURRIED = Times(0.3, 0.3, 0.6)


def request(
    server: ChatServer, kind: ChatKind = "slack", path: str = "/hook/SECRETPART"
) -> Request:
    """Return the request for a post to this server."""
    return chat.make_request(kind, server.url(path), FIELDS, "t1")


def outcome(*answers: bytes, most: int | None = None) -> tuple[SendOutcome, list[str]]:
    """Send a post to a service that answers so; return the outcome and the calls of the mark."""
    marks: list[str] = []
    with chat_server(*answers, most=most) as server:
        result = chat.send(request(server), lambda: marks.append("sending"), HURRIED)
    assert "SECRETPART" not in result.reply
    assert result.reply.isprintable()
    return result, marks


def test_a_post_is_taken() -> None:
    """It arrives whole, as JSON in UTF-8, and any answer of the 200s says that it was taken."""
    for status in (200, 201, 202, 204):
        with chat_server(http_answer(b"", status=status)) as server:
            result = chat.send(request(server), lambda: None)
        assert SendOutcome("sent", f"answered {status}", status) == result
        (post,) = server.posts
        assert ("POST", "/hook/SECRETPART", FIELDS) == (post.method, post.target, post.fields)
        assert "–".encode() in post.body
        assert "application/json" == post.headers["content-type"]
        assert post.headers["user-agent"].startswith("papers-digest/")


def test_the_mark_comes_right_before_the_last_byte() -> None:
    """All others have arrived by then, and nobody can have acted on the post."""
    seen: list[tuple[int, int]] = []
    with chat_server() as server:
        whole = request(server)
        assert whole.body is not None
        last = len(whole.body) - 1

        def mark() -> None:
            server.wait_for(last)
            seen.append((server.arrived, len(server.posts)))

        assert "sent" == chat.send(whole, mark).state
    assert [(last, 0)] == seen


def test_what_the_mark_raises_comes_out_and_nothing_is_posted() -> None:
    """The last byte is not sent if the state cannot be recorded."""

    def mark() -> None:
        raise KeyboardInterrupt("the disk is full")

    with chat_server() as server, pytest.raises(KeyboardInterrupt, match="the disk is full"):
        chat.send(request(server), mark)
    assert [] == server.posts


@pytest.mark.parametrize("most", [1, 10, 200, 70_000])
def test_a_connection_reset_before_the_end_is_deferred(most: int) -> None:
    """The post is larger than what the system takes for itself, so the reset is seen in time."""
    marks: list[int] = []
    with chat_server(most=most) as server:
        large = {"text": "x" * (16 << 20)}
        made = chat.make_request("slack", server.url(), large, "t")
        result = chat.send(made, lambda: marks.append(1))
    assert ([], [], "deferred") == (marks, server.posts, result.state)


def test_a_connection_reset_after_the_end_is_unknown() -> None:
    """As if the service fell over right after it had read the post."""
    with chat_server() as server:
        chat.send(request(server), lambda: None)
        length = len(server.posts[0].body)
        head = sum(len(f"{name}: {value}\r\n") for name, value in server.posts[0].headers.items())
    whole = len("POST /hook/SECRETPART HTTP/1.1\r\n") + head + len("\r\n") + length
    result, marks = outcome(most=whole)
    assert (["sending"], "unknown") == (marks, result.state)


@pytest.mark.parametrize("cut", range(1, len(GOOD)))
def test_an_answer_that_is_cut(cut: int) -> None:
    """Without its status nobody knows. With it the rest is of no consequence."""
    result, marks = outcome(GOOD[:cut])
    assert ["sending"] == marks
    assert ("sent" if cut >= len("HTTP/1.1 200") else "unknown") == result.state


def test_silence_is_unknown() -> None:
    """The service may have posted it."""
    result, marks = outcome(b"")
    assert (["sending"], "unknown", None) == (marks, result.state, result.code)
    assert "127.0.0.1: silent for 0.3 s" == result.reply


@pytest.mark.parametrize(
    "answer",
    [b"\x00\xff\x00\xff\r\n\r\n", b"250 OK\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc OK\r\n\r\n"],
)
def test_what_is_no_http_is_unknown(answer: bytes) -> None:
    """Something took the bytes."""
    assert "unknown" == outcome(answer)[0].state


def test_nobody_there_is_deferred() -> None:
    """No connection, so no mark."""
    with chat_server() as server:
        gone = request(server)
    marks: list[int] = []
    result = chat.send(gone, lambda: marks.append(1), HURRIED)
    assert ([], SendOutcome("deferred", "127.0.0.1: Connection refused")) == (marks, result)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (400, "failed"), (401, "failed"), (403, "failed"), (404, "failed"), (410, "failed"),
        (413, "failed"), (301, "failed"), (307, "failed"),
        (408, "deferred"), (425, "deferred"), (429, "deferred"), (500, "deferred"),
        (503, "deferred"), (502, "unknown"), (504, "unknown"), (799, "unknown"),
    ],
)  # fmt: skip
def test_an_answer_says_what_became_of_it(status: int, state: str) -> None:
    """Of what a gateway says for the service behind it nobody knows."""
    result, marks = outcome(http_answer(b"", "Location: /elsewhere", status=status))
    assert (["sending"], state, status) == (marks, result.state, result.code)
    assert result.is_about_recipient


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        (("Retry-After: 30",), {}, 30.0),
        (("Date: Fri, 20 Nov 2026 08:00:00 GMT", "Retry-After: Fri, 20 Nov 2026 08:02:00 GMT"), {},
         120.0),
        ((), {"retry_after": 1.5, "global": False}, 1.5),  # Discord
        ((), {"ok": False, "parameters": {"retry_after": 35}}, 35.0),  # Telegram
        ((), {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, 2.5),  # Matrix
        (("Retry-After: soon",), {"retry_after": "soon"}, None),
        ((), {"retry_after": -3}, None),
        ((), {"retry_after": 1e12}, None),
        ((), {"parameters": []}, None),
        ((), [], None),
    ],
)  # fmt: skip
def test_a_service_says_when_to_come_back(
    headers: tuple[str, ...], body: Any, wait: float | None
) -> None:
    """In a header, or as some do in the body; nonsense counts for nothing."""
    answer = http_answer(json.dumps(body).encode(), *headers, status=429)
    result, _ = outcome(answer)
    assert ("deferred", wait) == (result.state, result.wait)


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (b"no_service", "answered 404: no_service"),
        (b'{"ok":false,"description":"Bad Request: chat not found"}',
         "answered 404: Bad Request: chat not found"),
        (b'{"result":"error","msg":"Invalid channel"}', "answered 404: Invalid channel"),
        (b"<html>404</html>", "answered 404"),
        (b'{"error": 7}', "answered 404"),
        (b"[" * 100_000, "answered 404"),
        (b"no such hook: SECRETPART", "answered 404"),
        (b"a\x1b[31mred", "answered 404"),
        (b"\xff\xfe", "answered 404: ��"),
        (b"many words " * 50, f"answered 404: {('many words ' * 50)[:100]}"),
    ],
    ids=range(10),
)  # fmt: skip
def test_the_words_of_a_refusal_are_shown(body: bytes, reply: str) -> None:
    """On one line, without markup, controls and the address."""
    assert reply.strip() == outcome(http_answer(body, status=404))[0].reply.strip()


def test_a_redirect_is_not_followed() -> None:
    """It would carry the post, and the secret, elsewhere."""
    with chat_server() as other:
        answer = http_answer(b"", f"Location: {other.url()}", status=307)
        result, _ = outcome(answer)
    assert ([], "failed") == (other.posts, result.state)
    assert "answered with a redirect: configure the address it leads to" == result.reply


def test_a_huge_or_damaged_answer_changes_nothing() -> None:
    """The status stands; what follows is not needed."""
    for head in (
        b"Content-Length: 99999999999",
        b"Content-Encoding: br",
        b"Content-Encoding: gzip",
    ):
        answer = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\nx"
        assert "sent" == outcome(answer)[0].state


def test_telegram_gets_its_parameters_beside_the_text() -> None:
    """Those of the address go into the body, and stand in no log of a proxy."""
    with chat_server() as server:
        path = "/bot12:SECRET/sendMessage?chat_id=-100123&message_thread_id=5"
        chat.send(request(server, "telegram", path), lambda: None)
    (post,) = server.posts
    assert "/bot12:SECRET/sendMessage" == post.target
    assert {"chat_id": "-100123", "message_thread_id": "5", **FIELDS} == post.fields


def test_matrix_gets_a_transaction_that_is_the_same_on_a_retry() -> None:
    """So that a server takes a post once; the token stands in a header."""
    with chat_server() as server:
        path = "/_matrix/client/v3/rooms/!room:example.org?access_token=SECRET"
        for _ in range(2):
            chat.send(request(server, "matrix", path), lambda: None)
    first, second = server.posts
    target = "/_matrix/client/v3/rooms/!room:example.org/send/m.room.message/t1"
    assert ("PUT", target, "Bearer SECRET") == (
        first.method, first.target, first.headers["authorization"],
    )  # fmt: skip
    assert first == second


def test_zulip_gets_a_form() -> None:
    """With the bot's address and key as user and password."""
    with chat_server() as server:
        path = "/api/v1/messages?email=bot@example.org&key=SECRET&to=papers&topic=new+papers"
        chat.send(request(server, "zulip", path), lambda: None)
    (post,) = server.posts
    assert "/api/v1/messages" == post.target
    assert {"type": "stream", "to": "papers", "topic": "new papers", **FIELDS} == post.form
    user = base64.b64decode(post.headers["authorization"].removeprefix("Basic "))
    assert b"bot@example.org:SECRET" == user


def test_ntfy_gets_the_topic_in_the_body() -> None:
    """The address is the one that the service shows; a token is optional."""
    with chat_server() as server:
        chat.send(request(server, "ntfy", "/my-topic"), lambda: None)
        chat.send(request(server, "ntfy", "/my-topic?token=tk_1"), lambda: None)
    bare, signed = server.posts
    assert ("/", {"topic": "my-topic", **FIELDS}) == (bare.target, bare.fields)
    assert "authorization" not in bare.headers
    assert ("/", "Bearer tk_1") == (signed.target, signed.headers["authorization"])


def test_discord_says_whether_it_kept_the_post() -> None:
    """It does so only if asked; what the address holds otherwise stays."""
    with chat_server() as server:
        chat.send(request(server, "discord", "/api/webhooks/1/x?thread_id=7"), lambda: None)
    assert "/api/webhooks/1/x?thread_id=7&wait=true" == server.posts[0].target


@pytest.mark.parametrize(
    ("kind", "path", "says"),
    [
        ("telegram", "bot1/sendMessage", "holds no chat_id (end it with ?chat_id=...)"),
        ("matrix", "room?access_token=", "holds no access_token"),
        ("zulip", "messages?email=a&key=b&to=c", "holds no topic (end it with ?email=...&key=..."),
        ("ntfy", "", "ends with no topic (write it like https://ntfy.example.org/my-topic)"),
        ("ntfy", "two/parts", "ends with no topic"),
        ("slack", "with a blank", "holds no web address"),
    ],
)
def test_an_address_without_what_its_service_needs_is_refused(
    kind: ChatKind, path: str, says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With a remedy, and without showing it."""
    monkeypatch.setenv("LAB", f"https://host.example/{path}")
    with pytest.raises(SettingsError) as caught:
        chat.read_address(tmp_path, "lab", kind, "env:LAB")
    assert str(caught.value).startswith(f"chat.lab: url: env:LAB {says}")
    assert "host" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("telegram", "bot1/sendMessage?chat_id=1"), ("matrix", "room?access_token=a"),
        ("zulip", "messages?email=a&key=b&to=c&topic=d"), ("ntfy", "topic"), ("ntfy", "topic/"),
        ("slack", ""), ("webhook", "any/path?a=b"),
    ],
)  # fmt: skip
def test_an_address_that_has_all_is_returned(
    kind: ChatKind, path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As it is."""
    monkeypatch.setenv("LAB", f"https://host.example/{path}")
    found = chat.read_address(tmp_path, "lab", kind, "env:LAB")
    assert f"https://host.example/{path}" == found


def test_an_encrypted_address_with_a_bad_certificate_gets_nothing() -> None:
    """No byte of the post leaves."""
    marks: list[int] = []
    with raw_server(GOOD) as server:
        url = server.url("/x").replace("http:", "https:")
        made = chat.make_request("slack", url, FIELDS, "t")
        result = chat.send(made, lambda: marks.append(1), HURRIED)
    assert ([], "deferred") == (marks, result.state)


def test_the_client_is_imported_for_a_post_only() -> None:
    """A run without channels must not pay for TLS."""
    code = (
        "import sys; from digest.delivery import chat;"
        " print([name for name in sys.modules if name in {'urllib3', 'ssl', 'digest.http_client'}])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "[]\n" == result.stdout
