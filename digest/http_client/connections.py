"""One connection for one request, to addresses that were checked, within a time limit."""

from __future__ import annotations

import functools
import http.client
import io
import logging
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from digest.http_client.addresses import WebAddress
from digest.http_client.deadline import Deadline
from digest.http_client.proxies import Proxy

if TYPE_CHECKING:
    import ssl

# Its warnings about headers quote the address, which may hold a secret.
logging.getLogger("urllib3.connection").disabled = True

_BUFFER = 1 << 16
_OVERHEAD = 8 << 20  # bytes of headers and of the sizes of chunks, beside those of the body


class AnswerTooLong(Exception):
    """More bytes came than an answer may have."""


class NoConnection(TimeoutError):
    """No connection was made in time."""


class Bounds(NamedTuple):
    """The limits of one request: its end, the seconds to connect and of silence, the body."""

    deadline: Deadline
    connect: float
    silence: float
    most_bytes: int


class Route(NamedTuple):
    """The way to a host: its addresses, or those of the proxy."""

    address: WebAddress
    peers: Sequence[tuple[str, int]]
    proxy: Proxy | None = None


class HttpMessage(NamedTuple):
    """The method of a request and its body.

    ``before_end`` is called when all but the last byte of the body was handed to the connection,
    so that nobody can have acted on the request before.
    """

    method: str
    body: bytes | None = None
    before_end: Callable[[], object] | None = None

    @property
    def pieces(self) -> bytes | Iterable[bytes] | None:
        """The body as it is sent: in one piece, or in two with the call between them."""
        if self.body is None or self.before_end is None:
            return self.body
        return self._pieces(self.body, self.before_end)

    def _pieces(self, body: bytes, before_end: Callable[[], object]) -> Iterator[bytes]:
        yield body[:-1]
        before_end()
        yield body[-1:]


@contextmanager
def open_response(
    route: Route,
    headers: dict[str, str],
    message: HttpMessage,
    bounds: Bounds,
    tls: Callable[[], ssl.SSLContext],
) -> Iterator[HTTPResponse]:
    """Send a request and return the answer, of which only the headers were read.

    Raises what urllib3, http.client, ssl and socket raise, and `AnswerTooLong`.
    """
    connection = _connection(route, bounds, tls)
    address, proxy = route.address, route.proxy
    target = address.target
    if proxy and address.scheme == "https":
        connection.set_tunnel(address.host, address.port, proxy.headers)
    elif proxy:
        target, headers = address.url, {**headers, **proxy.headers}
    try:
        try:
            connection.connect()
        except TimeoutError as error:
            raise NoConnection from error
        connection.timeout = bounds.deadline.left(bounds.silence)
        if message.body is not None and message.before_end is not None:
            headers = {**headers, "Content-Length": str(len(message.body))}
        connection.request(
            message.method,
            target,
            message.pieces,
            headers,
            preload_content=False,
            decode_content=False,
        )
        response = connection.getresponse()
        try:
            yield response
        finally:
            response.close()
    finally:
        connection.close()


def _connection(route: Route, bounds: Bounds, tls: Callable[[], ssl.SSLContext]) -> HTTPConnection:
    address, proxy = route.address, route.proxy
    host, port = (proxy.host, proxy.port) if proxy else (address.host, address.port)
    connect = functools.partial(_connect, route.peers, bounds)
    connection: _Plain | _Secure
    if address.scheme == "https":
        connection = _Secure(host, port, ssl_context=tls())
        connection.deadline = bounds.deadline
    else:
        connection = _Plain(host, port)
    connection.connect_socket = connect
    connection.response_class = functools.partial(_BoundedResponse, bounds=bounds)
    return connection


class _Plain(HTTPConnection):
    """A connection whose socket ``connect_socket`` makes, so that no name is resolved again."""

    connect_socket: Callable[[], socket.socket]
    response_class: Any

    def _new_conn(self) -> socket.socket:
        return self.connect_socket()


class _Secure(HTTPSConnection):
    """As `_Plain`, with TLS."""

    connect_socket: Callable[[], socket.socket]
    response_class: Any
    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        return self.connect_socket()

    def _tunnel(self) -> None:
        super()._tunnel()
        self.sock.settimeout(self.deadline.left())  # for the TLS handshake


def _connect(peers: Sequence[tuple[str, int]], bounds: Bounds) -> socket.socket:
    """Connect to the first address that answers.

    The socket keeps the rest of the time as its time limit, which holds for the TLS handshake.
    """
    limit = Deadline(bounds.deadline.left(bounds.connect))
    failure: OSError = NoConnection()
    for place, (ip, port) in enumerate(peers):
        try:
            # A share of what is left, so that a first address that is dead leaves time for others.
            share = limit.left() / (len(peers) - place)
            connected = socket.create_connection((ip, port), share)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected.settimeout(limit.left())
        except TimeoutError:
            failure = NoConnection()
        except OSError as error:
            failure = error
        else:
            return connected
    raise failure


class _BoundedResponse(http.client.HTTPResponse):
    """Reads status, headers and body within `Bounds`, also the answer of a proxy to CONNECT."""

    def __init__(self, sock: socket.socket, *args: Any, bounds: Bounds, **more: Any) -> None:
        super().__init__(_BoundedSocket(sock, bounds), *args, **more)  # type: ignore[arg-type]


class _BoundedSocket:
    """What `http.client.HTTPResponse` wants of a socket: a file to read from."""

    def __init__(self, sock: socket.socket, bounds: Bounds) -> None:
        self._sock, self._bounds = sock, bounds

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock, self._bounds), _BUFFER)


class _BoundedReader(io.RawIOBase):
    """Reads from a socket until the time or the number of bytes is over.

    A socket's own time limit begins anew with every byte, so that a slow sender could keep it
    for ever.
    """

    def __init__(self, sock: socket.socket, bounds: Bounds) -> None:
        self._sock, self._bounds = sock, bounds
        self._file = sock.makefile("rb", buffering=0)
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._bounds.deadline.left(self._bounds.silence))
        count = self._file.readinto(buffer) or 0
        self._bytes += count
        if self._bytes > self._bounds.most_bytes + _OVERHEAD:
            raise AnswerTooLong
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
