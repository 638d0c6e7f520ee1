"""A server on the loopback interface that answers with exactly the bytes a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answerer = Callable[[socket.socket, bytes], object]


class RawServer:
    """Accepts connections one after the other and lets ``answer`` write to each.

    ``answer`` gets the connection and the head of the request. ``heads`` are those of all
    requests so far. With ``tls`` the connection is encrypted. ``stopped`` is set at the end, for
    answers that wait.
    """

    def __init__(
        self,
        answer: Answerer,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.heads, self.stopped = list[str](), threading.Event()
        self._answer, self._tls = answer, tls
        self._listening = socket.create_server((host, port), family=family)
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return an address of this server."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    @property
    def lines(self) -> list[str]:
        """The first line of each request."""
        return [head.partition("\r\n")[0] for head in self.heads]

    def _serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            # What the client breaks off is what many tests are about.
            with suppress(OSError):
                self._handle(connection)
            connection.close()

    def _handle(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        if self.stopped.is_set():
            return
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
        with connection:
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(65536)):
                head += piece
            if head:
                self.heads.append(head.decode("latin-1"))
                self._answer(connection, head)

    def drip(self, connection: socket.socket, data: bytes, pause: float = 0.05) -> None:
        """Send the bytes one by one, as long as anybody listens."""
        for place in range(len(data)):
            if self.stopped.wait(pause):
                return
            connection.sendall(data[place : place + 1])

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self.stopped.set()
        # Closing alone does not wake a thread that waits in `accept`.
        family = self._listening.family
        with suppress(OSError), socket.socket(family) as waker:
            waker.connect(self._listening.getsockname()[:2])
        self._thread.join()
        self._listening.close()


@contextmanager
def raw_server(
    answer: Answerer | bytes, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[RawServer]:
    """Run a server during the block. Bytes are sent as they are to every client."""
    data = answer
    answerer = (lambda conn, _: conn.sendall(data)) if isinstance(data, bytes) else data
    server = RawServer(answerer, tls, host)
    try:
        yield server
    finally:
        server.stop()


def http_answer(body: bytes = b"hello", *headers: str, status: int = 200) -> bytes:
    """Return an answer with its length and these header lines."""
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
