"""Refuse every socket of this process that leads off the machine, and every look-up of a name.

A refused one is an `OSError` for the code that asked, and stands in `refused`, so that a test
fails even if that code took the error for an ordinary failure.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from contextlib import suppress
from typing import Any

refused: list[str] = []

# Events of Python's sockets, and which of their arguments is the address or the name.
_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
_LOCAL_NAMES = {"", "localhost", "ip6-localhost"}


def is_local(address: Any) -> bool:
    """Return whether an address of a socket, or a name, is of this machine.

    None (any address of the machine) and the path of a Unix socket are.
    """
    if isinstance(address, tuple):
        address = address[0]
    elif isinstance(address, str) and "/" in address:
        return True
    if isinstance(address, bytes):
        address = address.decode("latin-1")
    if not isinstance(address, str):
        return True
    number = _as_number(address)
    return number.is_loopback if number else address.lower() in _LOCAL_NAMES


def _as_number(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an IP address in any notation that a system reads, such as 127.1; None: a name."""
    with suppress(ValueError):
        return ipaddress.ip_address(address)
    with suppress(OSError):
        return ipaddress.ip_address(socket.inet_aton(address))
    return None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    place = _EVENTS.get(event)
    if place is not None and not is_local(arguments[place]):
        if event == "socket.getaddrinfo" and _as_number(f"{arguments[place]}"):
            return  # only read, not looked up
        refused.append(f"{event} {arguments[place]!r}")
        raise OSError(f"tests ask nothing but loopback: {arguments[place]!r}")


def guard() -> None:
    """Refuse from now on, as long as this process lives."""
    sys.addaudithook(_watch)
