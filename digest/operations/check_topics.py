"""Check the topics of a working folder, what it learnt itself, and the papers that were moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from digest.model.settings import Settings
from digest.operations.corrections import move
from digest.pipeline import topics
from digest.text import counting

if TYPE_CHECKING:
    from digest.editorial.topics.overlay import TopicDifference


def findings(settings: Settings, file: Path) -> Iterator[str]:
    """Yield a line for each finding, as `check.findings` does. ``file`` is that of the settings.

    Raises `SettingsError` if the topics cannot be used.
    """
    headings = topics.load_headings(Path(settings.root))
    topics.check_editions(file, settings.editions, headings.names)
    shipped, count = topics.shipped_file(), counting.count(len(headings.names), "topic")
    if headings.origin == "extended":
        yield f"ok  {count}: {headings.file} extends the shipped ones in {shipped}"
    elif headings.origin == "replaced":
        without = "without the weights learnt for them"
        yield f"ok  {count}: {headings.file} replaces the shipped ones in {shipped}, {without}"
    elif headings.file.resolve() != shipped.resolve():
        yield f"ok  {count}: {headings.file} is a copy of the shipped ones in {shipped}"
    else:
        yield f"ok  {count}"
    for difference in headings.differences:
        yield f"ok  topic {difference.topic}: {_describe_difference(difference)}"
    if learnt := headings.learnt:
        papers = counting.count(learnt.corrections, "paper")
        file = topics.learnt_file(Path(settings.root))
        yield f"ok  {file}: learnt from {papers} moved by hand, on {learnt.moment[:10]}"
    yield from _check_moved(settings)


def _check_moved(settings: Settings) -> Iterator[str]:
    """Yield how many papers were moved by hand, and those whose topic is not configured."""
    moved = move.list_moved(settings)
    if moved:
        yield f"ok  {counting.count(len(moved), 'paper')} moved by hand"
    for paper in moved:
        if not paper.in_force:
            yield (
                f"!   {paper.key} was moved to {paper.topic!r}, which is no topic any more: it"
                f" stands where its words put it; move it again, or digest move --undo {paper.key}"
            )


def _describe_difference(difference: TopicDifference) -> str:
    """Return in words what the topics file changes in a topic."""
    if difference.is_removed:
        return "removed"
    quoted = {
        verb: ", ".join(f"“{phrase}”" for phrase in phrases)
        for verb, phrases in (
            ("adds", [each for each in difference.added if each not in difference.opposed]),
            ("adds, as speaking against it,", difference.opposed),
            ("changes the strength of", difference.moved),
            ("drops", difference.dropped),
        )
    }
    parts = [
        "new" if difference.is_new else "",
        f"overrides {', '.join(difference.overridden)}" if difference.overridden else "",
        *(f"{verb} {phrases}" for verb, phrases in quoted.items() if phrases),
    ]
    return "; ".join(filter(None, parts)) or "nothing is changed: it says what is so already"
