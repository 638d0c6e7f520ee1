"""Build what the templates of a mail show, from the views of the issue's page.

Texts are plain and addresses are safe to link to; links lead to the paper itself or to our page.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import msgspec

from digest.model.issues import Issue
from digest.render import paths, wording
from digest.render.mail import levels
from digest.render.mail.levels import Shares
from digest.render.site.views import entries, mentions
from digest.render.site.views.entries import EntryView, HeadingView, LinkView
from digest.render.site.views.mentions import MentionListView, PickView
from digest.text import links

MENTIONS = 10  # updated and rising papers of each list, at most


class MailEntryView(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A paper in a mail. What the mail has no room for is an empty text."""

    title: str
    href: str
    facts: str
    line: str
    said_by: str
    is_quotation: bool
    abstract: str
    links: tuple[LinkView, ...]


class MailPortionView(msgspec.Struct, frozen=True, gc=False):
    """Papers under a sub-heading. Those without one have an empty name."""

    name: str
    entries: tuple[MailEntryView, ...]


class MailHeadingView(msgspec.Struct, frozen=True, gc=False):
    """A heading with the papers that the mail has room for.

    ``rest`` states how many more there are, as "and 3 more"; ``href`` is the heading's place on
    the issue's page, empty if the page is not on the web.
    """

    name: str
    amount: str
    href: str
    portions: tuple[MailPortionView, ...]
    rest: str


class MailMentionView(msgspec.Struct, frozen=True, gc=False):
    """A paper that has its entry elsewhere, with its address."""

    title: str
    href: str
    facts: str


class MailListView(msgspec.Struct, frozen=True, gc=False):
    """A heading with mentions of papers."""

    name: str
    papers: tuple[MailMentionView, ...]
    rest: str


class MailViews:
    """The views of an issue's mail, for any share of it. ``page`` is its address on the web."""

    def __init__(self, issue: Issue, page: str) -> None:
        self._issue, self._page = issue, page
        self._groups = entries.build_headings(issue)
        self._more = mentions.list_beyond_limit(issue)
        sizes = [len(group.entries) for group in self._groups]
        if self._more:
            sizes.append(len(self._more.papers))
        self.levels = levels.Levels(issue, self._groups, sizes)

    def picks(self) -> tuple[MailMentionView, ...]:
        """Return the papers to read first, each with its reason and heading."""
        return tuple(map(self._pick, mentions.list_picks(self._issue, self._groups)))

    def terms(self) -> tuple[str, ...]:
        """Return the terms of the issue."""
        return tuple(term.words for term in mentions.list_terms(self._issue, self._groups))

    def mentions(self) -> tuple[MailListView, ...]:
        """Return the lists of updated and rising papers."""
        return tuple(map(self._mentions, mentions.list_mentions(self._issue)))

    def headings(self, shares: Shares) -> tuple[MailHeadingView, ...]:
        """Return the headings with what the shares give of each paper."""
        return tuple(self._headings(shares))

    def shown(self, shares: Shares) -> tuple[str, ...]:
        """Return the guids of the papers that the shares show."""
        pairs = zip(self._groups, shares.titles, strict=False)
        anchors = [entry.anchor for group, count in pairs for entry in group.entries[:count]]
        if self._more:
            anchors += [paper.anchor for paper in self._more.papers[: shares.titles[-1]]]
        kept = frozenset(anchors)
        return tuple(item.guid for item in self._issue.papers if paths.anchor(item.guid) in kept)

    def _headings(self, shares: Shares) -> Iterator[MailHeadingView]:
        for group, count in zip(self._groups, shares.titles, strict=False):
            portions = tuple(self._portions(group, count, shares))
            rest = wording.others(len(group.entries) - count)
            yield MailHeadingView(
                group.name, group.amount, self._place(group.anchor), portions, rest
            )
        if more := self._more:
            count = shares.titles[-1]
            papers = tuple(
                _by_title(paper.title, self._address(paper.href, paper.anchor), paper.facts)
                for paper in more.papers[:count]
            )
            rest = wording.others(len(more.papers) - count)
            yield MailHeadingView(
                more.name,
                f"{more.amount} by title",
                self._place(more.anchor),
                (MailPortionView("", papers),) if papers else (),
                rest,
            )

    def _portions(
        self, group: HeadingView, count: int, shares: Shares
    ) -> Iterator[MailPortionView]:
        for portion in group.portions:
            shown = portion.entries[:count]
            count -= len(shown)
            if shown:
                papers = tuple(self._entry(entry, shares) for entry in shown)
                yield MailPortionView(portion.name, papers)

    def _entry(self, entry: EntryView, shares: Shares) -> MailEntryView:
        href = self._address(entry.href, entry.anchor)
        if entry.anchor not in shares.teasers:
            return _by_title(entry.title, href, " · ".join(_urgent(entry)))
        return MailEntryView(
            title=entry.title,
            href=href,
            facts=entry.meta,
            line=entry.line,
            said_by=entry.said_by,
            is_quotation=entry.is_quotation,
            abstract=entry.abstract if entry.anchor in shares.abstracts else "",
            links=entry.further,
        )

    def _pick(self, pick: PickView) -> MailMentionView:
        return MailMentionView(
            pick.title, self._address(pick.address, pick.href.removeprefix("#")), pick.facts
        )

    def _mentions(self, group: MentionListView) -> MailListView:
        papers = tuple(
            MailMentionView(
                paper.title,
                # Without an address of its own, a paper's is its place in its issue.
                urljoin(self._page, paper.address) if self._page else _web(paper.address),
                paper.facts,
            )
            for paper in group.papers[:MENTIONS]
        )
        return MailListView(group.name, papers, wording.others(len(group.papers) - MENTIONS))

    def _address(self, href: str, anchor: str) -> str:
        """Return a paper's address; its place on our page if it has none but a search."""
        # The address of a search holds the title again, and leads nowhere in particular.
        return href if href and not links.is_title_search(href) else self._place(anchor) or href

    def _place(self, anchor: str) -> str:
        return f"{self._page}#{anchor}" if self._page else ""


def _by_title(title: str, href: str, facts: str) -> MailEntryView:
    return MailEntryView(
        title=title,
        href=href,
        facts=facts,
        line="",
        said_by="",
        is_quotation=False,
        abstract="",
        links=(),
    )


def _urgent(entry: EntryView) -> Iterator[str]:
    """Yield the facts that are shown even beside a title alone."""
    for fact in entry.facts:
        if fact.kind in {"tag withdrawn", "tag follows"}:
            yield fact.words


def _web(address: str) -> str:
    return address if address.startswith(("http:", "https:")) else ""
