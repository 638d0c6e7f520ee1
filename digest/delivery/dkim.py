"""Sign mails by DKIM (RFC 6376), for servers that do not. Needs the extra ``dkim``."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from digest.delivery import secrets
from digest.errors import SettingsError
from digest.model.mail_settings import Mail

# Each is signed once more than it stands in the message, so that nobody can add a second one.
_SIGNED = (
    "from", "to", "subject", "date", "message-id", "reply-to", "list-id", "list-unsubscribe",
    "list-unsubscribe-post", "mime-version", "content-type", "content-transfer-encoding",
)  # fmt: skip
_TRIAL = b"From: a@example.org\r\n\r\n"


def signer(mail: Mail, root: Path) -> Callable[[bytes], bytes]:
    """Return a function that puts a signature before a message with CRLF line ends.

    The same message gets the same signature, also later: it bears no moment. The domain is that
    of ``from``. Raises `SettingsError` if the key cannot be used, or `dkimpy` is missing.
    """
    try:
        import dkim
    except ImportError as error:
        hint = "pip install papers-digest[dkim]"
        raise _refused("dkimpy is not installed", hint) from error

    class Timeless(dkim.DKIM):  # type: ignore[misc]  # it has no types
        """Signs without `t=`, which RFC 6376 recommends: a mail that is sent again is the same."""

        def gen_header(self, fields: list[tuple[bytes, bytes]], *more: Any, **named: Any) -> bytes:
            timeless = [field for field in fields if field[0] != b"t"]
            return bytes(super().gen_header(timeless, *more, **named))

    key, selector, domain = _key(mail, root), _ascii(mail.dkim_selector), _domain(mail)

    def sign(message: bytes) -> bytes:
        dkim_message = Timeless(message)
        named = [name for name, _ in dkim_message.headers]
        signed = [name for name in map(str.encode, _SIGNED) for _ in range(1 + _count(named, name))]
        return bytes(dkim_message.sign(selector, domain, key, include_headers=signed)) + message

    try:
        sign(_TRIAL)
    except Exception as error:  # its parser of keys raises what it meets
        raise _refused("holds no usable RSA key", "openssl genrsa -traditional 2048") from error
    return sign


def _key(mail: Mail, root: Path) -> bytes:
    text = secrets.read(root, mail.dkim_key or "", "mail.dkim_key")
    return "\n".join(text.splitlines()).encode()


def _domain(mail: Mail) -> bytes:
    domain = parseaddr(mail.sender or "")[1].rpartition("@")[2]
    return domain.encode("idna")


def _ascii(selector: str | None) -> bytes:
    if not selector or not selector.isascii():
        raise SettingsError("mail", "is missing, or not ASCII", key="dkim_selector")
    return selector.encode()


def _count(named: list[bytes], name: bytes) -> int:
    return sum(each.lower() == name for each in named)


def _refused(reason: str, hint: str) -> SettingsError:
    return SettingsError("mail", reason, key="dkim_key", hint=hint)
