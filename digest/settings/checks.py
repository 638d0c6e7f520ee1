"""Check the values of `config/digest.toml` that their types alone do not restrict.

Each error names the file, the key and a remedy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from digest.errors import SettingsError
from digest.model.settings import (
    NOTICES,
    SECONDS,
    WEEKDAYS,
    Edition,
    Inbox,
    Notify,
    Profile,
    Settings,
    Site,
)

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")  # editions and topics are also names of folders
_RESERVED = frozenset({"assets", "archive", "topics", "search"})  # folders of the output tree
_MAX_SETTLE = 3600  # a run waits this long at most
_SECRET = re.compile(r"env:\w+|file:.+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TIME_SPAN = re.compile(rf"\d+[{''.join(SECONDS)}]")


def check(file: Path, settings: Settings) -> None:
    """Check all settings. Raises `SettingsError` for the first value that cannot be used."""
    _check_site(file, settings.site)
    _check_inbox(file, settings.inbox)
    _check_time_span(file, settings.state.backup_every, "state.backup_every")
    _check_notify(file, settings.notify)
    _check_profile(file, settings.profile, "profile")
    _check_editions(file, settings.editions)


def _check_inbox(file: Path, inbox: Inbox) -> None:
    _check_time_span(file, inbox.expect_every, "inbox.expect_every")
    settle = inbox.settle_seconds
    if not 0 <= settle <= _MAX_SETTLE:
        reason = f"must be between 0 and {_MAX_SETTLE}, not {settle:g}"
        raise SettingsError(str(file), reason, key="inbox.settle_seconds", hint="in seconds")
    _check_weekdays(file, inbox.rest_days, "inbox.rest_days")
    for day in inbox.holidays:
        if not _DATE.fullmatch(day):
            reason, hint = f"not a date: {day!r}", 'write it like "2026-12-25"'
            raise SettingsError(str(file), reason, key="inbox.holidays", hint=hint)


def _check_weekdays(file: Path, days: Sequence[str], key: str) -> None:
    if unknown := set(days) - set(WEEKDAYS):
        reason, hint = f"not a weekday: {min(unknown)!r}", f"use {', '.join(WEEKDAYS)}"
        raise SettingsError(str(file), reason, key=key, hint=hint)


def _check_time_span(file: Path, span: str | None, key: str) -> None:
    if span is not None and not _TIME_SPAN.fullmatch(span):
        hint = 'write a number and m, h, d or w, such as "36h"'
        raise SettingsError(str(file), f"not a time span: {span!r}", key=key, hint=hint)


def _check_notify(file: Path, notify: Notify) -> None:
    for name in ("heartbeat", "heartbeat_fail", "webhook"):
        if not _SECRET.fullmatch(getattr(notify, name) or "env:NONE"):
            reason = "the address is a secret and must not stand in this file"
            hint = 'write "env:NAME" for an environment variable or "file:PATH" for a file'
            raise SettingsError(str(file), reason, key=f"notify.{name}", hint=hint)
    if unknown := set(notify.on) - set(NOTICES):
        reason, hint = f"not a kind of notice: {min(unknown)!r}", f"use {', '.join(NOTICES)}"
        raise SettingsError(str(file), reason, key="notify.on", hint=hint)


def _check_site(file: Path, site: Site) -> None:
    try:
        ZoneInfo(site.timezone)
    # A name that is a folder of the zone database, or too long for a file name, is an OSError.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        reason, hint = f"not a time zone: {site.timezone!r}", 'write a name like "Europe/Berlin"'
        raise SettingsError(str(file), reason, key="site.timezone", hint=hint) from error
    if not re.match(r"https?://[^\s/]+", site.url):
        reason = f"not a web address: {site.url!r}"
        hint = 'write where the pages will be served, such as "https://example.org/papers/"'
        raise SettingsError(str(file), reason, key="site.url", hint=hint)


def _check_profile(file: Path, profile: Profile, key: str) -> None:
    for name, entries in msgspec.structs.asdict(profile).items():
        for entry in (entries,) if isinstance(entries, str) else entries or ():
            # An entry of punctuation alone would match every paper, or none.
            if not any(map(str.isalnum, entry)):
                reason, hint = f"has no letter or digit: {entry!r}", "write words, or remove it"
                raise SettingsError(str(file), reason, key=f"{key}.{name}", hint=hint)


def _check_editions(file: Path, editions: tuple[Edition, ...]) -> None:
    names = [edition.name for edition in editions]
    if not editions:
        hint = "remove the key to get the default, one daily edition"
        raise SettingsError(str(file), "must not be empty", key="edition", hint=hint)
    for number, edition in enumerate(editions):
        key = f"edition[{number}]"
        _check_name(file, edition.name, names, f"{key}.name")
        _check_schedule(file, edition, key)
        _check_profile(file, edition.profile or Profile(), f"{key}.profile")
        if edition.limit is not None and edition.limit < 1:
            reason = f"must be at least 1, not {edition.limit}"
            hint = "remove the key to show all papers in full"
            raise SettingsError(str(file), reason, key=f"{key}.limit", hint=hint)


def _check_name(file: Path, name: str, names: Sequence[str], key: str) -> None:
    if not NAME.fullmatch(name) or name in _RESERVED:
        reason = f"cannot be the name of an output folder: {name!r}"
        reserved = ", ".join(sorted(_RESERVED))
        hint = f"use lower-case letters, digits and hyphens, but none of {reserved}"
        raise SettingsError(str(file), reason, key=key, hint=hint)
    if names.count(name) > 1:
        reason, hint = f"two editions are called {name!r}", "give each a name of its own"
        raise SettingsError(str(file), reason, key=key, hint=hint)


def _check_schedule(file: Path, edition: Edition, key: str) -> None:
    if not _TIME_OF_DAY.fullmatch(edition.at):
        reason, hint = f"not a time of day: {edition.at!r}", 'write it like "07:00"'
        raise SettingsError(str(file), reason, key=f"{key}.at", hint=hint)
    if not edition.days:
        hint = f"use one or more of {', '.join(WEEKDAYS)}"
        raise SettingsError(str(file), "must not be empty", key=f"{key}.days", hint=hint)
    _check_weekdays(file, edition.days, f"{key}.days")
    if edition.catch_up_days < 0:
        reason, hint = f"must be at least 0, not {edition.catch_up_days}", "0 catches up nothing"
        raise SettingsError(str(file), reason, key=f"{key}.catch_up_days", hint=hint)
