"""Detect topics that were removed from ``config/topics.toml``, and record a notice for each.

The notice says when the topic was removed, and under which topics its newest papers would now
stand. It is committed before any page is written, so that a crash in between changes neither its
words nor its date. If the topics file is the same as at the last publication, a run only reads
and hashes it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from digest.editorial import compose, topics
from digest.editorial.topics import successors
from digest.model.issues import Item
from digest.model.topics import RemovedTopic
from digest.pipeline.context import RunContext
from digest.settings import resources
from digest.settings import topics as topics_files

_HASH, _REASON = "topics", "topics to publish"  # facts in the ledger
_MONTH = len("2026-11")


class TopicRemovals:
    """The removed topics by id (``topics``), and the ``reason`` to publish all pages, if any.

    When it is created, it compares the topics file with the ledger, and commits which topics
    were removed and which came back. Must be created outside a transaction.
    """

    def __init__(self, context: RunContext) -> None:
        self._hash = topics_files.own_file(context.root, resources.shipped("config")).content_hash
        self._is_recorded = context.ledger.published_files.fact(_HASH) == self._hash
        if not self._is_recorded:
            _record_differences(context)
        removed = context.ledger.removed_topics.list_removed_topics()
        self.topics = {topic.topic: topic for topic in removed}
        # Stored until all pages are published: the run that detects a removal may be killed.
        self.reason = context.ledger.published_files.fact(_REASON) or None

    def record_published(self, context: RunContext) -> None:
        """Record that the pages show the present topics. Must be called in a transaction."""
        if not self._is_recorded:
            context.ledger.published_files.set_fact(_HASH, self._hash)
        if self.reason:
            context.ledger.published_files.set_fact(_REASON, "")

    def record_unchanged(self, context: RunContext) -> None:
        """Record the hash of a topics file that changes no page, in a transaction of its own."""
        if not self._is_recorded:
            with context.ledger.transaction():
                self.record_published(context)


def _record_differences(context: RunContext) -> None:
    """Record the topics that were removed, or came back, since the last publication."""
    edition = context.settings.editions[0].name
    counts = context.ledger.topic_counts.list_counts(edition, "month")
    names = {count.topic: count.name for count in counts}
    recorded = {topic.topic for topic in context.ledger.removed_topics.list_removed_topics()}
    # Before the first issue no topic has a page, so the topics need not be compiled.
    present = {topics.OTHER, *context.headings.names} if names else set(names)
    removed = sorted(names.keys() - present - recorded)
    restored = sorted(recorded & present)
    if removed or restored:
        months = {
            topic: [count.span for count in counts if count.topic == topic] for topic in removed
        }
        notices = [_removed_topic(context, topic, names, months[topic]) for topic in removed]
        with context.ledger.transaction():
            context.ledger.removed_topics.record_removed_topics(notices)
            context.ledger.removed_topics.delete_removed_topics(restored)
            context.ledger.published_files.set_fact(_REASON, "topics were retired or came back")


def _removed_topic(
    context: RunContext, topic: str, names: dict[str, str], months: Sequence[str]
) -> RemovedTopic:
    """Return the record of a topic that was removed now, with its successors.

    They are found by placing its newest papers under the present topics. ``months`` are those
    in which the topic had papers.
    """
    papers = list(itertools.islice(_newest_papers(context, topic, months), successors.PAPERS))
    headings = context.headings
    successor_topics = successors.find_successors(headings.lexicon, headings.names, names, papers)
    moment = context.moment.isoformat(timespec="seconds")
    return RemovedTopic(topic, names[topic], moment, len(papers), successor_topics)


def _newest_papers(context: RunContext, topic: str, months: Sequence[str]) -> Iterator[Item]:
    """Yield the papers under a topic in these months, the newest issue first.

    If there are none, yields the papers that have it as a second topic.
    """
    edition = context.settings.editions[0].name
    links = [link for link in context.ledger.issues.list_links() if link.edition == edition]
    numbers = [link.number for link in reversed(links) if link.date[:_MONTH] in months]
    withdrawn = context.ledger.issues.withdrawn_guids()
    # Used only if the topic never had a heading of its own.
    second: list[Item] = []
    count = 0
    for number in numbers:
        stored = context.ledger.issues.load_issue(edition, number)
        issue = compose.without_withdrawn(stored, withdrawn)
        sections = [section for section in issue.sections if section.topic == topic]
        papers = [paper for section in sections for paper in section.papers]
        count += len(papers)
        yield from papers
        second += [item for item in issue.papers if topic in item.also]
    if not count:
        yield from second
