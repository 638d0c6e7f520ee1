"""Render the topic pages, topic feeds and search files of the main edition.

A topic has a first page with its newest papers and a page for each month; search has a file for
each month. Which topics have papers in which month is taken from the counts in the ledger.
Issues are read only for the months that change, so the cost of a run does not grow with the
archive.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from digest.editorial import topics
from digest.model.issues import Issue, IssueLink, Page
from digest.model.topics import RemovedTopic, TopicCount
from digest.pipeline.context import RunContext
from digest.render import feeds, removed_topic, search_index
from digest.render.feeds import frequency, removed_topics, writers
from digest.render.site.views import topics as views
from digest.storage.ledger import topic_counts

_MONTH = len("2026-11")
_CACHED_MONTHS = 3  # months whose issues are held in memory at a time

TopicsByMonth = dict[str, set[str]]


class TopicPages:
    """Renders the pages, feeds and search files by topic.

    ``links`` are the main edition's issues, oldest first. ``load`` reads an issue without
    withdrawn papers. ``removed`` are topics that are no longer configured: their pages stay,
    with a notice. Feeds leave out backfilled issues.
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
        by_month = itertools.groupby(links, lambda link: link.date[:_MONTH])
        self.newest_first = {month: list(issues)[::-1] for month, issues in by_month}
        self.frequency = frequency.most_frequent([self.edition])
        self.days = functools.lru_cache(_CACHED_MONTHS)(self._days)

    def all_pages(self) -> Iterator[Page]:
        """Correct the counts in the ledger; then yield every page, feed and search file."""
        self._recount()
        months: TopicsByMonth = {}
        for count in self._counts():
            months.setdefault(count.span, set()).add(count.topic)
        yield from self._pages(months)
        yield from self._search(self.newest_first)

    def changed_pages(self, new_issues: Iterable[IssueLink]) -> Iterator[Page]:
        """Yield the pages, feeds and search files that these new issues of the edition change.

        The counts in the ledger must include the issues already.
        """
        months: TopicsByMonth = {}
        for link in new_issues:
            counts = topic_counts.count_topics([self.load(link)])
            months.setdefault(link.date[:_MONTH], set()).update(count.topic for count in counts)
        yield from self._pages(months)
        yield from self._search(months)

    def _search(self, months: Iterable[str]) -> Iterator[Page]:
        """Yield the search files of these months, and the search page, which lists all months."""
        for month in months:
            issues = list(map(self.load, self.newest_first[month]))
            yield search_index.build_month(month, issues)
        yield self.context.pages.search(self.newest_first)

    def _pages(self, changed: TopicsByMonth) -> Iterator[Page]:
        """Yield pages and feeds of the topics changed in each month, and the lists of topics."""
        by_topic: dict[str, list[TopicCount]] = {}
        for count in self._counts():
            by_topic.setdefault(count.topic, []).append(count)
            if count.topic in changed.get(count.span, ()):
                days = self.days(count.span).get(count.topic, [])
                yield self.context.pages.topic(views.build_month_page(count, days))
        for topic in sorted(set().union(*changed.values())):
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

    def _first_page(
        self, counts: Sequence[TopicCount], with_pages: Container[str]
    ) -> Iterator[Page]:
        """Yield the feed and the first page of a topic, from its last month and the one before.

        ``counts`` are those of the topic by month, oldest first. ``with_pages`` are the topics
        that have a page, to which the notice of a removed topic can link.
        """
        topic, name, last = counts[-1].topic, counts[-1].name, counts[-1].span
        # Two months, because one would be almost empty at its start.
        months = [last, _month_before(last)]
        links = [link for month in months for link in self.newest_first.get(month, ())]
        days = [day for month in months for day in self.days(month).get(topic, ())]
        # Only issues with papers of the topic are read for its feed.
        dates = {day.date for day in days}
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

    def _days(self, month: str) -> dict[str, list[views.TopicDayView]]:
        """Return the papers of a month's issues by topic, newest issue first."""
        return views.group_by_topic(map(self.load, self.newest_first.get(month, ())))

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
