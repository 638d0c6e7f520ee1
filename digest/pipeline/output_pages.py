"""Render the pages and feeds of the output from the issues in the ledger.

They are written in the order in which they are yielded. The page of an issue comes before the
feeds whose items link to it, so that no subscriber follows a link to a page that is not there.
"""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from digest.editorial import compose
from digest.model.issues import Issue, IssueLink, Page
from digest.model.topics import RemovedTopic
from digest.pipeline import trending_terms
from digest.pipeline.context import RunContext
from digest.pipeline.publish_notes import Notes
from digest.pipeline.publish_topics import TopicPages
from digest.render import exports, feeds
from digest.render.feeds import frequency, writers
from digest.render.site import pages
from digest.render.site.views import archive, charts

# A rebuild reads each issue of a year of days five times. An issue takes about 40 KB.
_CACHED_ISSUES = 400


class OutputPages:
    """Renders the pages and feeds of all editions.

    ``notes`` stand on the pages of the main edition's issues, ``removed`` topics (by id) on the
    topic pages. Withdrawn papers are left out everywhere.
    """

    def __init__(
        self, context: RunContext, notes: Notes, removed: Mapping[str, RemovedTopic]
    ) -> None:
        self.context, self.site, self.notes = context, context.settings.site, notes
        self.feed_writers = writers.FeedWriters(self.site)
        self.removed = removed
        self.links = context.ledger.issues.list_links()
        self.withdrawn = context.ledger.issues.withdrawn_guids()
        self.main = context.settings.editions[0].name
        self.positions = {(link.edition, link.number): n for n, link in enumerate(self.links)}
        self._load = functools.lru_cache(_CACHED_ISSUES)(self._read_issue)

    def all_pages(self) -> Iterator[Page]:
        """Yield every page and feed. Corrects the counts in the ledger on the way."""
        yield from self.context.pages.assets()
        for number, link in enumerate(self.links, start=1):
            yield from self._issue(link)
            self.context.report_progress("issues", number, len(self.links))
        for week in self.weeks:
            yield from self._archive_feed(week)
        yield from self._topic_pages().all_pages()
        trending_terms.recount_phrases(self.context, self._main_links(), self._load)
        yield from self._calendars(_years(self.links))
        yield from self._indexes(sorted({link.edition for link in self.links} | {self.main}))

    def changed_pages(
        self, new_issues: Sequence[tuple[str, int]], published: Container[str]
    ) -> Iterator[Page]:
        """Yield the pages and feeds that new issues or changed notes may change.

        These are the pages of the issues and their neighbours, their topics, archive documents,
        calendars, live feeds and the front page. Some have the same bytes as before. An issue
        is given by its edition and number. ``published`` are the paths of the output.
        """
        yield from self.context.pages.assets()
        new = [self.links[self.positions[issue]] for issue in new_issues]
        yield from self._issues_around(new)
        changed_weeks = {feeds.week(link.date) for link in new}
        # The week that was open until now: a backfill may have made its document already,
        # without its live issues.
        earlier = set(self._main_links()).difference(new)
        changed_weeks.add(_open_week(earlier))
        is_new = False
        for week in self.weeks:
            # The document after a new one, too: it links to the one before it.
            was_new, is_new = is_new, feeds.archive_path(week) not in published
            if week in changed_weeks or is_new or was_new:
                yield from self._archive_feed(week)
        if main := [link for link in new if link.edition == self.main]:
            yield from self._topic_pages().changed_pages(main)
        yield from self._calendars(_years(new))
        yield from self._indexes(sorted({link.edition for link in new}))

    def _issues_around(self, new: Sequence[IssueLink]) -> Iterator[Page]:
        """Yield the pages of new issues, of their neighbours, and of issues with a changed note."""
        # A neighbour gets a link to the new issue. One of another edition is rendered for nothing.
        numbers = [self.positions[link.edition, link.number] for link in new]
        changed = {number + step for number in numbers for step in (-1, 0, 1)}
        changed_notes = self.notes.changed
        changed |= {
            self.positions[link.edition, link.number]
            for link in self._main_links()
            if link.key in changed_notes
        }
        # The first and the last issue have a neighbour on one side only.
        for number in sorted(changed & set(range(len(self.links)))):
            yield from self._issue(self.links[number])

    def _issue(self, link: IssueLink) -> Iterator[Page]:
        """Yield the page of an issue as HTML, Markdown and JSON, and its exports."""
        position = self.positions[link.edition, link.number]
        before, after = self._neighbour(link, position - 1), self._neighbour(link, position + 1)
        issue = self._load(link)
        withdrawn = link.papers - len(issue.papers)
        note = self.notes.render(link.key) if link.edition == self.main else None
        rendered = self.context.pages.issue(issue, before, after, withdrawn=withdrawn, note=note)
        yield from rendered
        yield from exports.export_issue(issue)
        # The newest issue of an edition is also published under a fixed name.
        if after is None:
            yield from pages.copy_as_latest(rendered)

    def _neighbour(self, link: IssueLink, position: int) -> IssueLink | None:
        """Return the issue at this position if it is of the same edition as ``link``."""
        if not 0 <= position < len(self.links) or self.links[position].edition != link.edition:
            return None
        return self.links[position]

    def _archive_feed(self, week: str) -> Iterator[Page]:
        weeks = list(self.weeks)
        before = weeks[weeks.index(week) - 1] if week != weeks[0] else None
        issues = map(self._load, reversed(self.weeks[week]))
        yield from feeds.archive(week, issues, self.feed_writers, before=before)

    def _indexes(self, editions: Sequence[str]) -> Iterator[Page]:
        """Yield issues.xml and the front page, and the live feeds if the main edition changed.

        ``editions`` are those that have changed.
        """
        main, configured = self._main_links(), self.context.settings.editions
        if self.main in editions:
            weeks = list(self.weeks)
            live = (self._load(link) for link in reversed(main) if not link.is_history)
            yield from feeds.live(
                live,
                self.feed_writers,
                archive=weeks[-1] if weeks else None,
                frequency=frequency.most_frequent(configured[:1]),
            )
        # By date over all editions: the links are sorted by edition first.
        newest_first = sorted(self.links, key=lambda link: (link.date, link.key), reverse=True)
        issues = (self._load(link) for link in newest_first)
        yield feeds.issues(issues, self.site, frequency=frequency.most_frequent(configured))
        newest, counts = None, []
        terms = trending_terms.list_week_terms(self.context, main, self._load)
        if main:
            newest, since = self._load(main[-1]), charts.first_day(main[-1].date)
            counts = self.context.ledger.topic_counts.list_counts(self.main, "day", since)
        yield self.context.pages.index(newest, self.links, counts, terms)

    def _calendars(self, years: Iterable[str]) -> Iterator[Page]:
        """Yield the calendar pages of these years, and the page that lists all years."""
        for year in years:
            yield self.context.pages.year(year, self.links)
        yield self.context.pages.archive(self.links)

    def _topic_pages(self) -> TopicPages:
        return TopicPages(
            self.context, self._main_links(), self._load, self.removed, self.feed_writers
        )

    def _read_issue(self, link: IssueLink) -> Issue:
        stored = self.context.ledger.issues.load_issue(link.edition, link.number)
        return compose.without_withdrawn(stored, self.withdrawn)

    def _main_links(self) -> list[IssueLink]:
        return [link for link in self.links if link.edition == self.main]

    @functools.cached_property
    def weeks(self) -> dict[str, list[IssueLink]]:
        """The issues of the main edition in the archive documents, by week, oldest first.

        Live issues are included once there is a live issue of a later week. Backfilled issues
        are included at once, because the live feeds never hold them.
        """
        main = self._main_links()
        open_week = _open_week(main)
        weeks: dict[str, list[IssueLink]] = {}
        for link in main:
            week = feeds.week(link.date)
            if link.is_history or week != open_week:
                weeks.setdefault(week, []).append(link)
        return dict(sorted(weeks.items()))


def _years(links: Iterable[IssueLink]) -> list[str]:
    """Return the years whose calendars list these issues: a week's stands where it ends."""
    return sorted({archive.day_listed(link)[:4] for link in links})


def _open_week(links: Iterable[IssueLink]) -> str:
    """Return the newest week that has a live issue; "" if none has."""
    return max((feeds.week(link.date) for link in links if not link.is_history), default="")
