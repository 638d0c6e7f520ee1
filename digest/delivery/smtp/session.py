"""One connection to a mail server: commands out, whole replies in, each within its time.

The replies are read here and not by smtplib, which takes the first half of a reply that breaks
off for the whole, and a line that is too long for a refusal.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from typing import Any, NamedTuple, NoReturn

from digest.delivery.smtp.replies import Reply
from digest.delivery.smtp.servers import Server

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)  # RFC 5321, section 4.2
_MOST_BYTES = 1 << 16  # of a reply
_PIECE = 1 << 16  # bytes that are sent within the time of a block
# One side or the other waits in vain if the setting is not that of the port.
_BEGINS_ENCRYPTED = ' (a port that is encrypted from the first byte needs security = "tls")'
_BEGINS_PLAIN = ' (a port that is not encrypted from the first byte needs security = "starttls")'


class SmtpTimes(NamedTuple):
    """Seconds to wait for the server, as RFC 5321, section 4.5.3.2, asks for at least.

    ``connect`` has no rule there, nor has ``quit``, whose reply changes nothing.
    """

    connect: float = 30.0
    reply: float = 300.0
    block: float = 180.0
    final: float = 600.0
    quit: float = 5.0


# While somebody waits for the answer. A message that was sent is waited for as long as ever.
IMPATIENT = SmtpTimes(reply=30.0)


class SessionBroken(Exception):
    """The connection cannot be used any more. ``reason`` is on one line.

    ``was_closed`` says that the server closed it, by 421 or without a word; ``code`` is that of
    the reply that was the reason, if one was.
    """

    def __init__(self, reason: str, *, was_closed: bool = False, code: int | None = None) -> None:
        self.reason, self.was_closed, self.code = reason, was_closed, code
        super().__init__(reason)


class Session(smtplib.SMTP):
    """An open connection; every method raises `SessionBroken` when it breaks.

    ``logged_in_by`` is the method of the login, None without one.
    """

    logged_in_by: str | None = None

    def __init__(self, server: Server, times: SmtpTimes) -> None:
        # The name is a placeholder: `local_hostname` is known once there is a connection. Without
        # one, smtplib asks a name server for it.
        super().__init__(local_hostname="[127.0.0.1]", timeout=times.connect)
        self._server, self._times = server, times
        self._host = server.host
        self._received = bytearray()

    @property
    def wire(self) -> socket.socket:
        """The socket of the connection. Raises `SessionBroken` if it is closed."""
        if self.sock is None:
            raise SessionBroken("the connection is closed", was_closed=True)
        return self.sock

    @property
    def tls_version(self) -> str | None:
        """The version of TLS, such as ``TLSv1.3``, or None without TLS."""
        return self.sock.version() if isinstance(self.sock, ssl.SSLSocket) else None

    def open(self) -> Reply:
        """Connect, by TLS if the server begins with it, and return the greeting."""
        server = self._server
        try:
            self.sock = socket.create_connection((server.host, server.port), self._times.connect)
        except OSError as error:
            raise SessionBroken(f"cannot be reached: {_words(error)}") from error
        # The dot is a packet of its own, and would wait 40 ms for the receipt of the message.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # RFC 5321, section 4.1.3: an address as a literal, without the zone of IPv6.
        name, _, _ = self.sock.getsockname()[0].partition("%")
        self.local_hostname = f"[IPv6:{name}]" if ":" in name else f"[{name}]"
        if server.security == "tls":
            self.encrypt(_BEGINS_PLAIN)
        return self._greeting()

    def _greeting(self) -> Reply:
        try:
            return self.getreply()
        except SessionBroken as broken:
            if self._server.security == "starttls" and isinstance(broken.__cause__, TimeoutError):
                raise SessionBroken(broken.reason + _BEGINS_ENCRYPTED) from broken
            raise

    def encrypt(self, hint: str = "") -> None:
        """Begin TLS; the certificate must be valid and of the server's name.

        ``hint`` is what to do if the server does not speak TLS.
        """
        if self._received:  # RFC 3207: what came before must not count as encrypted
            self._break("spoke before the encryption began")
        context = ssl.create_default_context()
        plain = self.wire
        plain.settimeout(self._times.connect)
        try:
            self.sock = context.wrap_socket(plain, server_hostname=self._server.host)
        except ssl.SSLCertVerificationError as error:
            self._break(f"the certificate is refused: {error.verify_message}", error)
        except (OSError, ValueError) as error:
            self._break(f"TLS failed: {_words(error)}{hint}", error)
        self.esmtp_features = {}  # RFC 3207: those said before do not count

    def send(self, s: Any) -> None:  # of smtplib: text, or bytes of any kind
        """Send text or bytes as they are, all of them."""
        data = memoryview(s.encode() if isinstance(s, str) else s)
        connection = self.wire
        connection.settimeout(self._times.block)
        try:
            for start in range(0, len(data), _PIECE):
                connection.sendall(data[start : start + _PIECE])
        except TimeoutError as error:
            self._break(f"took nothing for {self._times.block:g} s", error)
        except OSError as error:
            self._break("closed the connection", error, was_closed=True)

    def ask(self, line: str) -> Reply:
        """Send a line and return the reply."""
        self.putcmd(line)
        return self.getreply()

    def getreply(self) -> Reply:
        """Return the next reply, which must come within the time of a reply."""
        return self.read_reply(self._times.reply)

    def read_reply(self, seconds: float) -> Reply:
        """Return the next reply, which must be whole within ``seconds``."""
        deadline = time.monotonic() + seconds
        lines: list[bytes] = []
        codes: set[bytes] = set()
        while True:
            line = self._line(deadline, seconds, sum(map(len, lines)))
            match = _LINE.fullmatch(line)
            codes |= {match[1]} if match else set()
            if match is None or len(codes) != 1:
                self._break("gave an answer that is no SMTP")
            lines.append(match[3] or b"")
            if match[2] != b"-":
                return self._judged(Reply(int(match[1]), b"\n".join(lines)))

    def has_spoken(self) -> bool:
        """Return whether something can be read that nobody asked for, or the end.

        Does not wait.
        """
        if self._received or self.sock is None:
            return True
        connection = self.wire
        connection.settimeout(0)
        try:
            self._received += connection.recv(_PIECE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        return True

    def quit(self) -> Reply:
        """Say goodbye, wait a moment for the answer, and close. Never fails."""
        reply = Reply(221, b"")
        try:
            self.putcmd("QUIT")
            reply = self.read_reply(self._times.quit)
        except SessionBroken:
            pass
        self.close()
        return reply

    def _judged(self, reply: Reply) -> Reply:
        """Return a reply, unless it is 421: then the server closes the connection."""
        if reply.code == 421:
            self.close()
            raise SessionBroken(reply.shown(), was_closed=True, code=421)
        return reply

    def _line(self, deadline: float, seconds: float, size: int) -> bytes:
        """Return the next line without its end. A line without an end is none."""
        while (end := self._received.find(b"\n")) < 0:
            if size + len(self._received) > _MOST_BYTES:
                self._break("gave an answer without end")
            if not (piece := self._receive(deadline, seconds)):
                is_cut = size or self._received
                reason = "broke off in an answer" if is_cut else "closed the connection"
                self._break(reason, was_closed=True)
            self._received += piece
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line.removesuffix(b"\r")

    def _receive(self, deadline: float, seconds: float) -> bytes:
        connection = self.wire
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            return connection.recv(_PIECE)
        except TimeoutError as error:
            self._break(f"did not answer within {seconds:g} s", error)
        except OSError:
            return b""

    def _break(
        self, reason: str, cause: Exception | None = None, *, was_closed: bool = False
    ) -> NoReturn:
        self.close()
        raise SessionBroken(reason, was_closed=was_closed) from cause


def _words(error: Exception) -> str:
    """Return what went wrong, in the system's words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no TLS").lower().replace("_", " ")
    return getattr(error, "strerror", None) or type(error).__name__
