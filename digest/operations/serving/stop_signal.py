"""Wait for SIGTERM or SIGINT in a process with several threads."""

from __future__ import annotations

import select
import signal
import socket
import threading
from contextlib import ExitStack
from typing import Self

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopSignal:
    """Catches SIGTERM and SIGINT during a ``with`` block in the main thread.

    ``event`` is for other threads; `wait` sets it. The former handlers are restored at the end.
    """

    def __init__(self) -> None:
        self.event = threading.Event()
        self._at_end = ExitStack()

    def __enter__(self) -> Self:
        self._reader, writer = socket.socketpair()
        self._at_end.enter_context(self._reader)
        self._at_end.enter_context(writer)
        writer.setblocking(False)
        # The system gives a signal to any thread, and Python then runs the handler in the main
        # thread, which may be waiting for a lock and is not woken by that. A byte written to a
        # socket wakes it: https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
        former = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self._at_end.callback(signal.set_wakeup_fd, former)
        for number in _SIGNALS:
            handler = signal.signal(number, lambda *_: None)
            self._at_end.callback(signal.signal, number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        self._at_end.close()

    def wait(self, seconds: float) -> bool:
        """Wait for a signal, at most ``seconds``; return whether one has come by then."""
        if select.select([self._reader], [], [], seconds)[0]:
            self.event.set()
        return self.event.is_set()
