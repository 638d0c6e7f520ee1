"""Read `config/topics.toml`: topics of one's own, or changes to the shipped ones."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from digest.errors import SettingsError
from digest.model.topic_settings import Topic, TopicChange
from digest.settings import CONFIG, checks, conversion, toml

TOPICS_TOML = "topics.toml"
WEIGHTS = "topics-weights.json"
LEARNT = "topics-learnt.json"  # of a working folder, from papers moved by hand

_FOR_CHANGES = ("add", "drop", "remove")  # keys that need `extends`
_EXTENDS = 'write extends = "shipped" above the first [[topic]]'


class TopicsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The structure of a file of topics that replaces the shipped ones."""

    topic: tuple[Topic, ...] = ()


class TopicChangesDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The structure of a file of changes to the shipped topics."""

    extends: Literal["shipped"]
    topic: tuple[TopicChange, ...] = ()


class TopicsFile(NamedTuple):
    """The file of the topics in use, and its bytes, with those of the shipped files.

    ``weights`` are the bytes of the shipped weights, ``learnt`` those of what the folder learnt
    itself; None if there is no such file.
    """

    path: Path
    content: bytes
    shipped: bytes
    weights: bytes | None
    learnt: bytes | None = None

    @property
    def is_shipped(self) -> bool:
        """Whether its topics are the shipped ones, byte for byte."""
        return self.content == self.shipped

    @property
    def content_hash(self) -> str:
        """A hash of the topics: of the file, and of the shipped one that it may change."""
        content = self.content if self.is_shipped else self.content + self.shipped
        return hashlib.blake2b(content, digest_size=16).hexdigest()


class TopicDefinitions(NamedTuple):
    """Topics, and the changes to make to them: None if the file makes none."""

    topics: tuple[Topic, ...]
    changes: tuple[TopicChange, ...] | None


def own_file(root: Path, shipped: Path) -> TopicsFile:
    """Return the topics file of a working folder, or the shipped one if it has none.

    ``shipped`` is the folder of the shipped files. Raises `SettingsError` if the file cannot be
    read.
    """
    own = root / CONFIG / TOPICS_TOML
    return read_file(own if toml.exists(own) else shipped / TOPICS_TOML, shipped, root)


def read_file(path: Path, shipped: Path, root: Path | None = None) -> TopicsFile:
    """Return a topics file that may lie anywhere, with what the folder ``root`` learnt, if any.

    Raises `SettingsError` if one cannot be read.
    """
    weights = shipped / WEIGHTS
    learnt = root / CONFIG / LEARNT if root else None
    return TopicsFile(
        path,
        toml.read(path),
        (shipped / TOPICS_TOML).read_bytes(),
        weights.read_bytes() if weights.exists() else None,
        toml.read(learnt) if learnt and toml.exists(learnt) else None,
    )


def load(file: TopicsFile) -> TopicDefinitions:
    """Return the topics of a file, in its order, or the shipped ones and its changes to them.

    Raises `SettingsError` if they do not fit the structure, or an id is unusable or used twice.
    """
    tables = toml.parse(file.path, file.content)
    if "extends" in tables:
        changes = conversion.convert(tables, TopicChangesDocument, file.path).topic
        checks.check_topics(file.path, changes)
        shipped = toml.parse(file.path, file.shipped)
        return TopicDefinitions(_topics(shipped, file.path), changes)
    _check_keys(tables, file.path)
    topics = _topics(tables, file.path)
    checks.check_topics(file.path, topics)
    return TopicDefinitions(topics, None)


def _topics(tables: dict[str, Any], path: Path) -> tuple[Topic, ...]:
    return conversion.convert(tables, TopicsDocument, path).topic


def _check_keys(tables: dict[str, Any], path: Path) -> None:
    """Raise `SettingsError` for keys that only a file with `extends` may have, and unknown ones."""
    for key in sorted(tables.keys() - {"topic"}):
        hint = conversion.nearest(key, TopicChangesDocument.__struct_fields__)
        raise SettingsError(str(path), "unknown key", key=key, hint=hint)
    topics = tables.get("topic")
    for number, topic in enumerate(topics if isinstance(topics, list) else ()):
        for key in topic if isinstance(topic, dict) else ():
            place = f"topic[{number}].{key}"
            if key == "extends":
                raise SettingsError(str(path), "stands in a topic", key=place, hint=_EXTENDS)
            if key in _FOR_CHANGES:
                reason = "this file replaces the shipped topics, so there is nothing to change"
                raise SettingsError(str(path), reason, key=place, hint=_EXTENDS)
