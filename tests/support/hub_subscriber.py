"""A WebSub subscriber on the loopback interface: it comes, renews, lies or disappears as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class HubContent(NamedTuple):
    """Content that was sent to a subscriber. ``headers`` have lower-case names."""

    path: str
    headers: dict[str, str]
    body: bytes


class HubSubscriber(ThreadingHTTPServer):
    """Answers questions of a hub by the challenge, or by ``echo`` if that is given.

    ``asked`` are the queries of these questions, which are answered by ``asked_status`` once
    ``while_asked`` was called; ``denied`` are those of denials. ``contents`` is what was sent,
    which is answered by the next of ``statuses``, else by ``status``, and not at all while
    ``is_silent``. ``of_path`` are statuses for the questions and content of single paths.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, str]] = []
        self.denied: list[dict[str, str]] = []
        self.contents: list[HubContent] = []
        self.echo: bytes | None = None
        self.asked_status, self.status = 200, 202
        self.statuses: list[int] = []
        self.of_path: dict[str, int] = {}
        self.while_asked: Callable[[], object] = lambda: None
        self.is_silent = False
        self.end = threading.Event()

    def url(self, path: str = "/callback") -> str:
        """Return an address of this subscriber."""
        return f"http://127.0.0.1:{self.server_port}{path}"

    def paths(self) -> list[str]:
        """Return the paths that content was sent to, in order, and forget what was sent."""
        contents, self.contents = self.contents, []
        return sorted(content.path for content in contents)


class _Handler(BaseHTTPRequestHandler):
    server: HubSubscriber

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        query["path"] = urlsplit(self.path).path
        if query.get("hub.mode") == "denied":
            self.server.denied.append(query)
            self._answer(200, b"")
            return
        self.server.asked.append(query)
        self.server.while_asked()
        challenge = query.get("hub.challenge", "").encode()
        status = self.server.of_path.get(query["path"], self.server.asked_status)
        self._answer(status, challenge if self.server.echo is None else self.server.echo)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # the sender was killed before the end
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.contents.append(HubContent(self.path, headers, body))
        if self.server.is_silent:
            self.server.end.wait(60)
            self.close_connection = True
            return
        statuses = self.server.statuses
        status = statuses.pop(0) if statuses else self.server.status
        self._answer(self.server.of_path.get(self.path, status), b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        with suppress(ConnectionError):  # who asked was killed
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no log: the tests look at what was received."""


@contextmanager
def hub_subscriber() -> Iterator[HubSubscriber]:
    """Run a subscriber for the block."""
    with HubSubscriber() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.end.set()
            server.shutdown()
            thread.join()
