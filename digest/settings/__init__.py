"""`config/*.toml` to frozen settings; what is wrong is said with file, key and a hint.

A working folder's own file overrides the shipped one of the same name, file by file.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

import msgspec

from digest.errors import SettingsError
from digest.model.limits import Limits
from digest.model.settings import (
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
from digest.settings import checks

CONFIG = "config"
DIGEST_TOML = "digest.toml"
TOPICS_TOML = "topics.toml"
WEIGHTS = "topics-weights.json"
TEMPLATES = "templates"

_TABLES = {
    "site": "site", "inbox": "inbox", "state": "state", "limits": "limits", "notify": "notify",
    "profile": "profile", "edition": "editions",
}  # fmt: skip
_AT_KEY = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?")

_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_ONE_FOR_MANY = "Expected `array`, got `object`"
_KINDS: dict[str, Any] = {
    "site": Site, "inbox": Inbox, "state": State, "limits": Limits, "notify": Notify,
    "profile": Profile, "edition": Edition, "topic": Topic,
}  # fmt: skip

T = TypeVar("T")


class TopicsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    checks.check(file, settings)
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
    topics = _converted(_toml(file.path, file.content), TopicsDocument, file.path).topic
    ids = [topic.id for topic in topics]
    for topic_id in ids:
        if ids.count(topic_id) > 1 or not checks.NAME.fullmatch(topic_id) or topic_id == "other":
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
    kind = _KINDS.get(table.partition("[")[0], TopicsDocument)
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
