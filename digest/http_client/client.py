"""Ask for one address over HTTP, within limits, and give the whole answer or a reason."""

from __future__ import annotations

import functools
import itertools
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from digest.errors import FetchError
from digest.http_client import addresses, redirects
from digest.http_client.addresses import Private, WebAddress
from digest.http_client.connections import (
    AnswerTooLong,
    Bounds,
    HttpMessage,
    NoConnection,
    Route,
    open_response,
)
from digest.http_client.deadline import Deadline
from digest.http_client.failures import as_fetch_error
from digest.http_client.proxies import proxy_for
from digest.http_client.resolving import Resolve, resolve_within, system_resolve
from digest.http_client.unpacking import unpack
from digest.http_client.waits import stated_wait
from digest.model.fetching import Answer, Request

if TYPE_CHECKING:
    from urllib3.response import HTTPResponse

_OK, _NOT_MODIFIED = 200, 304
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_VALIDATORS = frozenset({"if-none-match", "if-modified-since"})
_PIECE = 1 << 16
_MIB = 1 << 20
_REDIRECTS = 3  # followed at most


class Times(NamedTuple):
    """The seconds that a request may take to connect, in silence, and in all."""

    connect: float = 10.0
    silence: float = 20.0
    total: float = 120.0


class Client:
    """Asks over HTTP for an operator who is named in ``identity``, the User-Agent.

    Follows three redirects of a GET, and checks each like a first address. Only public
    addresses are asked, and those of the hosts and networks in ``private``. Behind a proxy that
    the environment names the proxy checks addresses. Does not retry and does not pause.

    ``before_redirect`` is called with the host of each redirect, before it is followed.
    ``clock`` gives the seconds since 1970, to read dates in `Retry-After`.
    """

    def __init__(
        self,
        identity: str,
        *,
        answer_mb: int = 32,
        private: Sequence[str] = (),
        resolve: Resolve = system_resolve,
        times: Times = Times(),  # noqa: B008 - a constant
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.before_redirect: Callable[[str], object] = lambda _: None
        self._identity, self._times, self._clock = identity, times, clock
        self._most_bytes = answer_mb * _MIB
        self._private, self._resolve = Private(private), resolve
        self._tls = functools.cache(ssl.create_default_context)  # reads many certificates

    def ask(self, request: Request, seconds: float) -> Answer:
        """Return the whole answer with the status 200, or 304 if the request has a validator.

        Takes at most ``seconds``, and 120 at most. Raises `FetchError` for any other answer, for
        an empty or damaged one, and for one that is larger than ``answer_mb``.
        """
        bounds = self._bounds(seconds)
        at = first = addresses.parse(request.url)
        is_permanent = True
        for hop in range(_REDIRECTS + 1):
            if hop:
                self.before_redirect(at.host)
            with self._open(request, at, bounds) as response:
                if response.status not in redirects.STATUSES:
                    body = self._body(response, request, at)
                    headers = _headers(response)
                    moved = bool(hop) and is_permanent
                    return Answer(response.status, headers, body, at.url, moved)
                location = response.headers.get("location")
                is_permanent = is_permanent and response.status in redirects.PERMANENT
            if hop < _REDIRECTS:
                request, at = redirects.follow(request, at, first, location)
        raise FetchError(f"{first.host}: more than {_REDIRECTS} redirects")

    def send(self, request: Request, seconds: float) -> int:
        """Return the status of the answer, and do not read what follows it.

        Follows no redirect. Raises `FetchError` if there is no answer within ``seconds``.
        """
        at = addresses.parse(request.url)
        with self._open(request, at, self._bounds(seconds)) as response:
            return int(response.status)

    def post(self, request: Request, seconds: float, before_end: Callable[[], object]) -> Answer:
        """Send a request once, and return the answer, whatever its status.

        ``before_end`` is called right before the last byte of the body is sent, if there is one:
        until then the server cannot act on the request. Follows no redirect. The answer's body is
        empty if it cannot be read whole: what the status says stands. Raises `FetchError` if there
        is no answer within ``seconds``, and what ``before_end`` raises as a `FetchError` too.
        """
        at = addresses.parse(request.url)
        with self._open(request, at, self._bounds(seconds), before_end) as response:
            try:
                body = self._unpacked(response, at)
            except Exception:  # noqa: BLE001 - of no consequence, as the docstring says
                body = b""
            return Answer(response.status, _headers(response), body, at.url)

    def stated_wait(self, answer: Answer) -> float | None:
        """Return the seconds that an answer's headers ask to wait, or None."""
        return stated_wait(answer.status, answer.headers, self._clock())

    def _bounds(self, seconds: float) -> Bounds:
        connect, silence, total = self._times
        deadline = Deadline(min(seconds, total))
        return Bounds(deadline, connect, silence, self._most_bytes)

    @contextmanager
    def _open(
        self,
        request: Request,
        at: WebAddress,
        bounds: Bounds,
        before_end: Callable[[], object] | None = None,
    ) -> Iterator[HTTPResponse]:
        """Send a request to an address. Raises `FetchError` for all that goes wrong meanwhile."""
        headers = {
            "User-Agent": self._identity,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **dict(request.headers),
        }
        try:
            _check_headers(headers, at.host)
            route = self._route(at, bounds)
            method = request.method or ("GET" if request.body is None else "POST")
            message = HttpMessage(method, request.body, before_end)
            with open_response(route, headers, message, bounds, self._tls) as response:
                yield response
        except Exception as error:
            raise as_fetch_error(error, at.host, bounds) from error

    def _route(self, at: WebAddress, bounds: Bounds) -> Route:
        """Resolve the host, or that of the proxy. Only the former is checked."""
        proxy = proxy_for(at)
        host, port = (proxy.host, proxy.port) if proxy else (at.host, at.port)
        seconds = bounds.deadline.left(bounds.connect)
        try:
            peers = resolve_within(self._resolve, host, port, seconds)
        except TimeoutError as error:
            raise NoConnection from error
        if proxy is None:
            addresses.check(host, [ip for ip, _ in peers], self._private)
        return Route(at, peers, proxy)

    def _body(self, response: HTTPResponse, request: Request, at: WebAddress) -> bytes:
        status = response.status
        if status == _NOT_MODIFIED and any(
            name.lower() in _VALIDATORS for name, _ in request.headers
        ):
            return b""
        if status != _OK:
            raise self._refusal(response, at)
        body = self._unpacked(response, at)
        if not body:
            raise FetchError(f"{at.host}: the answer is empty", again=True, status=status)
        return body

    def _refusal(self, response: HTTPResponse, at: WebAddress) -> FetchError:
        """Return the error for an answer with another status than 200."""
        status, again = response.status, response.status in _AGAIN
        wait = stated_wait(status, _headers(response), self._clock()) if again else None
        return FetchError(f"{at.host}: answered {status}", again=again, wait=wait, status=status)

    def _unpacked(self, response: HTTPResponse, at: WebAddress) -> bytes:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise FetchError(f"{at.host}: answered in an encoding that was not asked for")
        if (response.length_remaining or 0) > self._most_bytes:
            raise AnswerTooLong  # before any of it is sent in vain
        packed = iter(functools.partial(response.read, _PIECE, decode_content=False), b"")
        pieces = self._bounded(packed)
        if encoding.endswith("gzip"):
            first = next(pieces, b"")
            pieces = self._bounded(unpack(itertools.chain([first], pieces))) if first else iter(())
        return b"".join(pieces)

    def _bounded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the pieces. Raises `AnswerTooLong` if they have more bytes than an answer may."""
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > self._most_bytes:
                raise AnswerTooLong
            yield piece


def _headers(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): response.headers[name] for name in response.headers}


def _check_headers(headers: dict[str, str], host: str) -> None:
    """Raise `FetchError` for a header that would not be sent as it is, such as a faulty token."""
    for name, value in headers.items():
        if not value.isascii() or not value.isprintable():
            raise FetchError(f"{host}: the header {name} has characters that may not be sent")
