"""A request as a test server logged it, the connection it came on, and answers to it."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

HEAD = 65_536  # bytes of a head, at most


def header_fields(lines: Iterable[str]) -> dict[str, str]:
    """Return header fields by lower-case name."""
    pairs = (line.partition(":") for line in lines)
    return {name.lower(): value.strip() for name, _, value in pairs}


class Asked(NamedTuple):
    """A request as the server logged it, and the status and headers of the answer."""

    moment: float  # seconds at which the connection came, on the server's clock
    host: str  # as the client names it, without a port
    method: str
    path: str  # with the query
    headers: dict[str, str]  # by lower-case name
    is_tls: bool = False
    body: bytes = b""
    status: int = 0  # 0: not an answer of HTTP
    given: dict[str, str] | None = None  # headers of the answer, by lower-case name

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query; the first of each name."""
        parameters = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: values[0] for name, values in parameters.items()}

    @property
    def is_conditional(self) -> bool:
        """Whether it names a validator."""
        return bool({"if-none-match", "if-modified-since"} & set(self.headers))


class Wire:
    """The server's side of one connection."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self.connection, self.stopped = connection, stopped
        self.head = b""

    def send(self, data: bytes) -> None:
        """Send all of the data; a client that has left does not matter."""
        self.head = self.head or data.partition(b"\r\n\r\n")[0]
        with contextlib.suppress(OSError):
            self.connection.sendall(data)

    def log(self, asked: Asked) -> Asked:
        """Return the request with the status and headers that were sent."""
        first, *lines = self.head[:HEAD].decode("latin-1").split("\r\n")
        found = re.match(r"HTTP/1\.1 (\d{3}) ", first)
        if not found:
            return asked
        return asked._replace(status=int(found[1]), given=header_fields(lines))

    def trickle(self, data: bytes, pause: float = 0.05) -> None:
        """Send the data a byte at a time, until the client leaves or the server stops."""
        for place in range(len(data)):
            try:
                self.connection.sendall(data[place : place + 1])
            except OSError:
                return
            if self.stopped.wait(pause):
                return

    def pour(self, piece: bytes, most: int = 1 << 30) -> None:
        """Send the piece again and again, until the client leaves or ``most`` bytes were sent."""
        sent = 0
        with contextlib.suppress(OSError):
            while sent < most and not self.stopped.is_set():
                self.connection.sendall(piece)
                sent += len(piece)

    def hang(self) -> None:
        """Say nothing more until the client leaves or the server stops."""
        self.connection.settimeout(0.05)
        while not self.stopped.is_set():
            try:
                if not self.connection.recv(4096):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def reset(self) -> None:
        """End the connection with a reset in place of a proper end."""
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Act = Callable[[Wire, Asked], None]
Greeting = Callable[[Wire], None]  # in place of everything, before a byte is read


def head(status: int, headers: Sequence[tuple[str, object]] = ()) -> bytes:
    """Return the head of an answer."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Something"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def reply(
    status: int = 200,
    body: bytes = b"",
    kind: str = "text/plain",
    headers: Sequence[tuple[str, object]] = (),
) -> Act:
    """Return the act that gives a proper answer."""
    has_body = status not in (204, 304)
    about = [("Content-Type", kind), ("Content-Length", len(body))] if has_body else []

    def act(wire: Wire, asked: Asked) -> None:
        wire.send(head(status, [*about, *headers, ("Connection", "close")]))
        if has_body and asked.method != "HEAD":
            wire.send(body)

    return act
