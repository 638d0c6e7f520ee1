"""Check the values of `config/digest.toml` that their types alone do not restrict.

Each error names the file, the key and a remedy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from digest.errors import SettingsError
from digest.model.settings import (
    ADDRESSES,
    MAX_DAYS,
    NOTICES,
    SECONDS,
    WEEKDAYS,
    Edition,
    Inbox,
    Notify,
    Profile,
    Settings,
    Site,
    seconds,
)
from digest.model.topic_settings import Topic, TopicChange

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")  # editions and topics are also names of folders
_RESERVED = frozenset({"assets", "archive", "topics", "search"})  # folders of the output tree
_MAX_NAME = 100  # characters of such a name; file systems allow 255
_MAX_FILE, _MAX_PATH = 255, 4095  # bytes, on Linux
_MAX_WEIGHT = 1_000_000
_MAX_SETTLE = 3600  # a run waits this long at most
SECRET = re.compile(r"env:\w+|file:.+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):[0-5]\d", re.ASCII)
_TIME_SPAN = re.compile(rf"\d{{1,9}}[{''.join(SECONDS)}]", re.ASCII)
_ENGLISH = re.compile(r"en(-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)  # by BCP 47
_ADDRESS = re.compile(r"https?://[^\s/]+.*")


def check(file: Path, settings: Settings) -> None:
    """Check all settings. Raises `SettingsError` for the first value that cannot be used."""
    _check_site(file, settings.site)
    _check_paths(file, settings)
    _check_inbox(file, settings.inbox)
    check_time_span(file, settings.state.backup_every, "state.backup_every")
    _check_notify(file, settings.notify)
    _check_profile(file, settings.profile, "profile")
    _check_editions(file, settings.editions)


def check_topics(file: Path, topics: Sequence[Topic | TopicChange]) -> None:
    """Check ids and weights of the topics. Raises `SettingsError` for the first unusable one."""
    ids = [topic.id for topic in topics]
    for topic in topics:
        key = f"topic {topic.id!r}"
        is_usable = is_name(topic.id) and topic.id != "other"
        if not is_usable or ids.count(topic.id) > 1:
            reason = "this id is used twice" if is_usable else "cannot be an id"
            hint = "give each topic its own: lower-case letters, digits, hyphens; not other"
            raise SettingsError(str(file), reason, key=key, hint=hint)
        if topic.name is not None and not topic.name.strip():
            raise SettingsError(str(file), "its name is empty", key=key, hint="write a heading")
        added = topic.add if isinstance(topic, TopicChange) else ()
        for phrase in (*topic.strong, *topic.words, *topic.weak, *topic.not_words, *added):
            weight = 1.0 if isinstance(phrase, str) else phrase.weight
            if not math.isfinite(weight) or abs(weight) > _MAX_WEIGHT:
                reason, hint = f"not a weight: {weight:g}", "write a number such as 1.5"
                raise SettingsError(str(file), reason, key=key, hint=hint)


def is_name(name: str) -> bool:
    """Return whether this can be the name of an edition or a source, or the id of a topic."""
    return NAME.fullmatch(name) is not None and len(name) <= _MAX_NAME


def _check_paths(file: Path, settings: Settings) -> None:
    check_path(file, settings.root, settings.inbox.path, "inbox.path")
    check_path(file, settings.root, settings.state.path, "state.path")
    profiles = {"profile": settings.profile} | {
        f"edition[{number}].profile": edition.profile or Profile()
        for number, edition in enumerate(settings.editions)
    }
    for name, profile in profiles.items():
        check_path(file, settings.root, profile.library or "", f"{name}.library")
    for name in ADDRESSES:
        reference = getattr(settings.notify, name) or ""
        check_path(file, settings.root, reference.removeprefix("file:"), f"notify.{name}")


def check_path(file: Path, root: str, path: str, key: str) -> None:
    """Raise `SettingsError` for a path that no system could open."""
    parts = [len(part.encode()) for part in path.split("/")]
    is_long = max(parts) > _MAX_FILE or len(root) + sum(parts) + len(parts) > _MAX_PATH
    if "\0" in path or is_long:
        reason = "cannot be a path: " + ("it is too long" if is_long else "it holds a NUL")
        raise SettingsError(str(file), reason, key=key, hint="write another name")


def _check_inbox(file: Path, inbox: Inbox) -> None:
    check_time_span(file, inbox.expect_every, "inbox.expect_every")
    settle = inbox.settle_seconds
    if not 0 <= settle <= _MAX_SETTLE:
        reason = f"must be between 0 and {_MAX_SETTLE}, not {settle:g}"
        raise SettingsError(str(file), reason, key="inbox.settle_seconds", hint="in seconds")
    _check_weekdays(file, inbox.rest_days, "inbox.rest_days")
    for day in inbox.holidays:
        if not _is_date(day):
            reason, hint = f"not a date: {day!r}", 'write it like "2026-12-25"'
            raise SettingsError(str(file), reason, key="inbox.holidays", hint=hint)


def _is_date(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return _DATE.fullmatch(day) is not None


def _check_weekdays(file: Path, days: Sequence[str], key: str) -> None:
    if unknown := set(days) - set(WEEKDAYS):
        reason, hint = f"not a weekday: {min(unknown)!r}", f"one of {', '.join(WEEKDAYS)}"
        raise SettingsError(str(file), reason, key=key, hint=hint)


def check_time_span(file: Path, span: str | None, key: str) -> None:
    """Raise `SettingsError` for what is no time span, or a longer one than a hundred years."""
    if span is not None and not _TIME_SPAN.fullmatch(span):
        hint = 'write a number and m, h, d or w, such as "36h"'
        raise SettingsError(str(file), f"not a time span: {span[:50]!r}", key=key, hint=hint)
    if span is not None and seconds(span) > MAX_DAYS * SECONDS["d"]:
        reason = f"must be at most {MAX_DAYS} days, not {span}"
        raise SettingsError(str(file), reason, key=key, hint="write a shorter time span")


def _check_notify(file: Path, notify: Notify) -> None:
    for name in ADDRESSES:
        if not SECRET.fullmatch(getattr(notify, name) or "env:NONE"):
            reason = "the address is a secret and must not stand in this file"
            hint = 'write "env:NAME" for an environment variable or "file:PATH" for a file'
            raise SettingsError(str(file), reason, key=f"notify.{name}", hint=hint)
    if unknown := set(notify.on) - set(NOTICES):
        reason, hint = f"not a kind of notice: {min(unknown)!r}", f"one of {', '.join(NOTICES)}"
        raise SettingsError(str(file), reason, key="notify.on", hint=hint)


def _check_site(file: Path, site: Site) -> None:
    try:
        ZoneInfo(site.timezone)
    # A name that is a folder of the zone database, or too long for a file name, is an OSError.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        reason, hint = f"not a time zone: {site.timezone!r}", 'write a name like "Europe/Berlin"'
        raise SettingsError(str(file), reason, key="site.timezone", hint=hint) from error
    if not is_web_address(site.url):
        reason = f"not a web address: {site.url!r}"
        hint = 'write where the pages will be served, such as "https://example.org/papers/"'
        raise SettingsError(str(file), reason, key="site.url", hint=hint)
    if site.hub is not None and not is_web_address(site.hub):
        reason, hint = f"not a web address: {site.hub!r}", 'write "https://hub.example.org/"'
        raise SettingsError(str(file), reason, key="site.hub", hint=hint)
    _check_language(file, site.language)


def _check_language(file: Path, language: str) -> None:
    if not _ENGLISH.fullmatch(language):
        reason = f"pages are written in English only: {language!r}"
        hint = 'write "en", or a kind of English such as "en-GB"; there are no translations'
        raise SettingsError(str(file), reason, key="site.language", hint=hint)


def is_web_address(url: str) -> bool:
    """Return whether this is an address with http or https, a host and no unusable port."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket without its pair, or a port that is no number
        return False
    return usable and url.isprintable() and _ADDRESS.fullmatch(url) is not None


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
    if not is_name(name) or name in _RESERVED:
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
    if not 0 <= edition.catch_up_days <= MAX_DAYS:
        bound = "at least 0" if edition.catch_up_days < 0 else f"at most {MAX_DAYS}"
        reason, hint = f"must be {bound}, not {edition.catch_up_days}", "0 catches up nothing"
        raise SettingsError(str(file), reason, key=f"{key}.catch_up_days", hint=hint)
