"""Topics that left `config/topics.toml`: noticed by the next run, and told of once.

What is found is committed before a page is written, so that a crash in between changes
neither the notice nor its moment. A run whose topics file is the one it was pays for
a look at its bytes.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence

from digest import settings as settings_files
from digest.editorial import compose, topics
from digest.editorial.topics import successors
from digest.model.issues import Item
from digest.model.topics import RemovedTopic
from digest.pipeline.context import RunContext
from digest.settings import resources

_MARK, _PENDING = "topics", "topics to publish"
_MONTH = len("2026-11")


class Removal:
    """The retired topics, by id, and whether their pages are still to be made."""

    def __init__(self, state: RunContext) -> None:
        file = settings_files.topics_file(state.root, resources.shipped("config"))
        self._mark = hashlib.blake2b(file.content, digest_size=16).hexdigest()
        self._known = state.ledger.published_files.fact(_MARK) == self._mark
        if not self._known:
            _compare(state)
        self.topics = {one.topic: one for one in state.ledger.removed_topics.list_removed_topics()}
        self.reason = state.ledger.published_files.fact(_PENDING) or None

    def keep(self, state: RunContext) -> None:
        """Remembers that all is published, within the caller's transaction."""
        if not self._known:
            state.ledger.published_files.set_fact(_MARK, self._mark)
        if self.reason:
            state.ledger.published_files.set_fact(_PENDING, "")

    def keep_alone(self, state: RunContext) -> None:
        """The same where nothing is published."""
        if not self._known:
            with state.ledger.transaction():
                self.keep(state)


def _compare(state: RunContext) -> None:
    """Records what left and what came back since the last look."""
    edition = state.settings.editions[0].name
    counted = state.ledger.topic_counts.list_counts(edition, "month")
    names = {count.topic: count.name for count in counted}
    held = {one.topic for one in state.ledger.removed_topics.list_removed_topics()}
    present = {topics.OTHER, *state.headings.names} if names else set(names)
    gone = sorted(names.keys() - present - held)
    back = sorted(held & present)
    if gone or back:
        months = {topic: [one.span for one in counted if one.topic == topic] for topic in gone}
        notices = [_notice(state, topic, names, months[topic]) for topic in gone]
        with state.ledger.transaction():
            state.ledger.removed_topics.record_removed_topics(notices)
            state.ledger.removed_topics.delete_removed_topics(back)
            state.ledger.published_files.set_fact(_PENDING, "topics were retired or came back")


def _notice(
    state: RunContext, topic: str, names: dict[str, str], months: Sequence[str]
) -> RemovedTopic:
    """A topic's notice: its newest papers, placed by the topics there are now."""
    papers = list(itertools.islice(_newest(state, topic, months), successors.PAPERS))
    heirs = successors.find_successors(state.headings.lexicon, state.headings.names, names, papers)
    moment = state.moment.isoformat(timespec="seconds")
    return RemovedTopic(topic, names[topic], moment, len(papers), heirs)


def _newest(state: RunContext, topic: str, months: Sequence[str]) -> Iterator[Item]:
    """The papers of a topic in the months it was seen in, the newest issue first.

    Those under its heading; those that only also belong to it where there are no others.
    """
    edition = state.settings.editions[0].name
    links = [link for link in state.ledger.issues.list_links() if link.edition == edition]
    within = [link.number for link in reversed(links) if link.date[:_MONTH] in months]
    withdrawn = state.ledger.issues.withdrawn_guids()
    also: list[Item] = []
    own = 0
    for number in within:
        shown = compose.without_withdrawn(
            state.ledger.issues.load_issue(edition, number), withdrawn
        )
        found = [one for part in shown.sections if part.topic == topic for one in part.papers]
        own += len(found)
        yield from found
        also += [item for item in shown.papers if topic in item.also]
    if not own:
        yield from also
