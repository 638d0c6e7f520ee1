"""Try what takes the mails, without sending one."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from digest.model.mail_settings import Mail


class Probe(NamedTuple):
    """What was found: what takes the mails, and how far one got with it.

    ``name`` is host and port, or the program. ``tls`` is the version of TLS, ``login`` the
    method, both None without; ``size`` is the largest message in bytes, None if the server does
    not say. ``problem`` is why no mail could be sent, or None.
    """

    name: str
    problem: str | None = None
    tls: str | None = None
    extensions: tuple[str, ...] = ()
    login: str | None = None
    size: int | None = None


def probe(mail: Mail, root: Path) -> Probe:
    """Connect and log in as for a mail, and part; or look for the program.

    Sends no mail, asks no name server but for the host. Raises `SettingsError` as
    `transport.connect`, and does not raise when the server cannot be used.
    """
    if mail.dkim_key is not None:
        from digest.delivery.dkim import signer

        signer(mail, root)
    if mail.sendmail:
        from digest.delivery.sendmail import SendmailTransport

        path = SendmailTransport(mail.sendmail, root).find()
        name = path or mail.sendmail[0]
        return Probe(name, None if path else "there is no such program that may be run")
    return _probe_server(mail, root)


def _probe_server(mail: Mail, root: Path) -> Probe:
    from digest.delivery.smtp.login import open_session
    from digest.delivery.smtp.servers import login_of, server_of
    from digest.delivery.smtp.session import IMPATIENT, SessionBroken

    server, login = server_of(mail), login_of(mail, root)
    try:
        session = open_session(server, login, IMPATIENT)
    except SessionBroken as broken:
        return Probe(server.name, broken.reason)
    size = session.esmtp_features.get("size", "")
    found = Probe(
        server.name,
        None,
        session.tls_version,
        tuple(sorted(name.upper() for name in session.esmtp_features)),
        session.logged_in_by,
        int(size) if size.isdecimal() and int(size) else None,
    )
    session.quit()
    return found
