"""List every setting of a working folder with its value, its origin and its default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from digest import settings as settings_files
from digest.delivery import secrets
from digest.errors import FetchError, SettingsError
from digest.model.settings import ADDRESSES, Edition, Profile, Settings
from digest.model.source_settings import command_names
from digest.settings import describe, source_checks

DEFAULT = "default"
_FILE = f"{settings_files.CONFIG}/{settings_files.DIGEST_TOML}"
_TABLES = (
    "site", "inbox", "state", "notify", "limits", "profile", "fetch", "summary", "mail", "web",
)  # fmt: skip
_SECRETS = ("token", "key")
_MAIL_SECRETS = ("password", "mailbox_password", "dkim_key", "url")  # of [mail] and [[chat]]


class SettingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A setting. ``key`` is its place: ``site.title``, ``edition.daily.at``.

    ``origin`` is the file that sets the value, else `DEFAULT`, or an option or environment
    variable. For a reference to a secret, an address or a token, ``address`` says "set" or why it
    cannot be used; the secret itself is never read into a row.
    """

    key: str
    value: Any
    origin: str
    default: Any
    about: str
    address: str | None = None


def list_settings(settings: Settings, root_origin: str) -> Iterator[SettingRow]:
    """Yield each setting, in the order of the reference.

    Sources, commands, channels and editions come one by one, by name, and a source with what its
    kind uses.
    ``root_origin`` says where the working folder was named. Raises `SettingsError` if the
    configuration cannot be read.
    """
    root = Path(settings.root)
    tables = settings_files.read_tables(root)
    yield SettingRow(
        key="root",
        value=str(root.absolute()),
        origin=root_origin,
        default=str(Path.cwd()),
        about="The working folder, by `--root` or `DIGEST_ROOT`; else the current folder.",
    )
    for name in _TABLES:
        for row in _rows(name, getattr(settings, name), tables.get(name, {})):
            yield _with_secret(root, name, row)
    yield from _source_rows(root, settings, tables.get("source", ()))
    commands = zip(command_names(settings.publish), settings.publish, strict=True)
    for (name, publish), table in zip(commands, tables.get("publish", ()), strict=True):
        yield from _rows(f"publish.{name}", publish, table)
    for chat, table in zip(settings.chat, tables.get("chat", ()), strict=True):
        for row in _rows(f"chat.{chat.name}", chat, table):
            yield _with_mail_secret(root, row)
    # As the file has them, in the same order; none means the default one.
    of_file = tables.get("edition") or [{} for _ in settings.editions]
    for edition, table in zip(settings.editions, of_file, strict=True):
        yield from _edition_rows(edition, table)


def _source_rows(
    root: Path, settings: Settings, tables: Sequence[Mapping[str, Any]]
) -> Iterator[SettingRow]:
    for source, table in zip(settings.sources, tables, strict=True):
        used = source_checks.keys_of(source.kind)
        for row in _rows(f"source.{source.name}", source, table):
            key = row.key.rpartition(".")[2]
            if key in used:
                yield _with_token(root, row)


def _with_secret(root: Path, table: str, row: SettingRow) -> SettingRow:
    """Say of a reference to a secret in a table whether it can be used; return any other row."""
    if table == "notify":
        return _with_address(root, row)
    return _with_mail_secret(root, row) if table == "mail" else _with_token(root, row)


def _with_mail_secret(root: Path, row: SettingRow) -> SettingRow:
    if row.key.rpartition(".")[2] not in _MAIL_SECRETS or row.value is None:
        return row
    from digest.delivery import secrets  # few folders send mail

    try:
        secrets.read(root, row.value, row.key)
    except SettingsError as error:
        return msgspec.structs.replace(row, address=error.reason)
    return msgspec.structs.replace(row, address="set")


def _with_token(root: Path, row: SettingRow) -> SettingRow:
    """Say of a reference to a token or key whether it can be used; return any other row."""
    if row.key.rpartition(".")[2] not in _SECRETS or row.value is None:
        return row
    from digest.sources import tokens  # few sources have one

    try:
        tokens.read(root, row.value)
    except FetchError as error:
        return msgspec.structs.replace(row, address=error.reason.removeprefix("its token "))
    return msgspec.structs.replace(row, address="set")


def _edition_rows(edition: Edition, table: Mapping[str, Any]) -> Iterator[SettingRow]:
    for row in _rows(f"edition.{edition.name}", edition, table):
        # A profile of its own is a table; without one, the row says that there is none.
        if isinstance(profile := row.value, Profile):
            yield from _rows(row.key, profile, table["profile"])
        else:
            yield row


def _rows(place: str, record: msgspec.Struct, table: Mapping[str, Any]) -> Iterator[SettingRow]:
    for setting in describe.describe(type(record)):
        yield SettingRow(
            key=f"{place}.{setting.name}",
            value=getattr(record, setting.field),
            origin=_FILE if setting.name in table else DEFAULT,
            default=setting.default,
            about=setting.about,
        )


def _with_address(root: Path, row: SettingRow) -> SettingRow:
    name = row.key.rpartition(".")[2]
    if name not in ADDRESSES or row.value is None:
        return row
    try:
        secrets.web_address(root, row.value, f"notify.{name}")
    except SettingsError as error:
        return msgspec.structs.replace(row, address=error.reason)
    return msgspec.structs.replace(row, address="set")
