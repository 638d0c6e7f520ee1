"""Read a secret from where the configuration says it is."""

from __future__ import annotations

import os
from pathlib import Path

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


def _read(file: Path) -> str:
    if not file.is_file():  # a named pipe would never end
        raise FileNotFoundError(str(file))
    with file.open(encoding="utf-8") as text:
        return text.read(_MAX_CHARS)
