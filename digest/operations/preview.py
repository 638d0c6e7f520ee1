"""Serve the output folder on the loopback interface, for a look at the pages (``digest preview``).

Other machines cannot reach it. It is no web server for readers: see docs/guides/daily.md.
"""

from __future__ import annotations

import shutil
import socketserver
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from digest.operations.serving.output_files import find_file
from digest.operations.serving.stop_signal import StopSignal
from digest.render.media_types import media_type

_HOST = "127.0.0.1"
_OWN_NAMES = frozenset({_HOST, "localhost", None})  # None: an HTTP/1.0 client that names no host
_TIMEOUT = 30  # seconds until a connection without a request is closed
_WAIT = 3600.0  # seconds; only how often the wait for a signal begins anew


class PreviewServer(socketserver.ThreadingTCPServer):
    """A server of the files below one folder, bound to 127.0.0.1 when it is made.

    ``port`` 0 takes any free port. Raises `OSError` if the port cannot be used.
    """

    # Not of `HTTPServer`, which looks up the name of the machine first. That may take long.
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, output: Path, port: int) -> None:
        self.output = output.resolve()
        super().__init__((_HOST, port), _Handler)

    @property
    def address(self) -> str:
        """The address of the front page."""
        return f"http://{_HOST}:{self.server_address[1]}/"

    def serve_until_stopped(self, announce: Callable[[], object]) -> None:
        """Answer requests until SIGTERM or SIGINT. Must be called in the main thread.

        ``announce`` is called when requests are answered.
        """
        with StopSignal() as stop:
            threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
            announce()
            while not stop.wait(_WAIT):
                pass
            self.shutdown()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the traceback of a fault, but none for a browser that closed its connection."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    server_version, sys_version = "papers-digest", ""
    timeout = _TIMEOUT

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        if not _is_own_name(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        found = find_file(self.server.output, unquote(self.path.partition("?")[0]))
        if found is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif found.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"/{quote(found)}")
            self.end_headers()
        else:
            self._send_file(found, with_body=with_body)

    def _send_file(self, path: str, *, with_body: bool) -> None:
        with (self.server.output / path).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", media_type(path))
            self.send_header("Content-Length", str(size))
            self.send_header("Cache-Control", "no-store")  # the next run writes other pages
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            if with_body:
                shutil.copyfileobj(file, self.wfile)

    def log_message(self, *_: object) -> None:
        """Print nothing: the browser shows what was answered."""


def _is_own_name(host: str) -> bool:
    # A page of another site may reach this server under a name of its own (DNS rebinding).
    try:
        return urlsplit(f"//{host}").hostname in _OWN_NAMES
    except ValueError:  # a bracket without its pair
        return False
