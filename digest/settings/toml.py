"""Read a TOML file, or say why it cannot be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from digest.errors import SettingsError

_MAX_BYTES = 1 << 20  # the shipped topics have 20 kB
# Python's parser takes quadratic time for a key of many parts.
_TOO_DEEP = re.compile(r"""(?:(?:(?<![\w-])[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")
_BARE_TIME = re.compile(r"^[ \t]*\w+[ \t]*=[ \t]*\d\d?:\d\d[ \t\r]*(?:#.*)?$", re.MULTILINE)
_NESTED = "its tables or lists are nested too deep"


def exists(file: Path) -> bool:
    """Return whether there is anything of this name, also a link to nowhere."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error
    return True


def read(file: Path) -> bytes:
    """Return the content of a file. Raises `SettingsError` if it is none, or too large."""
    try:
        if file.exists() and not (file.is_file() or file.is_dir()):  # a pipe would never end
            raise SettingsError(str(file), "cannot be read: it is not a file")
        if file.stat().st_size > _MAX_BYTES:
            raise SettingsError(str(file), f"has more than {_MAX_BYTES >> 10:,} KiB")
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error


def parse(file: Path, content: bytes) -> dict[str, Any]:
    """Return the tables of a file. Raises `SettingsError` if its content is not valid TOML."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"is not in UTF-8, at byte {error.start}"
        raise SettingsError(str(file), reason, hint="save it as UTF-8") from error
    if _TOO_DEEP.search(text):
        raise SettingsError(str(file), _NESTED)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = 'write a time in quotes, such as "07:00"' if _BARE_TIME.search(text) else ""
        raise SettingsError(str(file), f"not valid TOML: {error}", hint=hint) from error
    except RecursionError as error:
        raise SettingsError(str(file), _NESTED) from error
    except ValueError as error:  # a number of thousands of digits
        raise SettingsError(str(file), "holds a number that is too large") from error


def _unreadable(file: Path, error: OSError | ValueError) -> SettingsError:
    reason = error.strerror if isinstance(error, OSError) else None
    return SettingsError(str(file), f"cannot be read: {reason or error}")
