"""The main edition by topic, as pages and feeds, and its search, all in monthly parts.

What the ledger counts says which pages there are; of the issues only those of the months in
question are read, so that a run costs the same however long the archive is.
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
from digest.render.feeds import frequency, writers
from digest.render.feeds import removed_topics as retirements
from digest.render.site.views import topics as views_topics
from digest.storage.ledger import topic_counts

_MONTH = len("2026-11")
_KEPT = 3  # months whose issues are held in memory at a time

Months = dict[str, set[str]]  # month -> topics


class TopicPages:
    """Topic pages and search; ``links`` are the main edition's issues, oldest first.

    ``stored`` gives an issue as it is shown, ``retired`` are topics that are no more.
    The feeds leave out backfilled issues.
    """

    def __init__(
        self,
        state: RunContext,
        links: Sequence[IssueLink],
        stored: Callable[[IssueLink], Issue],
        retired: Mapping[str, RemovedTopic],
        press: writers.FeedWriters,
    ) -> None:
        self.state, self.stored, self.links, self.press = state, stored, links, press
        self.retired = retired
        self.edition = state.settings.editions[0]
        by_month = itertools.groupby(links, lambda link: link.date[:_MONTH])
        self.months = {month: list(found)[::-1] for month, found in by_month}
        self.rhythm = frequency.most_frequent([self.edition])
        self.days = functools.lru_cache(_KEPT)(self._days)

    def everything(self) -> Iterator[Page]:
        """All topic pages and feeds; the counts are made anew."""
        self._recount()
        months: Months = {}
        for count in self._counts():
            months.setdefault(count.span, set()).add(count.topic)
        yield from self._pages(months)
        yield from self._search(self.months)

    def after(self, fresh: Iterable[IssueLink]) -> Iterator[Page]:
        """The pages and feeds of the topics that these issues speak of."""
        months: Months = {}
        for link in fresh:
            spoken = topic_counts.count_topics([self.stored(link)])
            months.setdefault(link.date[:_MONTH], set()).update(one.topic for one in spoken)
        yield from self._pages(months)
        yield from self._search(months)

    def _search(self, months: Iterable[str]) -> Iterator[Page]:
        for month in months:
            yield search_index.build_month(month, list(map(self.stored, self.months[month])))
        yield self.state.pages.search(self.months)

    def _pages(self, touched: Months) -> Iterator[Page]:
        by_topic: dict[str, list[TopicCount]] = {}
        for count in self._counts():
            by_topic.setdefault(count.topic, []).append(count)
            if count.topic in touched.get(count.span, ()):
                days = self.days(count.span).get(count.topic, [])
                yield self.state.pages.topic(views_topics.build_month_page(count, days))
        for topic in sorted(set().union(*touched.values())):
            yield from self._first(by_topic[topic], by_topic)
        newest = [counts[-1] for counts in by_topic.values()]
        newest.sort(key=lambda count: (count.topic == topics.OTHER, count.name.casefold()))
        names = {count.topic: count.name for count in newest if count.topic not in self.retired}
        yield feeds.opml(names, self.state.settings.site)
        totals = [views_topics.build_total(by_topic[topic]) for topic in names]
        gone = [views_topics.build_total(by_topic[one]) for one in self.retired if one in by_topic]
        yield self.state.pages.topics(totals, gone)

    def _first(self, counts: Sequence[TopicCount], all_: Container[str]) -> Iterator[Page]:
        """The feed and the first page of a topic, out of its last month and the one before."""
        topic, name, last = counts[-1].topic, counts[-1].name, counts[-1].span
        months = [last, _before(last)]
        found = [link for month in months for link in self.months.get(month, ())]
        days = [day for month in months for day in self.days(month).get(topic, ())]
        dates = {day.date for day in days}
        live = (link for link in found if link.date in dates and not link.is_history)
        notice, last_item = None, None
        if retired := self.retired.get(topic):
            notice = removed_topic.removal_notice(retired, all_)
            last_item = retirements.removal_entry(retired, all_, self.state.settings.site)
        yield feeds.topic(
            topic, name, map(self.stored, live), self.press, frequency=self.rhythm, notice=last_item
        )
        yield self.state.pages.topic(views_topics.build_first_page(counts, days, notice))

    def _days(self, month: str) -> dict[str, list[views_topics.TopicDayView]]:
        return views_topics.group_by_topic(map(self.stored, self.months.get(month, ())))

    def _counts(self) -> list[TopicCount]:
        return self.state.ledger.topic_counts.list_counts(self.edition.name, "month")

    def _recount(self) -> None:
        """Counts what is shown: papers may have been withdrawn, issues come from the past."""
        shown = topic_counts.count_topics(map(self.stored, self.links))
        if shown != self.state.ledger.topic_counts.list_all_counts(self.edition.name):
            with self.state.ledger.transaction():
                self.state.ledger.topic_counts.replace_counts(self.edition.name, shown)


def _before(month: str) -> str:
    first = dt.date.fromisoformat(f"{month}-01")
    return (first - dt.timedelta(days=1)).isoformat()[:_MONTH]
