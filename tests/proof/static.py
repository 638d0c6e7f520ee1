"""Run a web server for files on the loopback interface, which can change HTML pages on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Alter = Callable[[bytes], bytes]


class Server(ThreadingHTTPServer):
    """Serves ``folder``, which may be replaced at any time; ``alter`` changes each HTML page."""

    daemon_threads = True
    folder: Path
    alter: Alter | None = None

    @property
    def url(self) -> str:
        """The address of the folder, with a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Files(SimpleHTTPRequestHandler):
    server: Server

    def __init__(self, request: Any, address: Any, server: Server) -> None:
        super().__init__(request, address, server, directory=str(server.folder))

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        if self.server.alter and file.suffix == ".html" and file.is_file():
            body = self.server.alter(file.read_bytes())
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Write no log: the clients report failed requests themselves."""


@contextmanager
def serving(folder: Path, alter: Alter | None = None) -> Iterator[Server]:
    """Serve ``folder`` at a free port during the block."""
    server = Server(("127.0.0.1", 0), _Files)
    server.folder, server.alter = folder, alter
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
