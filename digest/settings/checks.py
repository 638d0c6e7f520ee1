"""What a file's values must be to be meant: each complaint names file, key and a hint."""

from __future__ import annotations

import re
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

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")  # of an edition or a topic, both folders
_RESERVED = frozenset({"assets", "archive", "topics", "search"})  # folders of the output tree
_LONGEST_SETTLE = 3600  # a run may wait so long
_SECRET = re.compile(r"env:\w+|file:.+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AT = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SPAN = re.compile(rf"\d+[{''.join(SECONDS)}]")


def check(file: Path, settings: Settings) -> None:
    """Raises `SettingsError` for the first value that cannot be meant."""
    _check_site(file, settings.site)
    _check_inbox(file, settings.inbox)
    _check_span(file, settings.state.backup_every, "state.backup_every")
    _check_notify(file, settings.notify)
    _check_profile(file, settings.profile, "profile")
    _check_editions(file, settings.editions)


def _check_inbox(file: Path, inbox: Inbox) -> None:
    _check_span(file, inbox.expect_every, "inbox.expect_every")
    settle = inbox.settle_seconds
    if not 0 <= settle <= _LONGEST_SETTLE:
        reason, hint = f"no such time: {settle:g}", f"seconds, at most {_LONGEST_SETTLE}"
        raise SettingsError(str(file), reason, key="inbox.settle_seconds", hint=hint)
    if unknown := set(inbox.rest_days) - set(WEEKDAYS):
        hint = f"of {', '.join(WEEKDAYS)}"
        raise SettingsError(
            str(file), f"no weekday: {min(unknown)!r}", key="inbox.rest_days", hint=hint
        )
    for day in inbox.holidays:
        if not _DAY.fullmatch(day):
            raise SettingsError(
                str(file), f"no day: {day!r}", key="inbox.holidays", hint='"2026-12-25"'
            )


def _check_span(file: Path, span: str | None, key: str) -> None:
    if span is not None and not _SPAN.fullmatch(span):
        hint = 'a number and m, h, d or w: "36h"'
        raise SettingsError(str(file), f"no time span: {span!r}", key=key, hint=hint)


def _check_notify(file: Path, notify: Notify) -> None:
    for key in ("heartbeat", "heartbeat_fail", "webhook"):
        if not _SECRET.fullmatch(getattr(notify, key) or "env:NONE"):
            reason, hint = "an address is a secret, and does not stand here", "env:NAME, file:PATH"
            raise SettingsError(str(file), reason, key=f"notify.{key}", hint=hint)
    if unknown := set(notify.on) - set(NOTICES):
        hint = f"of {', '.join(NOTICES)}"
        raise SettingsError(str(file), f"no kind: {min(unknown)!r}", key="notify.on", hint=hint)


def _check_site(file: Path, site: Site) -> None:
    try:
        ZoneInfo(site.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder's name, a long one
        hint = 'a name like "Europe/Berlin"'
        raise SettingsError(
            str(file), f"no time zone: {site.timezone!r}", key="site.timezone", hint=hint
        ) from error
    if not re.match(r"https?://[^\s/]+", site.url):
        hint = 'where it will stand: "https://example.org/papers/"'
        raise SettingsError(str(file), f"no web address: {site.url!r}", key="site.url", hint=hint)


def _check_profile(file: Path, profile: Profile, key: str) -> None:
    """An entry without a letter would fit every paper, or none."""
    for name, entries in msgspec.structs.asdict(profile).items():
        for entry in (entries,) if isinstance(entries, str) else entries or ():
            if not any(map(str.isalnum, entry)):
                reason = f"says nothing: {entry!r}"
                raise SettingsError(
                    str(file), reason, key=f"{key}.{name}", hint="give it words, or leave it out"
                )


def _check_editions(file: Path, editions: tuple[Edition, ...]) -> None:
    names = [edition.name for edition in editions]
    if not editions:
        hint = "without the key there is one, daily"
        raise SettingsError(str(file), "there is no edition", key="edition", hint=hint)
    for number, edition in enumerate(editions):
        key = f"edition[{number}]"
        if not NAME.fullmatch(edition.name) or edition.name in _RESERVED:
            reason = f"{edition.name!r} cannot be a folder of the output"
            hint = f"lower-case letters, digits, hyphens; none of {', '.join(sorted(_RESERVED))}"
            raise SettingsError(str(file), reason, key=f"{key}.name", hint=hint)
        if names.count(edition.name) > 1:
            reason, hint = f"two editions {edition.name!r}", "each needs a name of its own"
            raise SettingsError(str(file), reason, key=f"{key}.name", hint=hint)
        if not _AT.fullmatch(edition.at):
            raise SettingsError(
                str(file), f"no time of day: {edition.at!r}", key=f"{key}.at", hint='"07:00"'
            )
        if not edition.days or set(edition.days) - set(WEEKDAYS):
            hint = f"of {', '.join(WEEKDAYS)}"
            raise SettingsError(str(file), "no weekdays", key=f"{key}.days", hint=hint)
        _check_profile(file, edition.profile or Profile(), f"{key}.profile")
        if edition.limit is not None and edition.limit < 1:
            reason, hint = f"no number of papers: {edition.limit}", "1 or more; none shows all"
            raise SettingsError(str(file), reason, key=f"{key}.limit", hint=hint)
        if edition.catch_up_days < 0:
            reason, hint = f"no number of days: {edition.catch_up_days}", "0 or more"
            raise SettingsError(str(file), reason, key=f"{key}.catch_up_days", hint=hint)
