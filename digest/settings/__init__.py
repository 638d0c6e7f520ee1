"""Read `config/*.toml` into frozen settings.

A working folder's own file replaces the shipped file of the same name. Every error is a
`SettingsError` with the file, the key and a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

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
from digest.model.source_settings import Fetch, Publish, Source, Summary
from digest.settings import checks, messages, toml

CONFIG = "config"
DIGEST_TOML = "digest.toml"
TOPICS_TOML = "topics.toml"
WEIGHTS = "topics-weights.json"
TEMPLATES = "templates"

# The tables of the file, and the fields of `Settings` they fill.
_TABLES = {
    "site": "site", "inbox": "inbox", "state": "state", "limits": "limits", "notify": "notify",
    "profile": "profile", "fetch": "fetch", "source": "sources", "publish": "publish",
    "summary": "summary", "edition": "editions",
}  # fmt: skip
# The messages of msgspec: a reason, and the path to the value if it is not the whole file.
_MESSAGE = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_FEW = 4  # choices among which nobody needs to be told the nearest
_SINGLE_BRACKETS = "Expected `array`, got `object`"  # [edition] in place of [[edition]]
_KINDS: dict[str, Any] = {
    "site": Site, "inbox": Inbox, "state": State, "limits": Limits, "notify": Notify,
    "profile": Profile, "fetch": Fetch, "source": Source, "publish": Publish, "summary": Summary,
    "edition": Edition, "topic": Topic,
}  # fmt: skip

T = TypeVar("T")


class TopicsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The structure of `config/topics.toml`."""

    topic: tuple[Topic, ...] = ()


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
            str(file), "unknown table", key=unknown[0], hint=_nearest(unknown[0], _TABLES)
        )
    content = {_TABLES[name]: table for name, table in tables.items()} | {"root": str(root)}
    settings = _converted(content, Settings, file)
    checks.check(file, settings)
    if content.keys() & {"sources", "publish", "fetch"}:
        from digest.settings import source_checks  # most runs have nothing that it checks

        source_checks.check(file, settings)
    if "summary" in content:
        from digest.settings import summary_checks

        summary_checks.check(file, settings)
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


class TopicsFile(NamedTuple):
    """The file of the topics in use, and its bytes.

    ``weights`` are the bytes of the learnt weights, or None if the topics are not the shipped
    ones.
    """

    path: Path
    content: bytes
    weights: bytes | None


def topics_file(root: Path, shipped: Path) -> TopicsFile:
    """Return the topics of a working folder, or the shipped ones if it has none.

    Raises `SettingsError` if the file cannot be read.
    """
    own, default, weights = root / CONFIG / TOPICS_TOML, shipped / TOPICS_TOML, shipped / WEIGHTS
    path = own if toml.exists(own) else default
    content = toml.read(path)
    # The weights were learnt for the shipped phrases, so they do not fit any others.
    unchanged = content == default.read_bytes() and weights.exists()
    return TopicsFile(path, content, weights.read_bytes() if unchanged else None)


def load_topics(file: TopicsFile) -> tuple[Topic, ...]:
    """Return the topics of a file, in its order.

    Raises `SettingsError` if they do not fit the structure, or an id is unusable or used twice.
    """
    topics = _converted(toml.parse(file.path, file.content), TopicsDocument, file.path).topic
    checks.check_topics(file.path, topics)
    return topics


def _converted(content: Any, kind: type[T], file: Path) -> T:
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        match = _MESSAGE.fullmatch(str(error))
        reason, place = (match[1], match[2] or "") if match else (str(error), "")
        # An address of a monitor is a secret, also where it stands in the wrong way.
        is_secret = place.startswith("notify.") or place.endswith((".token", "summary.key"))
        value = None if is_secret else _value_at(content, place)
        place = _named_as_in_the_file(place)
        hint = _hint(reason, place, value)
        if unknown := _UNKNOWN.search(reason):
            reason, place = "unknown key", f"{place}.{unknown[1]}".lstrip(".")
        reason = messages.rewrite(reason, value)
        raise SettingsError(str(file), reason, key=place, hint=hint) from error


def _named_as_in_the_file(place: str) -> str:
    """Return a path with the name of the file's table: ``edition[0]`` for ``editions[0]``."""
    field = re.split(r"\W", place, maxsplit=1)[0]
    tables = {of: table for table, of in _TABLES.items()}
    return (tables.get(field, field) + place.removeprefix(field)).replace("...", "")


def _value_at(content: Any, place: str) -> object:
    """Return the value at a path of msgspec such as ``editions[0].at``; None if there is none."""
    for key, index in re.findall(r"([\w-]+)|\[(\d+)\]", place):
        try:
            content = content[key or int(index)]
        except (LookupError, TypeError):
            return None
    return content


def _hint(reason: str, place: str, value: object) -> str:
    """Return a hint for the value at ``place``, or "" if the reason is enough.

    ``place`` is a path such as ``edition[0].at``, and ``reason`` is still that of msgspec.
    """
    table, _, key = place.partition(".")
    kind = _KINDS.get(table.partition("[")[0], TopicsDocument)
    if unknown := _UNKNOWN.search(reason):
        inner = Profile if key == "profile" else Phrase
        return _nearest(unknown[1], (inner if key else kind).__struct_fields__)
    # A list of choices has a path for each entry: ``announce[0]``.
    expected = get_type_hints(kind).get(key.partition("[")[0])
    if choices := get_args(next(_literals(expected), None)):
        nearest = f"{_nearest(value, choices)} " if _is_close(value, choices) else ""
        return f"{nearest}one of {', '.join(choices)}"
    is_single = reason == _SINGLE_BRACKETS and not key
    return f"write [[{table}]], in double brackets" if is_single else ""


def _literals(expected: Any) -> Iterator[Any]:
    """Yield the choices of a type: of a value, or of the entries of a list."""
    if get_origin(expected) is Literal:
        yield expected
    for inner in get_args(expected) if get_origin(expected) is tuple else ():
        yield from _literals(inner)


def _is_close(value: object, choices: tuple[str, ...]) -> bool:
    return isinstance(value, str) and len(choices) > _FEW and "?" in _nearest(value, choices)


def _nearest(name: Any, known: Any) -> str:
    import difflib  # needed for mistakes only

    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {matches[0]}?" if matches else f"known: {', '.join(known)}"
