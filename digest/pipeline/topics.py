"""Load the topics of a working folder and compile them, so that papers can be placed."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from digest import settings as settings_files
from digest.editorial import topics
from digest.errors import SettingsError
from digest.model.settings import Edition
from digest.settings import resources


class Headings(msgspec.Struct, frozen=True):
    """The names of the topics by id, in the order of the file, and the compiled lexicon."""

    names: dict[str, str]
    lexicon: topics.Lexicon


def load_headings(root: Path) -> Headings:
    """Read and compile the topics of a working folder, or the shipped ones if it has none.

    Raises `SettingsError` when the topics file cannot be used.
    """
    return _compile(settings_files.topics_file(root, resources.shipped("config")))


def check_editions(file: Path, editions: Sequence[Edition], names: Mapping[str, str]) -> None:
    """Raise `SettingsError` for an edition of a topic that does not exist: it would stay empty.

    ``file`` is that of the settings, for the error; ``names`` are the topics by id.
    """
    for edition in editions:
        for topic in edition.topics:
            if topic not in names:
                raise SettingsError(
                    str(file),
                    f"there is no topic {topic!r}",
                    key=f"edition {edition.name}.topics",
                    hint=f"the topics are {', '.join(names)}",
                )


# Cached for `digest serve`, where run after run has the same topics: compiling takes 45 ms of CPU.
@functools.lru_cache(maxsize=1)
def _compile(file: settings_files.TopicsFile) -> Headings:
    topic_list = settings_files.load_topics(file)
    learnt = topics.LearntWeights.decode(file.weights) if file.weights else None
    lexicon = topics.compile_lexicon(topic_list, learnt)
    return Headings({topic.id: topic.name for topic in topic_list}, lexicon)
