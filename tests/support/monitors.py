"""A monitor on loopback: a real HTTP server that remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request: its method, path and body."""

    method: str
    path: str
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class Monitor:
    """What it answers with, and what it was asked; ``status`` 0 never answers."""

    def __init__(self, status: int) -> None:
        self.status, self.asked, self.gone = status, list[Asked](), threading.Event()
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b"")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body: bytes) -> None:
                monitor.asked.append(Asked(self.command, self.path, body))
                if not monitor.status:
                    monitor.gone.wait()
                    return
                self.send_response(monitor.status)
                if monitor.status // 100 == 3:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def url(self, path: str) -> str:
        """An address of this server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order: method and path."""
        return [f"{one.method} {one.path}" for one in self.asked]

    def start(self) -> None:
        """From now on it answers."""
        self._thread.start()

    def stop(self) -> None:
        """Lets go of whoever still waits."""
        self.gone.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def monitor(status: int = 200) -> Iterator[Monitor]:
    """A monitor for as long as the block lasts."""
    found = Monitor(status)
    found.start()
    try:
        yield found
    finally:
        found.stop()
