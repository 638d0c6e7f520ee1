"""Read `config/digest.toml` into frozen settings.

A working folder's own file replaces the shipped file of the same name. Every error is a
`SettingsError` with the file, the key and a hint.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from digest.errors import SettingsError
from digest.model.settings import Settings
from digest.settings import checks, conversion, toml

CONFIG = "config"
DIGEST_TOML = "digest.toml"
TEMPLATES = "templates"

# The tables of the file, and the fields of `Settings` they fill.
_TABLES = {
    "site": "site", "inbox": "inbox", "state": "state", "limits": "limits", "notify": "notify",
    "profile": "profile", "fetch": "fetch", "source": "sources", "publish": "publish",
    "summary": "summary", "mail": "mail", "chat": "chat", "web": "web", "edition": "editions",
}  # fmt: skip


def load(root: Path) -> Settings:
    """Return the settings of a working folder from its `config/digest.toml`.

    A missing file, table or key means the default. Raises `SettingsError` if the file cannot be
    read, is not TOML, or has an unknown key or an unusable value.
    """
    return from_tables(root, read_tables(root))


def from_tables(root: Path, tables: dict[str, Any]) -> Settings:
    """Return the settings of a working folder as if its file had these tables.

    Raises `SettingsError` as `load` does. Reads nothing.
    """
    file = root / CONFIG / DIGEST_TOML
    if unknown := sorted(tables.keys() - _TABLES.keys()):
        raise SettingsError(
            str(file), "unknown table", key=unknown[0], hint=conversion.nearest(unknown[0], _TABLES)
        )
    content = {_TABLES[name]: table for name, table in tables.items()} | {"root": str(root)}
    settings = conversion.convert(content, Settings, file, _TABLES)
    checks.check(file, settings)
    if content.keys() & {"sources", "publish", "fetch"}:
        from digest.settings import source_checks  # most runs have nothing that it checks

        source_checks.check(file, settings)
    if "summary" in content:
        from digest.settings import summary_checks

        summary_checks.check(file, settings)
    if "mail" in content or any(edition.mail for edition in settings.editions):
        from digest.settings import mail_checks

        mail_checks.check(file, settings)
    if "chat" in content:
        from digest.settings import chat_checks

        chat_checks.check(file, settings)
    if "web" in content:
        from digest.settings import web_checks

        web_checks.check(file, settings)
    return _with_full_times(settings)


def _with_full_times(settings: Settings) -> Settings:
    """Return the settings with each time of day as HH:MM, however it is written in the file."""
    editions = (
        msgspec.structs.replace(edition, at=edition.at.zfill(5)) for edition in settings.editions
    )
    return msgspec.structs.replace(settings, editions=tuple(editions))


def read_tables(root: Path) -> dict[str, Any]:
    """Return the tables of a working folder's `config/digest.toml`; empty if there is no file.

    Raises `SettingsError` if the file cannot be read or is not TOML. Nothing in it is checked.
    """
    file = root / CONFIG / DIGEST_TOML
    return toml.parse(file, toml.read(file)) if toml.exists(file) else {}
