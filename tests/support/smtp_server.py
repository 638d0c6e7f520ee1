"""A mail server on the loopback interface that misbehaves exactly as a test wants.

It speaks SMTP over real sockets, a thread for each connection, and keeps each message that it has
taken. What it does wrong is told by `SmtpServer.on`, by verb, or by `SmtpServer.cut`, by byte.
"""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Literal, NamedTuple

EXTENSIONS = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")
VERBS = ("greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT")


class Taken(NamedTuple):
    """A message that the server has taken: its envelope, its bytes, and how it came."""

    sender: str
    recipient: str
    message: bytes
    connection: int  # counted from 1
    is_encrypted: bool
    user: str | None
    options: str  # of MAIL, such as "SIZE=120"


class Act(NamedTuple):
    """What the server does in place of its usual answer.

    ``data`` is sent as it is; None stands for the usual answer. ``wait`` seconds pass before.
    ``then`` the connection goes on, is closed, is reset, stays silent for good, or drips:
    a byte now and then. A message is kept (at "dot") if ``is_taken``, or by default if the answer
    begins with 2.
    """

    data: bytes | None = None
    wait: float = 0.0
    then: Literal["go on", "close", "reset", "hang", "drip"] = "go on"
    is_taken: bool | None = None


def reply(text: str, *, close: bool = False) -> Act:
    """Answer with this line."""
    return Act(f"{text}\r\n".encode(), then="close" if close else "go on")


def raw(data: bytes, *, taken: bool | None = None, close: bool = False) -> Act:
    """Answer with these bytes, and close the connection or not."""
    return Act(data, then="close" if close else "go on", is_taken=taken)


def drop(*, taken: bool = False, reset: bool = False) -> Act:
    """Close the connection without an answer, after the message was kept or not."""
    return Act(b"", then="reset" if reset else "close", is_taken=taken)


def hang(*, taken: bool = False) -> Act:
    """Never answer."""
    return Act(b"", then="hang", is_taken=taken)


def delay(seconds: float) -> Act:
    """Answer as usual, but later."""
    return Act(wait=seconds)


class _Rule:
    """An act for a verb, for lines with some text, so many times at most."""

    def __init__(self, verb: str, act: Act, containing: str, times: int | None) -> None:
        self.verb, self.act, self.containing, self.times = verb, act, containing, times


class SmtpServer:
    """A mail server. ``port`` is where it listens, ``taken`` what it has taken so far.

    ``lines`` are the commands of all connections, each with the number of its connection, and
    ``heard`` is everything that came. With
    ``tls`` it offers STARTTLS, or begins with TLS if ``implicit``. ``users`` are names and
    passwords (or tokens); with them nobody sends without a login. After ``most`` messages on a
    connection it says 421 and closes it.
    """

    def __init__(
        self,
        *,
        extensions: Sequence[str] = EXTENSIONS,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        users: dict[str, str] | None = None,
        methods: str = "PLAIN LOGIN XOAUTH2",
        most: int | None = None,
        port: int = 0,
    ) -> None:
        self.extensions, self.tls, self.implicit = tuple(extensions), tls, implicit
        self.users, self.methods, self.most = users, methods, most
        self.taken: list[Taken] = []
        self.lines: list[tuple[int, str]] = []
        self.heard = bytearray()
        self.connections = 0
        self.stopped = threading.Event()
        self._rules: list[_Rule] = []
        self._cuts: dict[str, tuple[int, Act]] = {}
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address for the configuration."""
        return f"smtp://localhost:{self.port}"

    @property
    def verbs(self) -> list[str]:
        """The first word of each command so far."""
        return [line.split(" ")[0].upper() for _, line in self.lines]

    @property
    def recipients(self) -> list[str]:
        """Those of the messages that were taken, in their order."""
        return [taken.recipient for taken in self.taken]

    def on(self, verb: str, act: Act, *, containing: str = "", times: int | None = None) -> None:
        """Do this at a verb of `VERBS`, or at "body" (its first line), ``times`` at most.

        ``containing`` is a part of the command; at "dot" of the recipient.
        """
        self._rules.append(_Rule(verb, act, containing, times))

    def cut(self, side: Literal["sent", "received"], bytes_: int, act: Act) -> None:
        """Do this on the next connection once so many bytes were sent or received on it.

        Only how the connection goes on counts, not what the act would send: after that many
        bytes of replies nothing more is sent but ``act.data``.
        """
        self._cuts[side] = (bytes_, act)

    def act_at(self, verb: str, text: str) -> Act | None:
        """Return what to do wrong at this verb, if anything, and count it."""
        with self._lock:
            for rule in self._rules:
                if rule.verb == verb and rule.containing in text and rule.times != 0:
                    if rule.times is not None:
                        rule.times -= 1
                    return rule.act
        return None

    def take_cuts(self) -> dict[str, tuple[int, Act]]:
        """Return the cuts for a new connection, and forget them."""
        with self._lock:
            cuts, self._cuts = self._cuts, {}
            return cuts

    def settle(self) -> None:
        """Wait until all dialogues are over, also those whose client was killed."""
        for thread in [*self._threads]:
            thread.join()

    def stop(self) -> None:
        """Stop, and close all connections."""
        self.stopped.set()
        with suppress(OSError), socket.socket() as waker:
            waker.connect(("127.0.0.1", self.port))
        self._thread.join()
        self._listening.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            if self.stopped.is_set():
                connection.close()
                return
            self.connections += 1
            arguments = (connection, self.connections)
            thread = threading.Thread(target=self._serve, args=arguments, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        self._open.add(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # answers go out at once
        dialogue = _Dialogue(self, connection, number)
        # The client may break off at any place, and so does the server.
        with suppress(OSError, _Over):
            dialogue.run()
        with suppress(OSError):
            dialogue.socket.close()
        self._open.discard(connection)


class _Over(Exception):
    """The connection is to be closed."""


class _Dialogue:
    """What is said on one connection."""

    def __init__(self, server: SmtpServer, connection: socket.socket, number: int) -> None:
        self.server, self.socket, self.number = server, connection, number
        self.user: str | None = None
        self.received = bytearray()
        self.counts = {"sent": 0, "received": 0}
        self.cuts = server.take_cuts()
        self.count = 0
        self.sender: str | None = None
        self.options = ""
        self.recipients: list[str] = []

    def run(self) -> None:
        """Speak until one of both has enough."""
        server = self.server
        if server.tls and server.implicit:
            self.socket = server.tls.wrap_socket(self.socket, server_side=True)
        self.say("greeting", "", "220 mail.example.org ESMTP")
        while True:
            line = self.line().decode("utf-8", "replace")
            server.lines.append((self.number, line))
            verb = line.split(" ")[0].upper()
            if server.most is not None and self.count >= server.most and verb == "MAIL":
                self.send(b"421 4.7.0 too many messages on this connection\r\n")
                raise _Over
            handle = getattr(self, f"on_{verb.lower()}", None)
            if handle is None:
                self.say(verb, line, "502 5.5.2 unknown command")
            else:
                handle(line)

    def on_ehlo(self, line: str) -> None:
        """List the extensions."""
        server, words = self.server, list(self.server.extensions)
        if server.tls and not isinstance(self.socket, ssl.SSLSocket):
            words.append("STARTTLS")
        if server.users is not None:
            words.append(f"AUTH {server.methods}")
        lines = ["mail.example.org", *words]
        text = "".join(f"250-{word}\r\n" for word in lines[:-1]) + f"250 {lines[-1]}"
        self.forget()
        self.say("EHLO", line, text)

    def on_starttls(self, line: str) -> None:
        """Begin to encrypt."""
        if self.say("STARTTLS", line, "220 2.0.0 go ahead").startswith(b"220"):
            assert self.server.tls is not None
            self.received.clear()
            self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)

    def on_auth(self, line: str) -> None:
        """Check name and password, or token."""
        method, _, given = line.removeprefix("AUTH ").partition(" ")
        if method == "LOGIN":
            user, secret = (self.asked(b"334 VXNlcm5hbWU6"), self.asked(b"334 UGFzc3dvcmQ6"))
        elif method == "PLAIN":
            _, user, secret = base64.b64decode(given).decode().split("\0")
        else:
            first, second = base64.b64decode(given).decode().rstrip("\1").split("\1")
            user, secret = first.removeprefix("user="), second.removeprefix("auth=Bearer ")
        if (self.server.users or {}).get(user) == secret:
            self.user = user
            self.say("AUTH", line, "235 2.7.0 welcome")
            return
        if method == "XOAUTH2":
            self.asked(b"334 eyJzdGF0dXMiOiI0MDEifQ==")
        self.say("AUTH", line, "535 5.7.8 bad credentials")

    def asked(self, question: bytes) -> str:
        """Ask during the login, and return the answer."""
        self.send(question + b"\r\n")
        return base64.b64decode(self.line()).decode()

    def on_mail(self, line: str) -> None:
        """Begin a mail."""
        if self.server.users is not None and self.user is None:
            self.say("MAIL", line, "530 5.7.0 log in first")
        elif self.sender is not None:
            self.say("MAIL", line, "503 5.5.1 nested MAIL command")
        elif self.say("MAIL", line, "250 2.1.0 ok").startswith(b"2"):
            address, _, self.options = line.partition(":<")[2].partition(">")
            self.sender, self.options = address, self.options.strip()

    def on_rcpt(self, line: str) -> None:
        """Add a recipient."""
        if self.sender is None:
            self.say("RCPT", line, "503 5.5.1 MAIL first")
        elif self.say("RCPT", line, "250 2.1.5 ok").startswith(b"2"):
            self.recipients.append(line.partition(":<")[2].partition(">")[0])

    def on_data(self, line: str) -> None:
        """Take a message."""
        if not self.recipients:
            self.say("DATA", line, "554 5.5.1 no valid recipients")
            return
        if not self.say("DATA", line, "354 go ahead").startswith(b"354"):
            return
        lines = list[bytes]()
        if act := self.server.act_at("body", self.recipients[0]):
            lines.append(self.line())
            self.do(act, b"")
        while (text := self.line()) != b".":
            lines.append(text.removeprefix(b"."))
        message = b"".join(text + b"\r\n" for text in lines)
        act = self.server.act_at("dot", self.recipients[0])
        usual = b"250 2.0.0 queued\r\n"
        data = usual if act is None or act.data is None else act.data
        is_taken = data.startswith(b"2") if act is None or act.is_taken is None else act.is_taken
        for recipient in self.recipients if is_taken else ():
            secure = isinstance(self.socket, ssl.SSLSocket)
            envelope = (self.sender or "", recipient, message, self.number, secure)
            self.server.taken.append(Taken(*envelope, self.user, self.options))
        self.count += 1
        self.forget()
        self.do(act or Act(), usual)

    def on_rset(self, line: str) -> None:
        """Forget a mail."""
        self.forget()
        self.say("RSET", line, "250 2.0.0 ok")

    def on_quit(self, line: str) -> None:
        """Part."""
        self.say("QUIT", line, "221 2.0.0 bye")
        raise _Over

    def forget(self) -> None:
        """Begin anew."""
        self.sender, self.recipients, self.options = None, [], ""

    def say(self, verb: str, line: str, usual: str) -> bytes:
        """Answer as usual, or as a rule says; return what was said."""
        act = self.server.act_at(verb, line) or Act()
        return self.do(act, f"{usual}\r\n".encode())

    def do(self, act: Act, usual: bytes) -> bytes:
        """Do what an act says, and return what was sent."""
        if act.wait and self.server.stopped.wait(act.wait):
            raise _Over
        data = usual if act.data is None else act.data
        self.send(data)
        self.go_on(act)
        return data

    def go_on(self, act: Act) -> None:
        """Close the connection, reset it, fall silent, drip, or nothing of that."""
        while act.then == "drip" and not self.server.stopped.wait(0.02):
            self.socket.sendall(b"2")
        if act.then == "hang":
            self.server.stopped.wait()
        if act.then == "reset":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if act.then != "go on":
            raise _Over

    def send(self, data: bytes) -> None:
        """Send bytes, up to the place of a cut."""
        most, act = self.cuts.get("sent", (None, Act()))
        left = len(data) if most is None else max(most - self.counts["sent"], 0)
        self.socket.sendall(data[:left])
        self.counts["sent"] += len(data[:left])
        if most is not None and left <= len(data):
            self.socket.sendall(act.data or b"")
            self.go_on(act)

    def line(self) -> bytes:
        """Return the next line that the client sends, without its end."""
        while (end := self.received.find(b"\r\n")) < 0:
            most, act = self.cuts.get("received", (None, Act()))
            room = 65536 if most is None else most - self.counts["received"]
            if room <= 0:
                self.socket.sendall(act.data or b"")
                self.go_on(act)
            if not (piece := self.socket.recv(max(room, 1))):
                raise _Over
            self.received += piece
            self.server.heard += piece
            self.counts["received"] += len(piece)
        line = bytes(self.received[:end])
        del self.received[: end + 2]
        return line


@contextmanager
def smtp_server(
    *,
    extensions: Sequence[str] = EXTENSIONS,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
    users: dict[str, str] | None = None,
    most: int | None = None,
) -> Iterator[SmtpServer]:
    """Run a server during the block."""
    server = SmtpServer(extensions=extensions, tls=tls, implicit=implicit, users=users, most=most)
    try:
        yield server
    finally:
        server.stop()
