"""A mail server that takes everything and keeps nothing, so that senders alone are measured.

Prints its port, then serves until standard input ends.
"""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress

_HELLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 0\r\n250 8BITMIME\r\n"
_ANSWERS = {b"EHLO": _HELLO, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
_END = b"\r\n.\r\n"


def main() -> None:
    """Serve until standard input ends."""
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    threading.Thread(target=_accept, args=(server,), daemon=True).start()
    sys.stdin.read()


def _accept(server: socket.socket) -> None:
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, suppress(ConnectionError):
        connection.sendall(b"220 sink\r\n")
        received = b""
        while piece := connection.recv(1 << 18):
            *lines, received = (received + piece).split(b"\r\n")
            verbs = [line[:4].upper() for line in lines]
            connection.sendall(b"".join(_ANSWERS.get(verb, b"250 ok\r\n") for verb in verbs))
            if b"DATA" in verbs:  # the last, because what follows waits for its answer
                _take(connection)


def _take(connection: socket.socket) -> None:
    """Read a message up to its dot. No client sends more before it has the answer."""
    last = b""
    while not last.endswith(_END):
        piece = connection.recv(1 << 18)
        if not piece:
            return
        last = (last + piece[-len(_END) :])[-len(_END) :]
    connection.sendall(b"250 taken\r\n")


if __name__ == "__main__":
    main()
