"""Open a connection that is ready for mails: greeting, EHLO, TLS, login."""

from __future__ import annotations

import base64

from digest.delivery.smtp.replies import Reply
from digest.delivery.smtp.servers import Login, Server
from digest.delivery.smtp.session import Session, SessionBroken, SmtpTimes


def open_session(server: Server, login: Login | None, times: SmtpTimes) -> Session:
    """Return a connection on which mails can be sent.

    Raises `SessionBroken` with the reason if that is not possible. Mails and passwords never go
    out unencrypted where TLS is asked for, whatever the server says.
    """
    session = Session(server, times)
    try:
        _expect(session.open(), 220, "refuses the connection")
        _ehlo(session)
        if server.security == "starttls":
            _start_tls(session)
        if login is not None:
            _log_in(session, login)
    except BaseException:
        session.close()
        raise
    return session


def _start_tls(session: Session) -> None:
    if not session.has_extn("STARTTLS"):
        raise SessionBroken("does not offer STARTTLS")
    _expect(session.ask("STARTTLS"), 220, "refuses STARTTLS")
    session.encrypt()
    _ehlo(session)


def _log_in(session: Session, login: Login) -> None:
    """Prove who the user is."""
    offered = session.esmtp_features.get("auth", "").upper().split()
    methods = ("XOAUTH2",) if login.method == "xoauth2" else ("PLAIN", "LOGIN")
    method = next((name for name in methods if name in offered), None)
    if method is None:
        raise SessionBroken(f"offers no login by {' or '.join(methods)}")
    reply = _METHODS[method](session, login)
    _expect(reply, 235, "refuses the login", login)
    session.logged_in_by = method


def _plain(session: Session, login: Login) -> Reply:
    """RFC 4616."""
    return session.ask(f"AUTH PLAIN {_encoded(_plain_words(login))}")


def _login(session: Session, login: Login) -> Reply:
    """Never standardised; the server asks for the user, then for the password."""
    reply = session.ask("AUTH LOGIN")
    for answer in (login.user, login.secret):
        if reply.code == 334:
            reply = session.ask(_encoded(answer))
    return reply


def _xoauth2(session: Session, login: Login) -> Reply:
    """As Google and Microsoft describe it."""
    reply = session.ask(f"AUTH XOAUTH2 {_encoded(_bearer_words(login))}")
    # The reason of a refusal comes as a question; the refusal comes after an empty answer.
    return session.ask("") if reply.code == 334 else reply


_METHODS = {"PLAIN": _plain, "LOGIN": _login, "XOAUTH2": _xoauth2}


def _plain_words(login: Login) -> str:
    return f"\0{login.user}\0{login.secret}"


def _bearer_words(login: Login) -> str:
    return f"user={login.user}\x01auth=Bearer {login.secret}\x01\x01"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _ehlo(session: Session) -> None:
    _expect(Reply(*session.ehlo()), 250, "does not understand EHLO")


def _expect(reply: Reply, code: int, problem: str, login: Login | None = None) -> None:
    """Raise `SessionBroken` for another code, without what the server repeats of a login."""
    if reply.code != code:
        hidden = _secrets(login) if login else []
        raise SessionBroken(f"{problem}: {reply.shown(hidden)}", code=reply.code)


def _secrets(login: Login) -> list[str]:
    words = [_plain_words(login), _bearer_words(login), login.secret]
    return [*map(_encoded, words), login.secret]
