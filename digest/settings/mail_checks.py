"""Check `[mail]` beyond what its types restrict.

Each error names the file, the key and a remedy, and shows no secret. Nothing is opened or asked:
whether a password can be read is a question of `digest check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from digest.errors import SettingsError
from digest.model.mail_settings import Mail
from digest.model.settings import Settings, seconds
from digest.settings.checks import SECRET, check_path, check_time_span
from digest.text import addresses

# A token of a person, as long as those that are made; it takes the place of {token}.
_TOKEN, _LONGEST_TOKEN = "{token}", "x" * 32
_MAX_POSTAL = 500  # characters
_TLS_PORT = 465  # RFC 8314
_SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9-]{1,63})*")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")
_REFERENCE_HINT = 'write "env:NAME" for an environment variable or "file:PATH" for a file'
_SERVER_HINT = 'write it like "smtp://relay.example.org:587"'
_MAILBOX_HINT = 'write it like "imaps://me@mail.example.org/INBOX", or the path of a Maildir'

Problem = tuple[str, str, str]  # key, reason, hint


def check(file: Path, settings: Settings) -> None:
    """Check how issues are mailed. Raises `SettingsError` for the first unusable value."""
    for key, reason, hint in _problems(file, settings):
        raise SettingsError(str(file), reason, key=key, hint=hint)


def _is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name or address; no name server is asked."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _problems(file: Path, settings: Settings) -> Iterator[Problem]:
    mail = settings.mail
    for key, reason, hint in _of_mail(mail):
        yield f"mail.{key}", reason, hint
    for name in ("password", "mailbox_password", "dkim_key"):
        reference = getattr(mail, name) or ""
        check_path(file, settings.root, reference.removeprefix("file:"), f"mail.{name}")
    if mail.mailbox is not None and "://" not in mail.mailbox:
        check_path(file, settings.root, mail.mailbox, "mail.mailbox")
    for number, span in enumerate(mail.retry):
        check_time_span(file, span, f"mail.retry[{number}]")
    check_time_span(file, mail.not_after, "mail.not_after")
    yield from _of_times(mail)
    for number, edition in enumerate(settings.editions):
        if edition.mail and not mail.is_on:
            hint = 'write server = "smtp://relay.example.org" and from = "me@example.org" in [mail]'
            yield f"edition[{number}].mail", "is true, but [mail] names no server or sender", hint


def _of_mail(mail: Mail) -> Iterator[Problem]:
    yield from _of_transport(mail)
    yield from _of_login(mail)
    yield from _of_addresses(mail)
    yield from _of_bounces(mail)
    yield from _of_mailbox(mail)
    yield from _of_signature(mail)
    postal = mail.postal
    if postal is not None:
        lines = postal.strip().split("\n")
        if not postal.strip() or not all(map(str.isprintable, lines)) or len(postal) > _MAX_POSTAL:
            hint = f"write lines of plain text, {_MAX_POSTAL} characters at most"
            yield "postal", "cannot be a postal address", hint


def _of_transport(mail: Mail) -> Iterator[Problem]:
    if mail.server is not None and mail.sendmail:
        yield "sendmail", "is given beside a server", "remove one of both"
    has_transport = mail.server is not None or bool(mail.sendmail)
    if mail.sender is not None and not has_transport:
        yield "server", "is missing: a sender is given", f"{_SERVER_HINT}, or give sendmail"
    if mail.sender is None and has_transport:
        yield "from", "is missing", 'write from = "Papers <papers@example.org>"'
    if mail.server is not None:
        yield from _of_server(mail.server, mail.security)
    if mail.sendmail:
        yield from _of_sendmail(mail)


def _of_server(server: str, security: str) -> Iterator[Problem]:
    parts = _split(server)
    if parts is not None and parts.scheme == "smtps":
        yield "server", "smtps is not written here", 'write smtp://, and security = "tls"'
    if parts is None or parts.scheme != "smtp" or not _HOST.fullmatch(parts.hostname or ""):
        # Not shown, here and below, because it may hold a password.
        yield "server", "not the address of a mail server", _SERVER_HINT
    elif "@" in parts.netloc:
        hint = 'remove them; write user = "..." and password = "env:NAME"'
        yield "server", "an address must not hold a user or password", hint
    elif parts.path.strip("/") or parts.query or parts.fragment:
        yield "server", "must end with the host or its port", _SERVER_HINT
    elif security == "none" and not _is_loopback(parts.hostname or ""):
        reason = f'"none" is allowed for this machine only, not for {parts.hostname}'
        yield "security", reason, 'write "starttls", or "tls" for port 465'
    elif security == "starttls" and parts.port == _TLS_PORT:
        # Server and program would both wait for the other to begin.
        reason = f"port {_TLS_PORT} is encrypted from the first byte"
        yield "security", reason, 'write security = "tls", or take port 587'


def _split(address: str) -> SplitResult | None:
    """Return the parts of an address; None if it is none, or has an unusable port."""
    try:
        parts = urlsplit(address)
        is_usable = parts.port != 0 and address.isprintable() and " " not in address
    except ValueError:
        return None
    return parts if is_usable else None


def _of_sendmail(mail: Mail) -> Iterator[Problem]:
    if not mail.sendmail[0].strip():
        yield "sendmail", "must name a program", 'begin with "/usr/sbin/sendmail"'
    if any("\0" in word for word in mail.sendmail):
        yield "sendmail", "holds a NUL", "remove it"
    words = " ".join(mail.sendmail[1:])
    if "{recipient}" not in words and "-t" not in mail.sendmail:  # -t reads it from To
        hint = 'end it with "--", "{recipient}"'
        yield "sendmail", "does not say where the recipient's address goes", hint
    if mail.bounces is not None and "{sender}" not in words:
        hint = 'add "-f", "{sender}"'
        yield "sendmail", "does not say where the envelope sender of bounces goes", hint
    for key in ("user", "password"):
        if getattr(mail, key) is not None:
            yield key, "is not used with sendmail", "remove it"


def _of_login(mail: Mail) -> Iterator[Problem]:
    if mail.user is not None and mail.password is None:
        hint = 'write password = "env:MAIL_PASSWORD", and set this variable'
        yield "password", "is missing: a user is given", hint
    if mail.password is not None and mail.user is None:
        yield "user", "is missing: a password is given", 'write user = "me@example.org"'
    if mail.auth == "xoauth2" and mail.user is None:
        yield "user", "is missing: xoauth2 is a login", 'write user = "me@example.org"'
    if mail.user is not None and not (mail.user.strip() and mail.user.isprintable()):
        yield "user", "cannot be the name of a user", "write it on one line"
    for key in ("password", "mailbox_password"):
        reference = getattr(mail, key)
        if reference is not None and not SECRET.fullmatch(reference):
            yield key, "a password is a secret and must not stand in this file", _REFERENCE_HINT


def _of_addresses(mail: Mail) -> Iterator[Problem]:
    texts = {"from": mail.sender, "reply_to": mail.reply_to, "unsubscribe": mail.unsubscribe}
    texts |= {f"to[{number}]": text for number, text in enumerate(mail.to)}
    for key, text in texts.items():
        if text is None or (key.startswith("to[") and re.fullmatch(r"env:\w+", text)):
            continue
        try:
            bare = addresses.parse(text)
        except ValueError as error:
            example = "Papers <me@example.org>" if key == "from" else "me@example.org"
            yield key, str(error), f'write it like "{example}"'
        else:
            if key == "unsubscribe" and bare != text.strip():
                yield key, "must be an address without a name", f'write "{bare}"'


def _of_bounces(mail: Mail) -> Iterator[Problem]:
    if mail.bounces is None:
        return
    hint = 'write it like "bounces+{token}@example.org"'
    local = mail.bounces.rpartition("@")[0]
    if local.count(_TOKEN) != 1 or mail.bounces.count("{") != 1:
        yield "bounces", "must have {token} once, before the @", hint
    try:
        bare = addresses.parse(address := mail.bounces.replace(_TOKEN, _LONGEST_TOKEN))
    except ValueError as error:
        yield "bounces", str(error).replace(_LONGEST_TOKEN, _TOKEN), hint
    else:
        if bare != address:
            yield "bounces", "must be an address without a name", hint


def _of_mailbox(mail: Mail) -> Iterator[Problem]:
    if mail.mailbox is None:
        return
    if "://" not in mail.mailbox:
        if not mail.mailbox.strip():
            yield "mailbox", "must name a mailbox", _MAILBOX_HINT
        elif re.match(r"imaps?:", mail.mailbox):
            yield "mailbox", "not the address of a mailbox", _MAILBOX_HINT
        return
    parts = _split(mail.mailbox)
    if parts is None or parts.scheme != "imaps" or not _HOST.fullmatch(parts.hostname or ""):
        yield "mailbox", "not the address of a mailbox", _MAILBOX_HINT
    elif parts.password is not None:
        hint = 'remove it; write mailbox_password = "env:NAME"'
        yield "mailbox", "an address must not hold a password", hint
    elif not (parts.username or mail.user):
        yield "mailbox", "names no user", _MAILBOX_HINT
    elif mail.mailbox_password is None and mail.password is None:
        yield "mailbox_password", "is missing: a mailbox is given", _REFERENCE_HINT


def _of_signature(mail: Mail) -> Iterator[Problem]:
    if mail.dkim_key is not None and not re.fullmatch(r"file:.+", mail.dkim_key):
        hint = 'write "file:secrets/dkim.pem"'
        yield "dkim_key", "a key is a secret and must not stand in this file", hint
    if mail.dkim_key is not None and mail.dkim_selector is None:
        yield "dkim_selector", "is missing: a key is given", 'write dkim_selector = "digest"'
    if mail.dkim_selector is not None and mail.dkim_key is None:
        yield "dkim_key", "is missing: a selector is given", 'write "file:secrets/dkim.pem"'
    if mail.dkim_selector is not None and not _SELECTOR.fullmatch(mail.dkim_selector):
        reason = f"not a selector: {mail.dkim_selector[:50]!r}"
        yield "dkim_selector", reason, "write letters, digits and hyphens"


def _of_times(mail: Mail) -> Iterator[Problem]:
    """Yield time spans of nothing; that they are time spans was checked before."""
    if not mail.retry:
        hint = 'write one or more, such as "30m", or remove the key'
        yield "mail.retry", "must not be empty", hint
    for number, span in enumerate(mail.retry):
        if not seconds(span):
            yield f"mail.retry[{number}]", "must be at least 1m", 'write a pause such as "5m"'
    if not seconds(mail.not_after):
        yield "mail.not_after", "must be at least 1m", 'write a time span such as "24h"'
