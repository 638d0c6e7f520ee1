"""An HTTP and HTTPS server on the loopback interface that the tests ask in place of real sources.

It answers TLS and plain HTTP on one port, for any host name, and logs every request. What it
answers is a function from a request to an `Act`, which writes to the connection what it likes:
a proper answer (`reply`), or one of the misbehaviours in `tests.support.misbehaviours`.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.support.wires import HEAD, Act, Asked, Greeting, Wire, header_fields

LOOPBACK = ("127.0.0.1", "::1")
HANDSHAKE = 0x16  # the first byte of a TLS connection
TEN = 10.0  # seconds that a silent client may keep a thread


class SourceServer:
    """A server that answers each request with the act that ``answer`` returns for it.

    ``asked`` is the log. ``greet``, if given, takes a new connection before anything is read;
    ``clock`` gives the moments of the log.
    """

    def __init__(
        self,
        answer: Callable[[Asked], Act],
        *,
        tls: ssl.SSLContext | None = None,
        greet: Greeting | None = None,
        clock: Callable[[], float] = time.monotonic,
        addresses: Sequence[str] = LOOPBACK,
        ports: Sequence[int] = (0,),
    ) -> None:
        self.answer, self.tls, self.greet, self.clock = answer, tls, greet, clock
        self.asked, self.stopped = list[Asked](), threading.Event()
        self.connections = 0
        self._lock, self._threads = threading.Lock(), list[threading.Thread]()
        self._listeners = [one for port in ports for one in _listeners(addresses, port)]
        self.port: int = self._listeners[0].getsockname()[1]

    def __enter__(self) -> Self:
        """Start to answer."""
        for listener in self._listeners:
            self._run(self._accept, listener)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, and wait until no connection is left."""
        self.stopped.set()
        for thread in self._threads:
            thread.join()
        for listener in self._listeners:
            listener.close()

    def _run(self, work: Callable[[socket.socket], None], with_socket: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(with_socket,), daemon=True)
        with self._lock:
            self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        listener.settimeout(0.02)
        while not self.stopped.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            self._run(functools.partial(self._serve, self.clock()), connection)

    def _serve(self, moment: float, connection: socket.socket) -> None:
        connection.settimeout(TEN)
        with connection, contextlib.suppress(OSError, ValueError):
            if self.greet:
                self.greet(Wire(connection, self.stopped))
                return
            is_tls = connection.recv(1, socket.MSG_PEEK) == bytes([HANDSHAKE])
            if not is_tls:
                self._talk(moment, connection)
                return
            context = self.tls or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with context.wrap_socket(connection, server_side=True) as wrapped:
                self._talk(moment, wrapped)

    def _talk(self, moment: float, connection: socket.socket) -> None:
        asked = _read(connection, moment)
        with self._lock:
            place = len(self.asked)
            self.asked.append(asked)
        wire = Wire(connection, self.stopped)
        try:
            self.answer(asked)(wire, asked)
        finally:
            self.asked[place] = wire.log(asked)


def _listeners(addresses: Sequence[str], port: int) -> Iterator[socket.socket]:
    """Yield a listening socket for each address, all on one port."""
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.create_server((address, port), family=family, backlog=64)
        port = listener.getsockname()[1]
        yield listener


def _read(connection: socket.socket, moment: float) -> Asked:
    """Read one request; raise `ValueError` if it is none."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(4096)
        data += piece
        if not piece or len(data) > HEAD:
            raise ValueError("not a request")
    start, _, body = data.partition(b"\r\n\r\n")
    first, *lines = start.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = header_fields(lines)
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(4096)
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    is_tls = isinstance(connection, ssl.SSLSocket)
    return Asked(moment, host, method, path, headers, is_tls, body)
