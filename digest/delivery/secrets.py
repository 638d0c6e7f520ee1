"""Read a secret from where the configuration says it is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from digest.errors import SettingsError

_MAX_CHARS = 10_000  # of the file of a secret


def read(root: Path, reference: str, key: str) -> str:
    """Return the secret that ``env:NAME`` or ``file:PATH`` points to, without blanks around it.

    A path is relative to ``root``. ``key`` is the configuration key for the error, such as
    ``mail.password``. Does not judge whether it is usable. Raises `SettingsError` if there is
    none, or it is empty. The error never shows it.
    """
    section, _, name = key.rpartition(".")
    kind, _, place = reference.partition(":")
    try:
        content = os.environ[place] if kind == "env" else _read(root / place)
    except (KeyError, OSError, ValueError) as error:
        reason = f"{reference} is not set" if kind == "env" else f"{reference} cannot be read"
        raise SettingsError(section, reason, key=name) from error
    if not (secret := content.strip()):
        raise SettingsError(section, f"{reference} is empty", key=name)
    return secret


def web_address(root: Path, reference: str, key: str) -> str:
    """Return the web address that a reference points to, as `read` does.

    It is http or https, of printable ASCII, without user and password. Raises `SettingsError` for
    any other. The error never shows it.
    """
    url = read(root, reference, key)
    if not _is_web_address(url):
        section, _, name = key.rpartition(".")
        hint = "write http:// or https://, on one line, without blanks, user or password"
        raise SettingsError(section, f"{reference} holds no web address", key=name, hint=hint)
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(usable) and "@" not in parts.netloc and re.fullmatch(r"[!-~]+", url) is not None


def _read(file: Path) -> str:
    if not file.is_file():  # a named pipe would never end
        raise FileNotFoundError(str(file))
    with file.open(encoding="utf-8") as text:
        return text.read(_MAX_CHARS)
