"""Resolve the name of a host within a time limit."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence

from digest.errors import FetchError

Found = Sequence[tuple[str, int]]  # IP addresses and ports
Resolve = Callable[[str, int], Found]


def system_resolve(host: str, port: int) -> Found:
    """Return the addresses that the system finds for a host, in its order."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(row[4][0]), int(row[4][1])) for row in rows]


def resolve_within(resolve: Resolve, host: str, port: int, seconds: float) -> Found:
    """Return what ``resolve`` finds, each address once.

    Raises `TimeoutError` after ``seconds``, and `FetchError` if the host has no address.
    """
    # No system call to resolve a name has a time limit. So a thread of its own makes it, which is
    # left to itself when the time is over.
    results = queue.SimpleQueue[Found | Exception]()

    def work() -> None:
        try:
            results.put(resolve(host, port))
        except Exception as error:  # noqa: BLE001 - raised again below
            results.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        found = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        is_final = found.errno in {socket.EAI_NONAME, socket.EAI_FAIL}
        raise FetchError(f"{host}: the host is not known", again=not is_final) from found
    if isinstance(found, Exception):
        raise FetchError(f"{host}: not a name of a host") from found
    if not found:
        raise FetchError(f"{host}: the host has no address")
    return list(dict.fromkeys(found))
