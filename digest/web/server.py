"""Listen for requests with waitress, and bound what one client can take of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from digest.web.app import LARGEST_BODY, App

_LARGEST_HEAD = 16 * 1024  # bytes of the request line and the header lines
_REQUEST = 20.0  # seconds until a request is whole, and until a connection without one is closed
_ANSWER = 300.0  # seconds until an answer is read
_END = 5.0  # seconds that requests in progress have when the server stops
_LOOK = 1  # seconds between two looks at slow connections


class Listener:
    """Answers requests to one address by an application, in a thread of its own.

    Raises `OSError` if the address cannot be listened to. ``addresses`` are the hosts and ports
    in use, several for a name that has several addresses.
    """

    def __init__(self, address: str, app: App, *, threads: int, connections: int) -> None:
        self._sockets: dict[int, Any] = {}
        self._tasks = ThreadedTaskDispatcher()
        settings = Adjustments(
            listen=address,
            ident=None,
            threads=threads,
            connection_limit=connections,
            max_request_body_size=LARGEST_BODY,
            max_request_header_size=_LARGEST_HEAD,
            channel_timeout=int(_REQUEST),
            cleanup_interval=_LOOK,
            asyncore_use_poll=True,  # `select` fails for more than a thousand files
        )
        # What it says of clients is our business: a client that breaks off is no news.
        logging.getLogger("waitress").setLevel(logging.CRITICAL)
        try:
            self._servers = [
                _SlowGuard(app, self._sockets, dispatcher=self._tasks, adj=settings, sockinfo=where)
                for where in settings.listen
            ]
        except OSError:
            wasyncore.close_all(self._sockets)
            raise
        self._tasks.set_thread_count(threads)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The hosts and ports that are listened to."""
        return [(each.effective_host, int(each.effective_port)) for each in self._servers]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the requests in progress, for a few seconds at most."""
        self._stop.set()
        self._servers[0].pull_trigger()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._turn()
        for server in self._servers:
            server.accepting = False
        deadline = time.monotonic() + _END
        while time.monotonic() < deadline and any(map(_is_busy, self._channels())):
            self._turn(0.1)
        self._tasks.shutdown(timeout=1)
        wasyncore.close_all(self._sockets, ignore_all=True)

    def _turn(self, timeout: float = 1.0) -> None:
        # A socket that was closed in this moment is none of poll's any more.
        with suppress(OSError):
            wasyncore.loop(timeout=timeout, use_poll=True, map=self._sockets, count=1)

    def _channels(self) -> Iterable[Any]:
        return [channel for server in self._servers for channel in server.active_channels.values()]


class _SlowGuard(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket that closes connections which take too long, also by a trickle."""

    def maintenance(self, now: float) -> None:
        """Close connections that are idle, or have been at one request or answer for too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if _lasts(channel, "request_since", now, is_now=_is_arriving(channel)) > _REQUEST:
                channel.will_close = True
            is_leaving = bool(channel.total_outbufs_len)
            if _lasts(channel, "answer_since", now, is_now=is_leaving) > _ANSWER:
                channel.will_close = True


def _is_arriving(channel: Any) -> bool:
    """Return whether a request has begun and is not whole."""
    return channel.request is not None and not channel.requests


def _is_busy(channel: Any) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)


def _lasts(channel: Any, name: str, now: float, *, is_now: bool) -> float:
    """Return for how many seconds a state lasts; when it began is kept on the connection."""
    since = getattr(channel, name, None) or now
    setattr(channel, name, since if is_now else None)
    return now - since if is_now else 0.0
