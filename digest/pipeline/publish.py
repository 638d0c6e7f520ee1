"""PUBLISH: what the ledger holds and the output does not show yet becomes pages and feeds."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Container, Iterable, Iterator, Sequence

import msgspec

from digest import __version__
from digest.editorial import compose
from digest.model.issues import Issue, IssueLink, Page
from digest.pipeline import (
    publish_notes,
    publish_removed_topics,
    publish_topics,
    trending_terms,
)
from digest.pipeline.context import RunContext
from digest.render import exports, feeds
from digest.render.feeds import frequency, writers
from digest.render.site import pages
from digest.render.site.views import charts
from digest.storage import output
from digest.storage.ledger import published_files

_WITHDRAWN = "withdrawn"  # the fact by which a publication knows what the last one left out
_KEPT = 400  # issues held in memory: a rebuild goes over a year of days five times, 40 KB each


class Published(msgspec.Struct, frozen=True):
    """What was written, and why more than the new issues' pages was looked at."""

    written: tuple[str, ...] = ()
    same: int = 0
    removed: tuple[str, ...] = ()
    reason: str | None = None


def publish(state: RunContext, *, whole: str | None = None) -> Published:
    """Writes what new issues call for; everything when something else changed.

    ``whole`` gives a reason to look at every page; else there is one when templates, site
    settings or version are others than at the last time, when a paper was withdrawn since, or
    when a file of the output is missing or was touched.
    """
    written = state.ledger.published_files.manifest()
    rendered_with, withdrawn = _rendered_with(state), _withdrawn(state)
    fresh = state.ledger.issues.list_unpublished()
    retirement = publish_removed_topics.Removal(state)
    reason = whole or _reason(state, written, rendered_with, withdrawn) or retirement.reason
    notes = publish_notes.Notes(state)
    if not (fresh or notes.changed) and reason is None:
        retirement.keep_alone(state)
        return Published()
    shown = _Shown(state, notes, retirement)
    wanted = shown.everything() if reason else shown.after(fresh, written)
    publication = output.publish(state.output, wanted, written, whole=reason is not None)
    with state.ledger.transaction():
        state.ledger.published_files.record_publication(publication.written, publication.removed)
        state.ledger.published_files.set_fact(published_files.RENDERED_WITH, rendered_with)
        state.ledger.published_files.set_fact(_WITHDRAWN, withdrawn)
        notes.keep(state)
        retirement.keep(state)
        state.ledger.issues.mark_published()
    paths = tuple(path for path, _ in publication.written)
    return Published(paths, publication.same, tuple(publication.removed), reason)


class _Shown:
    """The ledger as pages, in the order they are published.

    A feed never links a page that is not there yet.
    """

    def __init__(
        self,
        state: RunContext,
        notes: publish_notes.Notes,
        retirement: publish_removed_topics.Removal,
    ) -> None:
        self.state, self.site, self.notes = state, state.settings.site, notes
        self.press = writers.FeedWriters(self.site)
        self.retired = retirement.topics
        self.links = state.ledger.issues.list_links()
        self.withdrawn = state.ledger.issues.withdrawn_guids()
        self.main = state.settings.editions[0].name
        self.places = {(link.edition, link.number): n for n, link in enumerate(self.links)}
        self._stored = functools.lru_cache(_KEPT)(self._read)

    def everything(self) -> Iterator[Page]:
        """All pages there are."""
        yield from self.state.pages.assets()
        for number, link in enumerate(self.links, start=1):
            yield from self._issue(link)
            self.state.watch("issues", number, len(self.links))
        for week in self.weeks:
            yield from self._archive(week)
        yield from self._topics().everything()
        trending_terms.recount(self.state, self._main_links(), self._stored)
        yield from self._calendars(sorted({link.date[:4] for link in self.links}))
        yield from self._indexes(self._editions())

    def after(self, fresh: Sequence[tuple[str, int]], there: Container[str]) -> Iterator[Page]:
        """The pages that these new issues change: their own, their neighbours', the indexes.

        ``there`` are the paths of what is published already.
        """
        yield from self.state.pages.assets()
        touched = {
            place + step for key in fresh for place in [self.places[key]] for step in (-1, 0, 1)
        } | {self.places[link.edition, link.number] for link in self._newly_noted()}
        for place in sorted(touched & set(range(len(self.links)))):
            yield from self._issue(self.links[place])
        late = {feeds.week(self.links[self.places[key]].date) for key in fresh}
        for week in self.weeks:
            if week in late or feeds.archive_path(week) not in there:
                yield from self._archive(week)
        main = [self.links[self.places[key]] for key in fresh if key[0] == self.main]
        if main:
            yield from self._topics().after(main)
        yield from self._calendars(sorted({self.links[self.places[key]].date[:4] for key in fresh}))
        yield from self._indexes(sorted({edition for edition, _ in fresh}))

    def _issue(self, link: IssueLink) -> Iterator[Page]:
        place = self.places[link.edition, link.number]
        before, after = self._neighbour(link, place - 1), self._neighbour(link, place + 1)
        stored = self._stored(link)
        gone = link.papers - len(stored.papers)
        note = self.notes.texts.get(link.key, "") if link.edition == self.main else ""
        shown = self.state.pages.issue(stored, before, after, withdrawn=gone, note=note)
        yield from shown
        yield from exports.export_issue(stored)
        if after is None:
            yield from pages.copy_as_latest(shown)

    def _newly_noted(self) -> list[IssueLink]:
        changed = self.notes.changed
        return [link for link in self._main_links() if link.key in changed] if changed else []

    def _neighbour(self, link: IssueLink, place: int) -> IssueLink | None:
        if not 0 <= place < len(self.links) or self.links[place].edition != link.edition:
            return None
        return self.links[place]

    def _archive(self, week: str) -> Iterator[Page]:
        weeks = list(self.weeks)
        before = weeks[weeks.index(week) - 1] if week != weeks[0] else None
        found = map(self._stored, reversed(self.weeks[week]))
        yield from feeds.archive(week, found, self.press, before=before)

    def _indexes(self, editions: Sequence[str]) -> Iterator[Page]:
        weeks = list(self.weeks)
        main = self._main_links()
        every = self.state.settings.editions
        if self.main in editions:
            newest_first = (self._stored(link) for link in reversed(main) if not link.is_history)
            yield from feeds.live(
                newest_first,
                self.press,
                archive=weeks[-1] if weeks else None,
                frequency=frequency.most_frequent(every[:1]),
            )
        everything = sorted(self.links, key=lambda link: (link.date, link.key), reverse=True)
        stored = (self._stored(link) for link in everything)
        yield feeds.issues(stored, self.site, frequency=frequency.most_frequent(every))
        newest, counts = None, []
        words = trending_terms.of_week(self.state, main, self._stored)
        if main:
            newest, since = self._stored(main[-1]), charts.first_day(main[-1].date)
            counts = self.state.ledger.topic_counts.list_counts(self.main, "day", since)
        yield self.state.pages.index(newest, self.links, counts, words)

    def _calendars(self, years: Iterable[str]) -> Iterator[Page]:
        for year in years:
            yield self.state.pages.year(year, self.links)
        yield self.state.pages.archive(self.links)

    def _topics(self) -> publish_topics.TopicPages:
        return publish_topics.TopicPages(
            self.state, self._main_links(), self._stored, self.retired, self.press
        )

    def _read(self, link: IssueLink) -> Issue:
        stored = self.state.ledger.issues.load_issue(link.edition, link.number)
        return compose.without_withdrawn(stored, self.withdrawn)

    def _main_links(self) -> list[IssueLink]:
        return [link for link in self.links if link.edition == self.main]

    @functools.cached_property
    def weeks(self) -> dict[str, list[IssueLink]]:
        """The main edition's closed weeks, oldest first, each with its issues.

        Closed are those before that of its newest live issue, and history beside or after
        that week too: the live feeds never hold it.
        """
        main = [(feeds.week(link.date), link) for link in self._main_links()]
        newest = max((week for week, link in main if not link.is_history), default="")
        found: dict[str, list[IssueLink]] = {}
        for week, link in main:
            if link.is_history or week != newest:
                found.setdefault(week, []).append(link)
        return dict(sorted(found.items()))

    def _editions(self) -> list[str]:
        return sorted({link.edition for link in self.links} | {self.main})


def _reason(
    state: RunContext, written: published_files.Manifest, rendered_with: str, withdrawn: str
) -> str | None:
    """Why every page has to be looked at, or None."""
    before = state.ledger.published_files.fact(published_files.RENDERED_WITH)
    if before != rendered_with:
        return "templates, site settings or version changed" if before else "the first publication"
    if withdrawn != (state.ledger.published_files.fact(_WITHDRAWN) or ""):
        return "a paper was withdrawn"
    touched = output.first_modified(state.output, written.marks())
    return f"output/{touched} was missing or touched" if touched else None


def _withdrawn(state: RunContext) -> str:
    """Return a mark of the papers that pages leave out; an empty one where there are none."""
    guids = sorted(state.ledger.issues.withdrawn_guids())
    return hashlib.blake2b("".join(guids).encode(), digest_size=16).hexdigest() if guids else ""


def _rendered_with(state: RunContext) -> str:
    """A mark of everything a page depends on besides the stored issues."""
    mark = hashlib.blake2b(__version__.encode(), digest_size=16)
    mark.update(msgspec.json.encode(state.settings.site))
    editions = state.settings.editions
    mark.update(msgspec.json.encode([(one.name, one.period, one.days) for one in editions]))
    for folder in state.templates:
        for file in sorted(itertools.chain(folder.glob("*"), folder.glob("*/*"))):
            if file.is_file():
                mark.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return mark.hexdigest()
