"""No test of the suite reaches beyond this machine."""

from __future__ import annotations

import socket
from urllib.request import urlopen

import pytest

from tests.support import loopback

ELSEWHERE = "192.0.2.1"  # of a network for documentation


def _refused() -> list[str]:
    """Return what was refused so far, and forget it, or this test would fail."""
    refused = [*loopback.refused]
    loopback.refused.clear()
    return refused


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_no_socket_leaves_the_machine(kind: socket.SocketKind) -> None:
    """A connection to another machine is refused, and noted."""
    with socket.socket(type=kind) as leaving, pytest.raises(OSError, match="nothing but loopback"):
        leaving.connect((ELSEWHERE, 9))
    assert [f"socket.connect ('{ELSEWHERE}', 9)"] == _refused()


def test_no_datagram_leaves_the_machine() -> None:
    """A datagram to another machine is refused, and noted."""
    with socket.socket(type=socket.SOCK_DGRAM) as leaving, pytest.raises(OSError, match="loopback"):
        leaving.sendto(b"hello", (ELSEWHERE, 9))
    assert [f"socket.sendto ('{ELSEWHERE}', 9)"] == _refused()


def test_no_name_is_looked_up() -> None:
    """The look-up of a name asks other machines, so it is refused too, and noted."""
    with pytest.raises(OSError, match="nothing but loopback"):
        urlopen("http://huggingface.co/")
    assert ["socket.getaddrinfo 'huggingface.co'"] == _refused()


def test_loopback_is_open() -> None:
    """Servers of the tests' own are reached, by address, by name, over IPv6 and by path."""
    for host in ("127.0.0.1", "localhost", "::1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with (
            socket.create_server((host, 0), family=family) as server,
            socket.create_connection(server.getsockname()[:2]),
        ):
            pass
    assert loopback.is_local("/run/some.socket")
    assert loopback.is_local(None)
    assert socket.getaddrinfo("127.1", 80)
    assert socket.getaddrinfo(ELSEWHERE, 80)  # a number is not looked up
    assert [] == _refused()
