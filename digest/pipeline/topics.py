"""Load the topics of a working folder and compile them, so that papers can be placed."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from digest.editorial import topics
from digest.editorial.topics import overlay
from digest.errors import SettingsError
from digest.model.settings import Edition
from digest.settings import CONFIG, resources
from digest.settings import topics as topics_files

Origin = Literal["shipped", "extended", "replaced"]


class Headings(msgspec.Struct, frozen=True):
    """The names of the topics by id, in the order of the file, and the compiled lexicon.

    ``origin`` says whether these are the shipped topics, changes to them, or others in their
    place; ``file`` is the file that has them, and ``differences`` what it changes. ``learnt`` is
    what the folder learnt from its own corrections, if it did.
    """

    names: dict[str, str]
    lexicon: topics.Lexicon
    file: Path
    origin: Origin = "shipped"
    differences: tuple[overlay.TopicDifference, ...] = ()
    learnt: topics.FolderWeights | None = None


def load_headings(root: Path) -> Headings:
    """Read and compile the topics of a working folder, or the shipped ones if it has none.

    Raises `SettingsError` when the topics file cannot be used, or what the folder learnt.
    """
    return _compile(topics_files.own_file(root, resources.shipped("config")), learnt_file(root))


def load_without_learnt(root: Path) -> Headings:
    """Read and compile the topics of a working folder, without the weights from moved papers."""
    file = topics_files.own_file(root, resources.shipped("config"))
    return _compile(file._replace(learnt=None), learnt_file(root))


def load_headings_of(file: Path, root: Path | None = None) -> Headings:
    """Read and compile the topics of any file, as if it were that of a working folder.

    ``root`` is that folder: what it learnt is used too. Raises `SettingsError` when they cannot
    be used.
    """
    found = topics_files.read_file(file, resources.shipped("config"), root)
    return _compile(found, learnt_file(root or Path()))


def learnt_file(root: Path) -> Path:
    """Return the path of the file of what a working folder learnt itself."""
    return root / CONFIG / topics_files.LEARNT


def shipped_headings() -> Headings:
    """Read and compile the shipped topics."""
    return load_headings_of(shipped_file())


def shipped_file() -> Path:
    """Return the path of the shipped topics."""
    return resources.shipped("config") / topics_files.TOPICS_TOML


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
def _compile(file: topics_files.TopicsFile, learnt_from: Path) -> Headings:
    defined, changes = topics_files.load(file)
    changed = overlay.change_topics(defined, changes or (), str(file.path))
    origin: Origin = "replaced" if changes is None else "extended"
    if file.is_shipped:
        origin = "shipped"
    learnt = None
    if file.weights and origin != "replaced":  # learnt with the shipped phrases, for no others
        learnt = _without_touched(topics.LearntWeights.decode(file.weights), changed.touched)
    lexicon = topics.compile_lexicon(changed.topics, learnt)
    own = _decode(file.learnt, learnt_from) if file.learnt is not None else None
    if own:
        from digest.editorial.topics import learning

        lexicon = learning.corrected(lexicon, own.weights)
    names = {topic.id: topic.name for topic in changed.topics}
    return Headings(names, lexicon, file.path, origin, changed.differences, own)


def _decode(content: bytes, file: Path) -> topics.FolderWeights:
    try:
        return topics.FolderWeights.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = "delete it, and learn again with digest topics --learn"
        raise SettingsError(str(file), f"is damaged: {error}", hint=hint) from error


def _without_touched(
    learnt: topics.LearntWeights, touched: Collection[str]
) -> topics.LearntWeights:
    """Return the weights without the rows of phrases that are used otherwise now."""
    rows = [phrase for phrase in learnt.phrases if topics.phrase_key(phrase) in touched]
    return topics.drop_rows(learnt, rows)
