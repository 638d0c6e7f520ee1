"""Render the topic pages, topic feeds and search files of the main edition.

A topic has a first page with its newest papers and a page for each month; search has a file for
each month. A month with many papers has several of both (`month_parts`). Which topics have papers
in which month is taken from the counts in the ledger. Issues are read only for the parts of
months that change, so the cost of a run grows neither with the archive nor within a month.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from digest.editorial import calendar, topics
from digest.model.files import Page
from digest.model.issue_links import IssueLink
from digest.model.issues import Issue
from digest.model.topics import RemovedTopic, TopicCount
from digest.pipeline import month_parts
from digest.pipeline.context import RunContext
from digest.pipeline.month_parts import MonthPart
from digest.render import feeds, paths, removed_topic, search_index
from digest.render.feeds import frequency, removed_topics, writers
from digest.render.site.views import topics as views
from digest.storage.ledger import topic_counts

_MONTH = len("2026-11")
_CACHED_PARTS = 3  # parts of months whose papers are held in memory at a time


class TopicPages:
    """Renders the pages, feeds and search files by topic.

    ``links`` are the main edition's issues, oldest first. ``load`` reads an issue without
    withdrawn papers, and with moved papers under their new topic. ``removed`` are topics that are
    no longer configured: their pages stay, with a notice. Feeds leave out backfilled issues.
    """

    def __init__(
        self,
        context: RunContext,
        links: Sequence[IssueLink],
        load: Callable[[IssueLink], Issue],
        removed: Mapping[str, RemovedTopic],
        feed_writers: writers.FeedWriters,
    ) -> None:
        self.context, self.load, self.links = context, load, links
        self.removed, self.feed_writers = removed, feed_writers
        self.edition = context.settings.editions[0]
        self.parts = month_parts.split_months(links)
        self.frequency = frequency.most_frequent([self.edition])
        self.days = functools.lru_cache(_CACHED_PARTS)(self._days)
        self.counts_of = functools.cache(self._counts_of)

    def all_pages(self) -> Iterator[Page]:
        """Correct the counts in the ledger; then yield every page, feed and search file."""
        self._recount()
        topics_ever = {count.topic for count in self._counts()}
        yield from self._pages(dict.fromkeys(self.parts), topics_ever)
        yield from self._search(self.parts)

    def changed_pages(self, new_issues: Iterable[IssueLink]) -> Iterator[Page]:
        """Yield the pages, feeds and search files that these new issues of the edition change.

        The counts in the ledger must include the issues already.
        """
        topics_of = {
            link: {count.topic for count in topic_counts.count_topics([self.load(link)])}
            for link in new_issues
        }
        changed = month_parts.changed_parts(self.links, topics_of.keys())
        changed_topics = {
            name: None if new is None else set().union(*(topics_of[link] for link in new))
            for name, new in changed.items()
        }
        yield from self._pages(changed_topics, set().union(*topics_of.values()))
        yield from self._search(changed)

    def outdated(self, new_issues: Iterable[IssueLink]) -> Iterator[str]:
        """Yield the paths of the parts of months that were there before these issues only."""
        topics_ever = sorted({count.topic for count in self._counts()})
        for name in month_parts.outdated_parts(self.links, set(new_issues)):
            yield paths.search(name)
            yield from (paths.topic(topic, f"{name}.html") for topic in topics_ever)

    def _search(self, names: Iterable[str]) -> Iterator[Page]:
        """Yield the search files of these parts, and the search page, which lists all parts."""
        for name in names:
            newest_first = reversed(self.parts[name].issues)
            yield search_index.build_month(name, list(map(self.load, newest_first)))
        yield self.context.pages.search(self.parts, self.context.settings.web_url)

    def _pages(
        self, changed: Mapping[str, AbstractSet[str] | None], changed_topics: Iterable[str]
    ) -> Iterator[Page]:
        """Yield the pages of parts of months, of topics, and the lists of topics.

        ``changed`` has the changed topics of each changed part by name; None stands for all.
        """
        for name, topics_in_part in changed.items():
            yield from self._part_pages(self.parts[name], topics_in_part)
        by_topic: dict[str, list[TopicCount]] = {}
        for count in self._counts():
            by_topic.setdefault(count.topic, []).append(count)
        for topic in sorted(changed_topics):
            yield from self._first_page(by_topic[topic], by_topic)
        newest = [counts[-1] for counts in by_topic.values()]
        # "Other" comes last: it holds the papers that no topic fits.
        newest.sort(key=lambda count: (count.topic == topics.OTHER, count.name.casefold()))
        names = {count.topic: count.name for count in newest if count.topic not in self.removed}
        yield feeds.opml(names, self.context.settings.site)
        totals = [views.build_total(by_topic[topic]) for topic in names]
        removed = [
            views.build_total(by_topic[topic]) for topic in self.removed if topic in by_topic
        ]
        yield self.context.pages.topics(totals, removed)

    def _part_pages(self, part: MonthPart, changed: AbstractSet[str] | None) -> Iterator[Page]:
        """Yield the pages of the topics that have papers in a part of a month.

        The page of the last part stands for the month: each topic of the month has one, which
        lists the parts before. ``changed`` are the topics to render; None stands for all.
        """
        own = self.counts_of(part)
        counts = self._month_counts(part.month) if part.is_last else own
        for topic, count in counts.items():
            if changed is None or topic in changed:
                days = self.days(part.name).get(topic, ())
                earlier = [
                    (each.name, *each.days, self.counts_of(each)[topic])
                    for each in reversed(part.earlier)
                    if topic in self.counts_of(each)
                ]
                words = "" if part.is_last else calendar.period_name(*part.days)
                yield self.context.pages.topic(
                    views.build_month_page(count, part.name, days, words, earlier)
                )

    def _first_page(
        self, counts: Sequence[TopicCount], with_pages: Container[str]
    ) -> Iterator[Page]:
        """Yield the feed and the first page of a topic, from the last two parts of months.

        ``counts`` are those of the topic by month, oldest first. ``with_pages`` are the topics
        that have a page, to which the notice of a removed topic can link.
        """
        topic, name = counts[-1].topic, counts[-1].name
        parts = self._last_parts(topic, counts[-1].span)
        days = [day for part in parts for day in self.days(part.name).get(topic, ())]
        # Only issues with papers of the topic are read for its feed.
        dates = {day.date for day in days}
        links = [link for part in parts for link in reversed(part.issues)]
        live = (link for link in links if link.date in dates and not link.is_history)
        notice, last_entry = None, None
        if removed := self.removed.get(topic):
            site = self.context.settings.site
            notice = removed_topic.removal_notice(removed, with_pages)
            last_entry = removed_topics.removal_entry(removed, with_pages, site)
        yield feeds.topic(
            topic,
            name,
            map(self.load, live),
            self.feed_writers,
            frequency=self.frequency,
            notice=last_entry,
        )
        yield self.context.pages.topic(views.build_first_page(counts, days, notice))

    def _last_parts(self, topic: str, month: str) -> list[MonthPart]:
        """Return the last part of a month that has papers of a topic, and the part before it."""
        parts = [*self.parts[month].earlier, self.parts[month]]
        while len(parts) > 1 and topic not in self.counts_of(parts[-1]):
            parts.pop()
        # Two, because one would be almost empty at its start.
        before = parts[-2] if len(parts) > 1 else self.parts.get(_month_before(month))
        return [parts[-1], *([before] if before else [])]

    def _days(self, name: str) -> dict[str, list[views.TopicDayView]]:
        """Return the papers of a part's issues by topic, newest issue first."""
        return views.group_by_topic(map(self.load, reversed(self.parts[name].issues)))

    def _counts_of(self, part: MonthPart) -> dict[str, TopicCount]:
        """Return the counts of the papers in a part of a month, by topic."""
        if part.is_last and not part.earlier:
            return self._month_counts(part.month)
        ledger = self.context.ledger.topic_counts
        by_day = ledger.list_counts(self.edition.name, "day", *part.days)
        return topic_counts.sum_by_topic(by_day, part.name)

    def _month_counts(self, month: str) -> dict[str, TopicCount]:
        ledger = self.context.ledger.topic_counts
        counts = ledger.list_counts(self.edition.name, "month", month, month)
        return {count.topic: count for count in counts}

    def _counts(self) -> list[TopicCount]:
        return self.context.ledger.topic_counts.list_counts(self.edition.name, "month")

    def _recount(self) -> None:
        """Correct the counts of papers, which still include those withdrawn since."""
        ledger = self.context.ledger
        counts = topic_counts.count_topics(map(self.load, self.links))
        # Compared first: a rebuild that changes nothing does not wait for the disk.
        if counts != ledger.topic_counts.list_all_counts(self.edition.name):
            with ledger.transaction():
                ledger.topic_counts.replace_counts(self.edition.name, counts)


def _month_before(month: str) -> str:
    first = dt.date.fromisoformat(f"{month}-01")
    return (first - dt.timedelta(days=1)).isoformat()[:_MONTH]
