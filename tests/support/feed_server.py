"""A server on the loopback interface that is a source: it answers paths with what a test gives."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.support.folders import Folder, paper

CONTACT = "editor@example.org"


class NamelessServer(ThreadingHTTPServer):
    """A server that does not look up the name of the machine it listens on."""

    def server_bind(self) -> None:
        """Bind as any server of TCP does."""
        socketserver.TCPServer.server_bind(self)


class Asked(NamedTuple):
    """A request: its path, and the validator it came with."""

    path: str
    etag: str | None


class Reply(NamedTuple):
    """What a path answers: a status, a body, and headers besides its length."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class FeedServer:
    """Answers with ``replies`` by path, else 404. ``asked`` are the requests so far.

    A reply with an ETag that the request names is answered 304. While ``gate`` is not set, nothing
    is answered, or none of the paths in ``held`` if there are any. It listens on every address of
    the interface.
    """

    def __init__(self) -> None:
        self.replies, self.asked = dict[str, Reply](), list[Asked]()
        self.held, self.gate = set[str](), threading.Event()
        self.gate.set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                etag = self.headers["If-None-Match"]
                server.asked.append(Asked(self.path, etag))
                if not server.held or self.path in server.held:
                    server.gate.wait(60)
                reply = server.replies.get(self.path, Reply(404))
                if etag and ("ETag", etag) in reply.headers:
                    reply = Reply(304, b"", reply.headers)
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                """Write no log."""

        self._server = NamelessServer(("", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return an address of this server."""
        return f"http://{host}:{self.port}{path}"

    def feed(self, path: str, numbers: Iterable[int], *, etag: bool = True) -> None:
        """Answer a path with a feed of invented papers from now on."""
        body = atom(numbers)
        headers = (("Content-Type", "application/atom+xml"),)
        mark = (("ETag", f'"{hash(body):x}"'),) if etag else ()
        self.replies[path] = Reply(200, body, (*headers, *mark))

    def start(self) -> None:
        """Start to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and let go whoever still waits."""
        self.gate.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """Run a source during the block."""
    server = FeedServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def atom(numbers: Iterable[int]) -> bytes:
    """Return an Atom feed of the invented papers with these numbers."""
    entries = "".join(
        f"<entry><id>https://arxiv.org/abs/2611.{new.number:05}</id><title>{new.title}</title>"
        f'<link href="https://arxiv.org/abs/2611.{new.number:05}"/>'
        f"<summary>{new.abstract}</summary>"
        "<updated>2026-11-20T08:00:00Z</updated></entry>"
        for new in map(paper, numbers)
    )
    head = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>'
    return f"{head}<id>https://example.org/</id>{entries}</feed>".encode()


def configuration(*sources: str, fetch: str = "") -> str:
    """Return a configuration with these tables of sources, which may be on loopback."""
    head = f'[fetch]\ncontact = "{CONTACT}"\nprivate = ["127.0.0.0/8"]\n{fetch}\n'
    return head + "".join(f"[[source]]\n{source}\n" for source in sources)


def state(folder: Folder) -> dict[str, Any]:
    """Return what a folder remembers of its sources."""
    content: dict[str, Any] = json.loads((folder.root / "state" / "fetch.json").read_bytes())
    return content


def remember(folder: Folder, content: dict[str, Any]) -> None:
    """Put another state in its place."""
    (folder.root / "state" / "fetch.json").write_text(json.dumps(content))


def forget_pauses(folder: Folder) -> None:
    """Let the hosts be asked at once, so that no test waits."""
    if (folder.root / "state" / "fetch.json").exists():
        remember(folder, state(folder) | {"not_before": {}})


def feed_source(name: str, url: str, more: str = "") -> str:
    """Return the table of a source that is a feed."""
    return f'name = "{name}"\nkind = "feed"\nurl = "{url}"\n{more}'
