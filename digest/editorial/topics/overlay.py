"""Change the shipped topics by what a working folder adds, overrides, drops and removes.

Reads no file. Everything that no change names stays as it was, so that only papers with a phrase
that was changed can be placed otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from digest.editorial.topics.lexicon import phrase_key, topic_phrases
from digest.errors import SettingsError, did_you_mean
from digest.model.topic_settings import Phrase, Topic, TopicChange

_LISTS = ("strong", "words", "weak", "not_words")
_FIELDS = ("name", "about", "categories")


class TopicDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What a change does to one topic; phrases as they are written.

    ``overridden`` are the keys whose value is replaced. ``moved`` are the phrases that the topic
    had with another strength. ``opposed`` are those of ``added`` that speak against the topic.
    """

    topic: str
    is_new: bool = False
    is_removed: bool = False
    overridden: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    opposed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class ChangedTopics(msgspec.Struct, frozen=True):
    """The topics after all changes, and what each change does.

    ``touched`` are the keys (`phrase_key`) of all phrases that a topic got, lost, or has with
    another strength: what was learnt about them holds no longer.
    """

    topics: tuple[Topic, ...]
    touched: frozenset[str]
    differences: tuple[TopicDifference, ...]


def change_topics(
    topics: Sequence[Topic], changes: Sequence[TopicChange], file: str
) -> ChangedTopics:
    """Make the changes, in their order; new topics come last.

    ``file`` is that of the changes, for errors. Raises `SettingsError` for a change to what is
    not there, and for a new topic without a name.
    """
    by_id = {topic.id: topic for topic in topics}
    touched = set[str]()
    differences = []
    for change in changes:
        key = f"topic {change.id!r}"
        topic = by_id.get(change.id)
        if change.remove:
            _check_removal(change, topic, by_id, file)
            del by_id[change.id]
            differences.append(TopicDifference(topic=change.id, is_removed=True))
            continue
        if topic is None and change.name is None:
            hint = did_you_mean(change.id, by_id) or "a new topic needs a name"
            raise SettingsError(file, "there is no such topic", key=key, hint=hint)
        present = topic or Topic(id=change.id, name="")
        changed, difference = _change(present, change, file, is_new=topic is None)
        by_id[change.id] = changed
        differences.append(difference)
        touched |= {
            phrase_key(phrase)
            for phrase in (*difference.added, *difference.moved, *difference.dropped)
        }
    return ChangedTopics(
        tuple(_with_own_categories(by_id.values(), changes)), frozenset(touched), tuple(differences)
    )


def _check_removal(
    change: TopicChange, topic: Topic | None, known: Collection[str], file: str
) -> None:
    key = f"topic {change.id!r}.remove"
    if topic is None:
        hint = did_you_mean(change.id, known)
        raise SettingsError(file, "there is no such topic", key=key, hint=hint)
    if change != TopicChange(id=change.id, remove=True):
        reason = "other keys beside it have no effect"
        raise SettingsError(file, reason, key=key, hint="take them out, or remove")


def _change(
    topic: Topic, change: TopicChange, file: str, *, is_new: bool
) -> tuple[Topic, TopicDifference]:
    """Return the topic after the change, and what is different."""
    before = _phrases(topic)
    lists = {name: getattr(change, name) for name in _LISTS}
    lists["words"] = (*change.words, *change.add)
    wanted = _phrases(Topic(id="", name="", **lists))
    fields = {name: value for name in _FIELDS if (value := getattr(change, name)) is not None}
    dropped = _dropped(topic, change, before, file)
    moved = {
        key for key, (_, weight) in wanted.items() if before.get(key, ("", weight))[1] != weight
    }
    gone = {*dropped, *moved}
    kept = {name: tuple(_without(getattr(topic, name), gone)) for name in _LISTS}
    changed = {name: (*kept[name], *lists[name]) for name in _LISTS}
    added = {key: found for key, found in wanted.items() if key not in before}
    difference = TopicDifference(
        topic=topic.id,
        is_new=is_new,
        overridden=() if is_new else tuple(fields),
        added=tuple(phrase for phrase, _ in added.values()),
        opposed=tuple(phrase for phrase, weight in added.values() if weight < 0),
        moved=tuple(phrase for key, (phrase, _) in wanted.items() if key in moved),
        dropped=tuple(phrase for key, phrase in dropped.items() if key not in wanted),
    )
    return msgspec.structs.replace(topic, **fields, **changed), difference


def _phrases(topic: Topic) -> dict[str, tuple[str, float]]:
    """Return the phrases of a topic as written and their weights, by key."""
    phrases: dict[str, tuple[str, float]] = {}
    for key, phrase, weight in topic_phrases(topic):
        phrases.setdefault(key, (phrase, weight))
    return phrases


def _dropped(
    topic: Topic, change: TopicChange, present: dict[str, tuple[str, float]], file: str
) -> dict[str, str]:
    """Return the phrases to drop, by key; raises `SettingsError` for one that is not there."""
    dropped = {}
    for phrase in [part.strip() for entry in change.drop for part in entry.split(",")]:
        key = phrase_key(phrase)
        if key and key not in present:
            raise SettingsError(
                file,
                f"the topic has no phrase {phrase!r}",
                key=f"topic {topic.id!r}.drop",
                hint=did_you_mean(_plain(key), map(_plain, present)),
            )
        if key:
            dropped[key] = present[key][0]
    return dropped


def _plain(key: str) -> str:
    return " ".join(key.split())


def _without(entries: Iterable[str | Phrase], gone: Collection[str]) -> Iterator[str | Phrase]:
    """Yield the entries of a list without these phrases."""
    for entry in entries:
        text = entry if isinstance(entry, str) else entry.phrase
        phrases = text.split(",")
        left = [phrase for phrase in phrases if phrase_key(phrase) not in gone]
        if len(left) == len(phrases):
            yield entry
        elif left:
            rest = ",".join(left).strip()
            yield rest if isinstance(entry, str) else msgspec.structs.replace(entry, phrase=rest)


def _with_own_categories(
    topics: Iterable[Topic], changes: Sequence[TopicChange]
) -> Iterator[Topic]:
    """Yield the topics; a category that a change gives to one of them is taken from the others.

    A category speaks for one topic only: for the last one that has it.
    """
    owners: dict[str, Any] = {
        category: change.id for change in changes for category in change.categories or ()
    }
    for topic in topics:
        left = tuple(c for c in topic.categories if owners.get(c, topic.id) == topic.id)
        yield topic if left == topic.categories else msgspec.structs.replace(topic, categories=left)
