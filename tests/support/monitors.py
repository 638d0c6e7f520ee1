"""Run a monitor on the loopback interface: a real HTTP server that records its requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Request(NamedTuple):
    """A recorded request."""

    method: str
    path: str
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body, decoded as JSON."""
        content: dict[str, Any] = json.loads(self.body)
        return content


class Monitor:
    """A server that answers every request with ``status``, or never if that is 0.

    ``asked`` are the requests so far. A redirect leads to another path of the same server.
    No request is answered before ``together`` of them have arrived.
    """

    def __init__(self, status: int, together: int) -> None:
        self.status, self.asked, self.stopped = status, list[Request](), threading.Event()
        self._all_arrived = threading.Barrier(together)
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b"")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body: bytes) -> None:
                monitor.asked.append(Request(self.command, self.path, body))
                if not monitor.status:
                    monitor.stopped.wait()
                    return
                monitor._all_arrived.wait()
                self.send_response(monitor.status)
                if monitor.status // 100 == 3:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Write no log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def url(self, path: str) -> str:
        """Return an address of this server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    @property
    def paths(self) -> list[str]:
        """The method and path of each request, in order."""
        return [f"{request.method} {request.path}" for request in self.asked]

    def start(self) -> None:
        """Start to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and drop the clients that are still waiting."""
        self.stopped.set()
        self._all_arrived.abort()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def monitor(status: int = 200, together: int = 1) -> Iterator[Monitor]:
    """Run a monitor during the block."""
    server = Monitor(status, together)
    server.start()
    try:
        yield server
    finally:
        server.stop()
