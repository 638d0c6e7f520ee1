"""Read the secret that a source wants to see, from where the configuration says it is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from digest.errors import FetchError

_MOST_BYTES = 10_000
_USABLE = re.compile(r"[!-~]+")  # what a header can carry


def read(root: Path, reference: str | None) -> str | None:
    """Return the secret that ``env:NAME`` or ``file:PATH`` points to; None for no reference.

    A path is relative to ``root``. Raises `FetchError` if there is none, or it is no single word
    of ASCII. The error does not show it.
    """
    if reference is None:
        return None
    kind, _, name = reference.partition(":")
    try:
        content = os.environ[name] if kind == "env" else _file(root / name)
    except (KeyError, OSError, ValueError) as error:
        missing = "is not set" if kind == "env" else "cannot be read"
        raise FetchError(f"its token {reference} {missing}") from error
    token = content.strip()
    if not _USABLE.fullmatch(token):
        raise FetchError(f"its token {reference} is not one word of plain ASCII")
    return token


def _file(path: Path) -> str:
    if not path.is_file():  # a named pipe would never end
        raise FileNotFoundError(str(path))
    with path.open("rb") as file:
        return file.read(_MOST_BYTES).decode()
