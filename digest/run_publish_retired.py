"""Topics that left `config/topics.toml`: noticed by the next run, and told of once.

What is found is committed before a page is written, so that a crash in between changes
neither the notice nor its moment. A run whose topics file is the one it was pays for
a look at its bytes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from digest import settings as settings_files
from digest import shipped, topics
from digest.ledger import database, issues, manifest, retired, topic_counts
from digest.model.issues import Item
from digest.model.retired import Heir, Retired
from digest.run_state import State

_MARK, _PENDING = "topics", "topics to publish"
_HEIRS = 3  # topics named in a notice
_PAPERS = 30  # of a retired topic that are placed anew


class Retirement:
    """The retired topics, by id, and whether their pages are still to be made."""

    def __init__(self, state: State) -> None:
        file = settings_files.topics_file(state.root, shipped.shipped("config"))
        self._mark = hashlib.blake2b(file.content, digest_size=16).hexdigest()
        self._known = manifest.fact(state.ledger, _MARK) == self._mark
        if not self._known:
            _compare(state)
        self.topics = {one.topic: one for one in retired.listed(state.ledger)}
        self.reason = manifest.fact(state.ledger, _PENDING) or None

    def keep(self, state: State) -> None:
        """Remembers that all is published, within the caller's transaction."""
        if not self._known:
            manifest.set_fact(state.ledger, _MARK, self._mark)
        if self.reason:
            manifest.set_fact(state.ledger, _PENDING, "")

    def keep_alone(self, state: State) -> None:
        """The same where nothing is published."""
        if not self._known:
            with database.transaction(state.ledger):
                self.keep(state)


def _compare(state: State) -> None:
    """Records what left and what came back since the last look."""
    edition = state.settings.editions[0].name
    counted = topic_counts.listed(state.ledger, edition, "month")
    names = {count.topic: count.name for count in counted}
    held = {one.topic for one in retired.listed(state.ledger)}
    present = {topics.OTHER, *state.headings.names} if names else set(names)
    gone = sorted(names.keys() - present - held)
    back = sorted(held & present)
    if gone or back:
        last = {count.topic: count.span for count in counted}
        notices = [_notice(state, topic, names, last[topic]) for topic in gone]
        with database.transaction(state.ledger):
            retired.retire(state.ledger, notices)
            retired.revive(state.ledger, back)
            manifest.set_fact(state.ledger, _PENDING, "topics were retired or came back")


def _notice(state: State, topic: str, names: dict[str, str], month: str) -> Retired:
    """A topic's notice: its newest papers, placed by the topics there are now."""
    papers = list(_newest(state, topic, month))[:_PAPERS]
    placed = (
        topics.place(state.headings.lexicon, item.title, item.abstract).topic for item in papers
    )
    called = state.headings.names | {topics.OTHER: names.get(topics.OTHER, "Other")}
    heirs = [
        Heir(heir, called[heir], number, heir in names)
        for heir, number in Counter(placed).most_common(_HEIRS)
    ]
    moment = state.moment.isoformat(timespec="seconds")
    return Retired(topic, names[topic], moment, len(papers), tuple(heirs))


def _newest(state: State, topic: str, month: str) -> Iterator[Item]:
    """The papers under a topic in the last month it was seen in, the newest issue first."""
    edition = state.settings.editions[0].name
    links = [link for link in issues.links(state.ledger) if link.edition == edition]
    within = [link for link in links if link.date.startswith(month)]
    stored = [issues.stored(state.ledger, edition, link.number) for link in reversed(within)]
    own: Sequence[Item] = [
        item
        for issue in stored
        for section in issue.sections
        if section.topic == topic
        for item in section.papers
    ]
    return iter(own or [item for one in stored for item in one.papers if topic in item.also])
