"""A chat service on the loopback interface: it reads whole requests, and answers as told."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from tests.support.raw_server import http_answer

GOOD = http_answer(b"ok")
PATIENCE = 10  # seconds, which no test waits


class Posted(NamedTuple):
    """A request that arrived whole. ``headers`` have lower-case names."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class ChatServer:
    """Answers each request with the next of ``answers``, and the last one again and again.

    An empty answer leaves the client waiting. With ``most`` a connection is reset after so many
    bytes of it. ``posts`` are the whole requests, ``arrived`` counts the bytes of bodies.
    """

    def __init__(self, *answers: bytes, most: int | None = None) -> None:
        self.posts, self.arrived = list[Posted](), 0
        self.stopped = threading.Event()
        self._changed, self._connected = threading.Condition(), threading.Event()
        self._reading = threading.Event()
        self._reading.set()
        self._answers, self._most = list(answers) or [GOOD], most
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, path: str = "/hook/SECRETPART") -> str:
        """Return an address of this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_for(self, arrived: int) -> None:
        """Wait until so many bytes of bodies have arrived."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.arrived >= arrived, PATIENCE)

    def wait_for_posts(self, number: int) -> None:
        """Wait until so many requests have arrived whole."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.posts) >= number, PATIENCE)

    def wait_for_connection(self) -> None:
        """Wait until a client has connected."""
        assert self._connected.wait(PATIENCE)

    def read_nothing(self) -> None:
        """From now on accept connections, and read nothing of them until `read_again`."""
        self._reading.clear()

    def read_again(self) -> None:
        """Read what the connections hold."""
        self._reading.set()

    def _serve(self) -> None:
        while not self.stopped.is_set():
            with suppress(OSError):
                connection, _ = self._listening.accept()
                with connection:
                    self._handle(connection)

    def _handle(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        if self.stopped.is_set():
            return
        self._connected.set()
        self._reading.wait(PATIENCE)
        data, wanted = b"", None
        while wanted is None or len(data) < wanted or self._most is not None:
            if self._most is not None and len(data) >= self._most:
                # Closed with a reset, which the client sees at once.
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            size = 65_536 if self._most is None else self._most - len(data)
            if not (piece := connection.recv(size)):
                return
            data += piece
            wanted = self._note(data)
        with self._changed:
            self.posts.append(_posted(data))
            self._changed.notify_all()
        answer = self._answers[min(len(self.posts), len(self._answers)) - 1]
        if answer:
            connection.sendall(answer)
        else:
            connection.recv(1)  # until the client goes

    def _note(self, data: bytes) -> int | None:
        """Count what arrived of a body; return how long the request is, once it is known."""
        head, end, body = data.partition(b"\r\n\r\n")
        if not end:
            return None
        with self._changed:
            self.arrived = len(body)
            self._changed.notify_all()
        fields = head.decode("latin-1").lower().split("\r\n")
        length = next(line for line in fields if line.startswith("content-length:"))
        return len(head) + 4 + int(length.partition(":")[2])

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self.stopped.set()
        with suppress(OSError), socket.socket() as waker:
            waker.connect(self._listening.getsockname())
        self._thread.join()
        self._listening.close()


def _posted(data: bytes) -> Posted:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return Posted(method, target, {name.lower(): value.strip() for name, _, value in pairs}, body)


@contextmanager
def chat_server(*answers: bytes, most: int | None = None) -> Iterator[ChatServer]:
    """Run a chat service during the block."""
    server = ChatServer(*answers, most=most)
    try:
        yield server
    finally:
        server.stop()
