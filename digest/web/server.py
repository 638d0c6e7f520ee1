"""Listen for requests with waitress, and bound what one client can take of it.

A connection has a few seconds to send a whole request, however it trickles, and minutes to read
the answer. While all connections are taken, the one that was answered longest ago is closed for
each that comes, so slow clients keep nobody away.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from typing import Any, NamedTuple, Self

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from digest.web.app import LARGEST_BODY, App

_LARGEST_HEAD = 16 * 1024  # bytes of the request line and the header lines
_PIPELINED = 4  # requests that a client may send before it has an answer
_LINGER = 2.0  # seconds in which the rest of a refused request is read, and dropped


class Patience(NamedTuple):
    """What a listener bears: numbers of threads and connections, and times in seconds.

    ``request`` is the time for a request to be whole, and for a connection to stay without one;
    ``answer`` that for an answer to be read, and ``end`` that which requests in progress have
    when the listener stops. ``look`` lies between two looks at slow connections, and is how long
    none is closed to make room for others.
    """

    threads: int
    connections: int
    request: float = 20.0
    answer: float = 300.0
    end: float = 5.0
    look: float = 1.0


class Listener:
    """Answers requests to one address by an application, in a thread of its own.

    Raises `OSError` if the address cannot be listened to, `ValueError` if it is none of this
    machine. ``addresses`` are the hosts and ports in use, several for a name that has several.
    """

    def __init__(self, address: str, app: App, patience: Patience) -> None:
        self._app, self._patience = app, patience
        self._sockets: dict[int, Any] = {}
        settings = _adjustments(address, patience)
        self._tasks = ThreadedTaskDispatcher()
        try:
            self._servers = [
                _WebServer(app, self._sockets, dispatcher=self._tasks, adj=settings, sockinfo=where)
                for where in settings.listen
            ]
        except OSError:
            wasyncore.close_all(self._sockets)
            raise
        self._next_look = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The hosts and ports that are listened to."""
        return [(each.effective_host, int(each.effective_port)) for each in self._servers]

    def __enter__(self) -> Self:
        self._tasks.set_thread_count(self._patience.threads)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the requests in progress, for a few seconds at most."""
        self._stop.set()
        self._servers[0].pull_trigger()
        self._thread.join()
        # Not by the thread: the trigger would be pulled by a number that another file may have.
        wasyncore.close_all(self._sockets, ignore_all=True)

    def close(self) -> None:
        """Give the address back, if the listener was never started."""
        wasyncore.close_all(self._sockets)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._turn(self._patience.look)
        for server in self._servers:
            server.accepting = False
        deadline = time.monotonic() + self._patience.end
        while time.monotonic() < deadline and any(map(_is_busy, list(self._sockets.values()))):
            self._turn(0.1)
        self._tasks.shutdown(timeout=1)

    def _turn(self, timeout: float) -> None:
        """Read, write and accept what can be, once. A fault here ends no other connection."""
        try:
            self._close_slow_ones()
            # A socket that was closed in this moment is none of poll's any more.
            with suppress(OSError):
                wasyncore.loop(timeout=timeout, use_poll=True, map=self._sockets, count=1)
        except Exception as error:  # noqa: BLE001 - else nobody would be answered any more
            self._app.log_fault(error)
            time.sleep(0.1)

    def _close_slow_ones(self) -> None:
        """Close connections that are too slow, and while all are taken one that was answered.

        At once: one whose client reads nothing never becomes writable, which waitress waits for.
        """
        now = time.monotonic()  # a clock that is set back must not keep slow ones alive
        connections = [one for one in self._sockets.values() if isinstance(one, _Connection)]
        if now >= self._next_look:
            self._next_look = now + self._patience.look
            for one in filter(lambda one: one.is_too_slow(now, self._patience), connections):
                one.handle_close()
        if len(self._sockets) >= self._patience.connections:
            # Not one that has just come: its request may be on its way.
            until = now - self._patience.look
            idle = [one for one in connections if not one.requests and one.answered < until]
            for one in sorted(idle, key=lambda one: one.answered)[:1]:
                one.handle_close()


def _adjustments(address: str, patience: Patience) -> Adjustments:
    # What waitress says of clients is nobody's business: some are rude, and it names paths.
    logging.getLogger("waitress").setLevel(logging.CRITICAL + 1)
    return Adjustments(
        listen=address,
        ident=None,
        threads=patience.threads,
        connection_limit=patience.connections,
        max_request_body_size=LARGEST_BODY + 1,  # it refuses this size as well
        max_request_header_size=_LARGEST_HEAD,
        asyncore_use_poll=True,  # `select` fails for more than a thousand files
        clear_untrusted_proxy_headers=False,  # `visitors` decides whom to believe
    )


class _Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to a request that waitress cannot read: a page of ours, which repeats nothing."""

    def execute(self) -> None:
        response = self.channel.server.application.refuse(self.request.error.code)
        body = response.get_data()
        self.status = response.status
        self.response_headers.extend(response.headers)
        self.channel.lingers = True
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Connection(HTTPChannel):  # type: ignore[misc]
    """A connection that knows for how long it has been slow. Times are those of `monotonic`."""

    error_task_class = _Refusal
    begun: float | None = None  # when the request that is arriving began to
    lingers = False  # whether the rest of its request is still to be read before it is closed
    lingers_since: float | None = None
    unread, moved = 0, 0.0  # bytes of the answer at the last look, and when they became fewer

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.answered = self.quiet_since = time.monotonic()

    def service(self) -> None:
        """Answer a request; called by a thread of the tasks."""
        super().service()
        self.begun = None
        self.answered = self.quiet_since = self.moved = time.monotonic()

    def received(self, data: bytes) -> bool:
        """Take in bytes of a request; close the connection if too many requests wait."""
        if self.lingers_since is not None:
            return False
        is_wanted = bool(super().received(data))
        if len(self.requests) > _PIPELINED:
            self.will_close = True
        return is_wanted

    def send_continue(self) -> None:
        """Ask for the body, unless its length was refused already."""
        if self.request.error is None:
            super().send_continue()

    def is_too_slow(self, now: float, patience: Patience) -> bool:
        """Return whether a state has lasted too long; must be asked again and again."""
        if self.lingers_since is not None:
            return now - self.lingers_since > _LINGER
        if self.requests:
            return False
        if self.total_outbufs_len:
            self.quiet_since = now
            if self.total_outbufs_len != self.unread:
                self.unread, self.moved = self.total_outbufs_len, now
            return now - self.moved > patience.request or now - self.answered > patience.answer
        if self.request is None:
            # Counts from the last answer: blank lines are no request.
            self.begun = None
            return now - self.quiet_since > patience.request
        self.begun = self.begun or now
        return now - self.begun > patience.request

    def handle_close(self) -> None:
        """Close the connection; a refused one only once its client has seen the answer.

        Closed at once, with bytes of it unread, the system would take the answer back.
        """
        if self.lingers and self.lingers_since is None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                self.lingers_since = time.monotonic()
                self.will_close = self.close_when_flushed = False
                return
        super().handle_close()


class _WebServer(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket."""

    channel_class = _Connection

    def maintenance(self, now: float) -> None:
        """Do nothing: the listener closes slow connections, by another clock."""


def _is_busy(each: Any) -> bool:
    return isinstance(each, _Connection) and bool(each.requests or each.total_outbufs_len)
