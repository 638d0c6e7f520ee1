"""Send mails on one connection after the other, and say of each what became of it.

Nothing of a message counts for the server before the final dot, so whatever breaks before it is
safely not sent. After it only a whole reply of 2xx, 4xx or 5xx decides; anything else is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from digest.delivery.envelopes import is_sendable, without_addresses
from digest.delivery.smtp.login import open_session
from digest.delivery.smtp.replies import Reply
from digest.delivery.smtp.servers import Login, Server
from digest.delivery.smtp.session import Session, SessionBroken, SmtpTimes
from digest.model.people import DeliveryState, SendOutcome


class _Envelope(NamedTuple):
    """A message on its way: who it is from and to, and the bytes."""

    sender: str
    recipient: str
    message: bytes
    before_end: Callable[[], None]

    @property
    def needs_utf8(self) -> bool:
        """Whether an address is not ASCII (RFC 6531)."""
        return not (self.sender + self.recipient).isascii()


class SmtpTransport:
    """Sends mails to one server. Connects when the first one is sent, and again as needed.

    ``per_connection`` mails go over a connection at most. Is used by one thread at a time.
    """

    times = SmtpTimes()  # how long servers may take

    def __init__(
        self, server: Server, login: Login | None = None, *, per_connection: int = 100
    ) -> None:
        self._server, self._login, self._per_connection = server, login, per_connection
        self._session: Session | None = None
        self._tried = 0  # mails on this connection
        self._is_clean = True  # no part of a mail is left over at the server

    def send(
        self, sender: str, recipient: str, message: bytes, before_end: Callable[[], None]
    ) -> SendOutcome:
        """Hand one message over to one recipient, and say what became of it.

        Domains must be in punycode. An empty ``sender`` is that of replies by programs. Raises
        nothing but what ``before_end`` raises, and `ValueError` for a message whose lines do not
        all end with CRLF. The reply in the outcome holds no address.
        """
        # Servers read other line ends in different ways, and may see a second message in one.
        if not message.count(b"\r\n") == message.count(b"\r") == message.count(b"\n"):
            raise ValueError("a line of the message does not end with CRLF")
        if not is_sendable(recipient) or (sender and not is_sendable(sender)):
            return SendOutcome("failed", "is no address that can be sent to")
        envelope = _Envelope(sender, recipient, message, before_end)
        outcome = self._send(envelope)
        if outcome.code is None:  # our own words
            return outcome
        return outcome._replace(reply=without_addresses(outcome.reply, recipient))

    def close(self) -> None:
        """Say goodbye to the server, if there is a connection."""
        if self._session is not None:
            self._session.quit()
        self._session = None

    def _send(self, envelope: _Envelope) -> SendOutcome:
        """Try on the connection there is; if the server has closed it, on a new one."""
        if self._has_connection():
            try:
                return self._transact(envelope)
            except SessionBroken as broken:
                if not broken.was_closed:
                    return SendOutcome("deferred", broken.reason, broken.code)
        try:
            self._session = open_session(self._server, self._login, self.times)
        except SessionBroken as broken:
            reply = f"{self._server.name}: {broken.reason}"
            return SendOutcome("deferred", reply, broken.code, is_about_recipient=False)
        self._tried, self._is_clean = 0, True
        try:
            return self._transact(envelope)
        except SessionBroken as broken:
            is_about = broken.code != 421
            return SendOutcome("deferred", broken.reason, broken.code, is_about_recipient=is_about)

    def _has_connection(self) -> bool:
        """Return whether the connection can take one more mail; close it if it cannot.

        A server that spoke without being asked has closed it, or its replies and our commands
        are no longer in step.
        """
        if self._session is None:
            return False
        if self._tried >= self._per_connection:
            self.close()
        elif self._session.has_spoken():
            self._drop()
        return self._session is not None

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None

    def _transact(self, envelope: _Envelope) -> SendOutcome:
        """Send one message. Raises `SessionBroken` if that fails before the final dot."""
        assert self._session is not None
        self._tried += 1
        try:
            outcome = self._offer(self._session, envelope) or self._hand_over(
                self._session, envelope
            )
        except BaseException:
            self._drop()
            raise
        if outcome.state == "unknown" or outcome.code == 421:
            self._drop()
        return outcome

    def _offer(self, session: Session, envelope: _Envelope) -> SendOutcome | None:
        """Name sender and recipient and ask to send; return None if the server lets us."""
        if problem := _unfit(session, envelope):
            return problem
        steps = [] if self._is_clean else [("RSET", 250)]
        steps += [
            (_mail(session, envelope), 250),
            (f"RCPT TO:<{envelope.recipient}>", 250),
            ("DATA", 354),
        ]
        self._is_clean = False
        replies = _asked(session, [command for command, _ in steps])
        for (command, code), reply in zip(steps, replies, strict=False):
            if reply.code // 100 == code // 100:
                continue
            if replies[-1].code == 354 or reply.code < 400:  # waits for a message, or is confused
                session.close()
            if command == "RSET":
                raise SessionBroken(reply.shown(), was_closed=True)
            return _refused(command, reply)
        return None

    def _hand_over(self, session: Session, envelope: _Envelope) -> SendOutcome:
        """Send the message, then the dot that makes the server responsible for it."""
        session.send(_stuffed(envelope.message))
        if session.has_spoken():  # it refuses in the middle, or is gone: no dot, so not sent
            reply = session.getreply()
            session.close()
            return _outcome(reply, "deferred", "deferred")
        envelope.before_end()
        try:
            session.send(b".\r\n")
            reply = session.read_reply(self.times.final)
        except SessionBroken as broken:
            if broken.code == 421:
                return SendOutcome("deferred", broken.reason, 421, is_about_recipient=False)
            return SendOutcome("unknown", f"{broken.reason} after the whole message was sent")
        self._is_clean = True
        return _outcome(reply, "sent", "unknown")


def _asked(session: Session, commands: list[str]) -> list[Reply]:
    """Return the replies to the commands: to all at once, or up to the first that is refused."""
    replies: list[Reply] = []
    if session.has_extn("PIPELINING"):  # RFC 2920
        session.send("".join(f"{command}\r\n" for command in commands))
    for command in commands:
        if not session.has_extn("PIPELINING"):
            if any(reply.code >= 400 for reply in replies):
                break
            session.putcmd(command)
        try:
            replies.append(session.getreply())
        except SessionBroken:
            if any(reply.code >= 400 for reply in replies):
                break  # refused, and then closed: the refusal is what counts
            raise
    return replies


def _mail(session: Session, envelope: _Envelope) -> str:
    """Return the command that begins a mail, with what the server wants to know of it."""
    words = [f"MAIL FROM:<{envelope.sender}>"]
    if session.has_extn("SIZE"):
        words.append(f"SIZE={len(envelope.message)}")
    if envelope.needs_utf8:
        words.append("SMTPUTF8")
    if not envelope.message.isascii() and session.has_extn("8BITMIME"):
        words.append("BODY=8BITMIME")
    return " ".join(words)


def _unfit(session: Session, envelope: _Envelope) -> SendOutcome | None:
    """Return the failure of a message that this server says it cannot take."""
    if envelope.needs_utf8 and not session.has_extn("SMTPUTF8"):
        reply = "the server takes no address with letters that are not ASCII (SMTPUTF8)"
        return SendOutcome("failed", reply)
    size, most = len(envelope.message), session.esmtp_features.get("size", "")
    if most.isdecimal() and 0 < int(most) < size:  # RFC 1870: 0 is no limit
        reply = f"the message has {size} bytes, and the server takes {most} at most"
        return SendOutcome("failed", reply)
    return None


def _refused(command: str, reply: Reply) -> SendOutcome:
    """Return what a refusal before the message means."""
    outcome = _outcome(reply, "deferred", "deferred")
    if command.startswith("RCPT") or command == "DATA" or reply.code == 552:  # too large
        return outcome
    # The sender is refused, or the login is missing: nobody would get a mail, and after a change
    # of the settings all can.
    return outcome._replace(state="deferred", is_about_recipient=False)


def _outcome(reply: Reply, good: DeliveryState, otherwise: DeliveryState) -> SendOutcome:
    """Return what a reply means: ``good`` for 2xx, ``otherwise`` for neither that, 4xx nor 5xx."""
    states: dict[int, DeliveryState] = {2: good, 4: "deferred", 5: "failed"}
    return SendOutcome(states.get(reply.code // 100, otherwise), reply.shown(), reply.code)


def _stuffed(message: bytes) -> bytes:
    """Return the message with a second dot in lines that begin with one, and a line end."""
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
