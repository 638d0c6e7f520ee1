"""Render the pages and feeds of the output from the issues in the ledger.

They are written in the order in which they are yielded. The page of an issue comes before the
feeds whose items link to it, so that no subscriber follows a link to a page that is not there.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from digest.editorial import compose
from digest.editorial.topics import move_papers
from digest.model.files import Page
from digest.model.issue_links import IssueLink
from digest.model.issues import Issue
from digest.model.topics import RemovedTopic
from digest.pipeline import trending_terms
from digest.pipeline.context import RunContext
from digest.pipeline.issue_cache import IssueCache
from digest.pipeline.publishing.notes import Notes
from digest.pipeline.publishing.topic_pages import TopicPages
from digest.render import exports, feeds, paths
from digest.render.feeds import archive_layout, frequency, writers
from digest.render.site import latest
from digest.render.site.views import archive, charts


class OutputPages:
    """Renders the pages and feeds of all editions.

    ``notes`` stand on the pages of the main edition's issues, ``removed`` topics (by id) on the
    topic pages. Withdrawn papers are left out everywhere. Papers that were moved by hand stand
    under their new topic on topic pages, in their feeds and in the search.
    """

    def __init__(
        self, context: RunContext, notes: Notes, removed: Mapping[str, RemovedTopic]
    ) -> None:
        self.context, self.site, self.notes = context, context.settings.announced_site, notes
        self.feed_writers = writers.FeedWriters(self.site)
        self.removed = removed
        self.links = context.ledger.issues.list_links()
        self.withdrawn = context.ledger.issues.withdrawn_guids()
        editions = context.settings.editions
        self.main = editions[0].name
        self.with_abstracts = {edition.name for edition in editions if edition.abstracts}
        self.positions = {(link.edition, link.number): n for n, link in enumerate(self.links)}
        self._load = IssueCache(self._read_issue).load
        self._load_moved = self._load
        if moved := context.moved_guids():
            # Cached too: feeds know an issue again by its identity.
            cache = IssueCache[IssueLink](lambda link: move_papers(self._load(link), moved))
            self._load_moved = cache.load

    def all_pages(self) -> Iterator[Page]:
        """Yield every page and feed. Corrects the counts in the ledger on the way."""
        yield from self.context.pages.assets()
        for number, link in enumerate(self.links, start=1):
            yield from self._issue(link)
            self.context.report_progress("issues", number, len(self.links))
        for document in self.archive.documents:
            yield from self._archive_feed(document)
        yield from self._topic_pages().all_pages()
        trending_terms.recount_phrases(self.context, self._main_links(), self._load)
        yield from self._calendars(_years(self.links))
        yield from self._indexes(sorted({link.edition for link in self.links} | {self.main}))

    def changed_pages(self, new_issues: Sequence[tuple[str, int]]) -> Iterator[Page]:
        """Yield the pages and feeds that new issues or changed notes may change.

        These are the pages of the issues and their neighbours, their topics, archive documents,
        calendars, live feeds and the front page. Some have the same bytes as before. An issue
        is given by its edition and number.
        """
        yield from self.context.pages.assets()
        new = [self.links[self.positions[issue]] for issue in new_issues]
        for link in self._issues_around(new):
            yield from self._issue(link)
        earlier = self._archive_before(new).documents
        for document in self.archive.documents:
            if document not in earlier:
                yield from self._archive_feed(document)
        if main := [link for link in new if link.edition == self.main]:
            yield from self._topic_pages().changed_pages(main)
        yield from self._calendars(_years(new))
        yield from self._indexes(sorted({link.edition for link in new}))

    def outdated(self, new_issues: Iterable[tuple[str, int]]) -> list[str]:
        """Return the paths of pages that were there before these issues, and may be no more.

        An issue that comes late may lead to fewer archive documents of its week, and to fewer
        parts of its month. Of an issue whose page is rendered, all pages of headings are given:
        without its note it may fit one page.
        """
        new = [self.links[self.positions[issue]] for issue in new_issues]
        main = [link for link in new if link.edition == self.main]
        manifest = self.context.ledger.published_files.manifest()
        headings = [
            path
            for link in self._issues_around(new)
            for path in manifest.in_folder(paths.issue_folder(link.edition, link.key))
        ]
        # An issue after all others only adds pages.
        if not main or main == self._main_links()[-len(main) :]:
            return headings
        names = {document.name for document in self.archive.documents}
        earlier = (document.name for document in self._archive_before(new).documents)
        gone = (feeds.archive_paths(name) for name in earlier if name not in names)
        topics = self._topic_pages().outdated(main)
        return [*headings, *itertools.chain.from_iterable(gone), *topics]

    def _issues_around(self, new: Iterable[IssueLink]) -> list[IssueLink]:
        """Return new issues, their neighbours, and issues with a changed note."""
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
        return [self.links[number] for number in sorted(changed & set(range(len(self.links))))]

    def _issue(self, link: IssueLink) -> Iterator[Page]:
        """Yield the page of an issue as HTML, Markdown and JSON, and its exports."""
        position = self.positions[link.edition, link.number]
        before, after = self._neighbour(link, position - 1), self._neighbour(link, position + 1)
        issue = self._load(link)
        withdrawn = link.papers - len(issue.papers)
        note = self.notes.render(link.key) if link.edition == self.main else None
        rendered = self.context.pages.issue(
            issue,
            before,
            after,
            withdrawn=withdrawn,
            abstracts=link.edition in self.with_abstracts,
            note=note,
        )
        # The pages of headings come first, because the issue's page links to them.
        yield from (*rendered[3:], *rendered[:3])
        yield from exports.export_issue(issue)
        # The newest issue of an edition is also published under a fixed name.
        if after is None:
            yield from latest.copy_as_latest(rendered)

    def _neighbour(self, link: IssueLink, position: int) -> IssueLink | None:
        """Return the issue at this position if it is of the same edition as ``link``."""
        if not 0 <= position < len(self.links) or self.links[position].edition != link.edition:
            return None
        return self.links[position]

    def _archive_feed(self, document: archive_layout.ArchiveDocument) -> Iterator[Page]:
        yield from feeds.archive(
            document.name,
            map(self._load, document.issues),
            self.feed_writers,
            before=document.before,
            part=document.part,
            parts=document.parts,
        )

    def _indexes(self, editions: Sequence[str]) -> Iterator[Page]:
        """Yield issues.xml and the front page, and the live feeds if the main edition changed.

        ``editions`` are those that have changed.
        """
        main, configured = self._main_links(), self.context.settings.editions
        if self.main in editions:
            live = (self._load(link) for link in reversed(main) if not link.is_history)
            yield from feeds.live(
                live,
                self.feed_writers,
                archive=self.archive.newest,
                unarchived=self.archive.unarchived,
                frequency=frequency.most_frequent(configured[:1]),
            )
        # No document below shows them, and the next one reads two weeks of issues.
        self.feed_writers.clear()
        # By date over all editions: the links are sorted by edition first.
        newest_first = sorted(self.links, key=lambda link: (link.date, link.ordinal), reverse=True)
        issues = (self._load(link) for link in newest_first)
        yield feeds.issues(
            issues,
            self.site,
            editions=configured,
            frequency=frequency.most_frequent(configured),
        )
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
            self.context, self._main_links(), self._load_moved, self.removed, self.feed_writers
        )

    def _read_issue(self, link: IssueLink) -> Issue:
        stored = self.context.ledger.issues.load_issue(link.edition, link.number)
        return compose.without_withdrawn(stored, self.withdrawn)

    def _main_links(self) -> list[IssueLink]:
        return [link for link in self.links if link.edition == self.main]

    @functools.cached_property
    def archive(self) -> archive_layout.ArchiveLayout:
        """The archive documents of the main edition."""
        return archive_layout.lay_out(self._main_links())

    def _archive_before(self, new: Iterable[IssueLink]) -> archive_layout.ArchiveLayout:
        """Return the archive documents as they were without these issues."""
        new = set(new)
        return archive_layout.lay_out(link for link in self._main_links() if link not in new)


def _years(links: Iterable[IssueLink]) -> list[str]:
    """Return the years whose calendars list these issues: a week's stands where it ends."""
    return sorted({archive.day_listed(link)[:4] for link in links})
