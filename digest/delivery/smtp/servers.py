"""Which mail server is meant by the settings, and how one logs in there."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from digest.delivery import secrets
from digest.errors import SettingsError
from digest.model.mail_settings import Mail

_PORTS = {"starttls": 587, "none": 587, "tls": 465}  # RFC 8314


class Server(NamedTuple):
    """A mail server: where it is, and whether TLS begins before, after or never."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]

    @property
    def name(self) -> str:
        """Host and port, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Login(NamedTuple):
    """How the user proves who they are. ``secret`` is a password, or the token of xoauth2."""

    user: str
    secret: str
    method: Literal["password", "xoauth2"]

    def __repr__(self) -> str:
        return f"Login({self.user!r})"  # never the secret


def server_of(mail: Mail) -> Server:
    """Return the server of the settings.

    Raises `SettingsError` if it is no address, or is on another machine and not encrypted.
    """
    text = mail.server or ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme != "smtp" or not host or "@" in parts.netloc or parts.path.strip("/"):
        hint = 'write "smtp://relay.example.org:587"'
        raise SettingsError("mail", "is no address of a mail server", key="server", hint=hint)
    if mail.security == "none" and not _is_this_machine(host):
        hint = 'write "starttls" or "tls"'
        reason = "mails and passwords go to another machine encrypted only"
        raise SettingsError("mail", reason, key="security", hint=hint)
    return Server(host, port or _PORTS[mail.security], mail.security)


def login_of(mail: Mail, root: Path) -> Login | None:
    """Return the login of the settings, or None if they name no user.

    Raises `SettingsError` if its secret cannot be read, or is not one line.
    """
    if mail.user is None:
        return None
    if mail.password is None:
        hint = 'write password = "env:NAME" or "file:PATH"'
        raise SettingsError("mail", "is missing for the user", key="password", hint=hint)
    secret = secrets.read(root, mail.password, "mail.password")
    if not secret.isprintable():
        raise SettingsError("mail", f"{mail.password} is not one line of text", key="password")
    return Login(mail.user, secret, mail.auth)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
