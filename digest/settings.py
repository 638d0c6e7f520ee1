"""`config/*.toml` to frozen settings; what is wrong is said with file, key and a hint.

A working folder's own file overrides the shipped one of the same name, file by file.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints
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
    Phrase,
    Profile,
    Settings,
    Site,
    State,
    Topic,
)

CONFIG = "config"
DIGEST_TOML = "digest.toml"
TOPICS_TOML = "topics.toml"
WEIGHTS = "topics-weights.json"
TEMPLATES = "templates"

_RESERVED = frozenset({"assets", "archive", "topics", "search"})  # folders of the output tree
_TABLES = {
    "site": "site", "inbox": "inbox", "state": "state", "notify": "notify", "profile": "profile",
    "edition": "editions",
}  # fmt: skip
_LONGEST_SETTLE = 3600  # a run may wait so long
_LONGEST_CALL = 60  # seconds for a monitor that does not answer
_SECRET = re.compile(r"env:\w+|file:.+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AT = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SPAN = re.compile(rf"\d+[{''.join(SECONDS)}]")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_AT_KEY = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?")

_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_ONE_FOR_MANY = "Expected `array`, got `object`"
_KINDS: dict[str, Any] = {
    "site": Site, "inbox": Inbox, "state": State, "notify": Notify, "profile": Profile,
    "edition": Edition, "topic": Topic,
}  # fmt: skip

T = TypeVar("T")


class Topics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`config/topics.toml` as it is written."""

    topic: tuple[Topic, ...] = ()


def load(root: Path) -> Settings:
    """The settings of a working folder; an absent or empty file means the defaults.

    Raises `SettingsError` for what cannot be read, is unknown or cannot be meant.
    """
    file = root / CONFIG / DIGEST_TOML
    found = _toml(file, _content(file)) if file.exists() else {}
    if unknown := sorted(found.keys() - _TABLES.keys()):
        raise SettingsError(
            str(file), "unknown table", key=unknown[0], hint=_nearest(unknown[0], _TABLES)
        )
    settings = _converted(
        {_TABLES[name]: part for name, part in found.items()} | {"root": str(root)}, Settings, file
    )
    _check_site(file, settings.site)
    _check_inbox(file, settings.inbox)
    _check_span(file, settings.state.backup_every, "state.backup_every")
    _check_notify(file, settings.notify)
    _check_profile(file, settings.profile, "profile")
    _check_editions(file, settings.editions)
    return settings


class TopicsFile(NamedTuple):
    """The topics in force as they are written, with the learnt weights if these belong to them."""

    path: Path
    content: bytes
    weights: bytes | None


def topics_file(root: Path, shipped: Path) -> TopicsFile:
    """A working folder's topics, else the shipped ones; the weights belong to the latter only."""
    own, ours, weights = root / CONFIG / TOPICS_TOML, shipped / TOPICS_TOML, shipped / WEIGHTS
    path = own if own.exists() else ours
    content = _content(path)
    untouched = content == ours.read_bytes() and weights.exists()
    return TopicsFile(path, content, weights.read_bytes() if untouched else None)


def load_topics(file: TopicsFile) -> tuple[Topic, ...]:
    """The topics of a file; raises `SettingsError` for what cannot be used."""
    topics = _converted(_toml(file.path, file.content), Topics, file.path).topic
    ids = [topic.id for topic in topics]
    for topic_id in ids:
        if ids.count(topic_id) > 1 or not _NAME.fullmatch(topic_id) or topic_id == "other":
            reason = "each topic needs an id of its own"
            hint = "lower-case letters, digits, hyphens; not other"
            raise SettingsError(str(file.path), reason, key=f"topic {topic_id!r}", hint=hint)
    return topics


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(str(file), f"cannot be read: {error}") from error


def _toml(file: Path, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(file), f"not TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(str(file), f"cannot be read: {error}") from error


def _converted(found: Any, kind: type[T], file: Path) -> T:
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        match = _AT_KEY.fullmatch(str(error))
        reason, place = (match[1], match[2] or "") if match else (str(error), "")
        place = place.replace("editions", "edition", 1).replace("...", "")
        hint = _hint(reason, place)
        if unknown := _UNKNOWN.search(reason):
            reason, place = "unknown key", f"{place}.{unknown[1]}".lstrip(".")
        raise SettingsError(str(file), reason, key=place, hint=hint) from error


def _hint(reason: str, place: str) -> str:
    """What may stand at this place of the file; "" where the reason says so itself."""
    table, _, key = place.partition(".")
    kind = _KINDS.get(table.partition("[")[0], Topics)
    if unknown := _UNKNOWN.search(reason):
        inner = Profile if key == "profile" else Phrase
        return _nearest(unknown[1], (inner if key else kind).__struct_fields__)
    if reason.startswith("Invalid enum value"):
        return f"one of {', '.join(get_args(get_type_hints(kind)[key]))}"
    return f"[[{table}]], in double brackets" if reason == _ONE_FOR_MANY and not key else ""


def _nearest(name: str, known: Any) -> str:
    import difflib

    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"


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
        given = getattr(notify, key)
        if given is not None and not _SECRET.fullmatch(given):
            reason, hint = "an address is a secret, and does not stand here", "env:NAME, file:PATH"
            raise SettingsError(str(file), reason, key=f"notify.{key}", hint=hint)
    if unknown := set(notify.on) - set(NOTICES):
        hint = f"of {', '.join(NOTICES)}"
        raise SettingsError(str(file), f"no kind: {min(unknown)!r}", key="notify.on", hint=hint)
    if not 0 < notify.timeout_seconds <= _LONGEST_CALL:
        reason, hint = f"no such time: {notify.timeout_seconds:g}", f"at most {_LONGEST_CALL}"
        raise SettingsError(str(file), reason, key="notify.timeout_seconds", hint=hint)


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
        if not _NAME.fullmatch(edition.name) or edition.name in _RESERVED:
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
