"""Put a paper under another topic by hand, or take that back (``digest move``)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from digest.errors import did_you_mean
from digest.matching import identity
from digest.model.settings import Settings
from digest.model.topics import Correction
from digest.operations import status
from digest.operations.publishing import targets
from digest.pipeline import publish, topics
from digest.pipeline.progress import StepLogger, no_log
from digest.pipeline.session import open_context, open_to_read
from digest.storage import lock


class MovedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that stands under a topic by hand, and since when.

    ``heading`` is the name of the topic. Unless ``in_force``, the topic is not configured, and
    the paper stands where its words put it.
    """

    key: str
    guid: str
    title: str
    topic: str
    heading: str
    moment: str
    in_force: bool


class MoveSummary(msgspec.Struct, frozen=True):
    """What was written, and the correction that was made or that holds no longer, if any."""

    publication: publish.PublishSummary
    changed: bool


def find_topic(settings: Settings, name: str) -> tuple[str, str]:
    """Return the id and the name of the configured topic with this id or whole name.

    Case does not matter. Raises `ValueError`, with the nearest topic, or all if none is near, if
    there is none, and `SettingsError` if the topics cannot be used.
    """
    names = topics.load_headings(Path(settings.root)).names
    wanted = " ".join(name.split()).casefold()
    # Ids first: the name of one topic may be the id of another.
    for spelled in (names.keys(), names.values()):
        for given, (topic, heading) in zip(spelled, names.items(), strict=True):
            if " ".join(given.split()).casefold() == wanted:
                return topic, heading
    hint = did_you_mean(name, [*names, *names.values()])
    listed = ", ".join(f"{topic} ({heading})" for topic, heading in names.items())
    raise ValueError(f"there is no topic {name!r}; {hint or f'there are: {listed}'}")


def move(
    settings: Settings,
    moment: datetime,
    paper: int,
    topic: tuple[str, str] | None,
    *,
    log: StepLogger = no_log,
) -> MoveSummary:
    """Put a paper, given by its number in the ledger, under a topic; return what was written.

    ``topic`` is what `find_topic` returned; None takes the correction back. The stored issues
    stay as they are, and so do their pages: topic pages, their feeds, the search and later issues
    have the paper under this topic. Then the commands of ``[[publish]]`` run, and are logged.
    Raises `Busy` if another run holds the folder for a minute.
    """
    with lock.hold(settings, lock.TIMEOUT), open_context(settings, moment) as context:
        with context.ledger.transaction():
            changed = True
            if topic is None:
                changed = context.ledger.moved_papers.take_back(paper)
            else:
                correction = Correction(*topic, moment.isoformat())
                context.ledger.moved_papers.move(paper, correction)
        publication = publish.publish(context)
        status.record_run(context, None, no_log)
    targets.publish_pending(settings, moment, log)
    return MoveSummary(publication, changed)


def list_moved(settings: Settings) -> list[MovedPaper]:
    """Return the papers that were moved, the last one first. Changes nothing."""
    with open_to_read(settings) as ledger:
        moved = ledger.moved_papers.by_paper() if ledger else {}
        papers = (
            {paper.id: paper for paper in ledger.papers.by_number(sorted(moved))} if ledger else {}
        )
    names = topics.load_headings(Path(settings.root)).names if moved else {}
    return [
        MovedPaper(
            key=identity.keys(papers[number])[0],
            guid=papers[number].guid,
            title=papers[number].title,
            topic=correction.topic,
            heading=names.get(correction.topic, correction.name),
            moment=correction.moment,
            in_force=correction.topic in names,
        )
        for number, correction in reversed(moved.items())
    ]
