"""Build the lists of an issue's page that name papers by title alone.

They are: papers to read first, terms, papers beyond the limit, updated and rising ones.
Updated and rising papers stand in earlier issues and are linked there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from digest.editorial import followups
from digest.model.issues import Issue, Item, RisingPaper, UpdatedPaper
from digest.render import escape, paths, wording
from digest.render.site.views import entries, headings, period
from digest.render.site.views.entries import EntryView, HeadingView

PAPERS_PER_TERM = 5  # papers named for each


class MentionView(msgspec.Struct, frozen=True, gc=False):
    """A paper that has its entry elsewhere.

    ``href`` leads to that entry; ``address`` is the paper's own, for Markdown.
    """

    title: str
    href: str
    address: str
    facts: str


class PickView(MentionView, frozen=True, gc=False):
    """A paper to read first. ``facts`` are the reason and the name of its heading as one text."""

    reason: str
    heading: str


class MentionListView(msgspec.Struct, frozen=True, gc=False):
    """A heading with mentions of papers."""

    anchor: str
    name: str
    papers: tuple[MentionView, ...]


def list_picks(issue: Issue, groups: Iterable[HeadingView]) -> tuple[PickView, ...]:
    """Return the papers to read first, in the issue's order.

    Guids without an entry on the page are skipped.
    """
    entries = {entry.anchor: entry for group in groups for entry in group.entries}
    topics = {item.guid: section.name for section in issue.sections for item in section.papers}
    return tuple(
        _pick(entry, issue.picked.get(guid, entry.votes), topics[guid])
        for guid in issue.picks
        if guid in topics and (entry := entries.get(paths.anchor(guid)))
    )


def _pick(entry: EntryView, reason: str, heading: str) -> PickView:
    # Names of topics contain commas, so a comma would not separate them.
    facts = " · ".join(filter(None, (reason, heading)))
    return PickView(entry.title, f"#{entry.anchor}", entry.href, facts, reason, heading)


class TitleView(msgspec.Struct, frozen=True, gc=False):
    """A paper without an entry, listed by its title. ``href`` is its own address.

    ``held`` links to its entry in the main edition, if it was issued there.
    """

    anchor: str
    title: str
    href: str
    facts: str
    held: entries.LinkView | None


class MoreView(msgspec.Struct, frozen=True, gc=False):
    """The heading of the papers beyond the edition's limit, listed by title."""

    anchor: str
    name: str
    amount: str
    papers: tuple[TitleView, ...]


def list_beyond_limit(issue: Issue) -> MoreView | None:
    """Return the papers beyond the edition's limit by section, or None if there are none."""
    heading = headings.gather_beyond_limit(issue)
    if heading is None:
        return None
    papers = tuple(
        _title(issue, item, section.name) for section in heading.sections for item in section.papers
    )
    return MoreView(heading.anchor, heading.name, wording.count(len(papers), "paper"), papers)


def _title(issue: Issue, item: Item, topic: str) -> TitleView:
    votes = wording.votes(item.upvotes)
    late = entries.describe_lateness(item, issue)
    facts = (topic, votes, period.describe_first_sight(issue, item), late)
    return TitleView(
        anchor=paths.anchor(item.guid),
        title=item.title,
        href=escape.address(item.url),
        facts=" · ".join(filter(None, facts)),
        held=next(entries.link_to_main_edition(issue, item), None),
    )


class IssueTermView(msgspec.Struct, frozen=True, gc=False):
    """A term of the issue with the first papers that use it.

    ``amount`` is the number of all that do. ``more`` states how many are not among ``papers``,
    as "and 2 more".
    """

    words: str
    amount: int
    papers: tuple[MentionView, ...]
    more: str


def list_terms(issue: Issue, groups: Iterable[HeadingView]) -> tuple[IssueTermView, ...]:
    """Return the issue's trending terms, each with its first papers in the issue's order."""
    entries = (entry for group in groups for entry in group.entries)
    on_page = {
        entry.anchor: MentionView(entry.title, f"#{entry.anchor}", entry.href, "")
        for entry in entries
    }
    more = list_beyond_limit(issue)
    for paper in more.papers if more else ():
        on_page[paper.anchor] = MentionView(paper.title, f"#{paper.anchor}", paper.href, "")
    anchors = ((term.term, map(paths.anchor, term.papers)) for term in issue.terms)
    return tuple(
        _term(words, [on_page[anchor] for anchor in used if anchor in on_page])
        for words, used in anchors
    )


def _term(words: str, papers: Sequence[MentionView]) -> IssueTermView:
    rest = wording.others(len(papers) - PAPERS_PER_TERM)
    return IssueTermView(words, len(papers), tuple(papers[:PAPERS_PER_TERM]), rest)


def list_mentions(issue: Issue) -> tuple[MentionListView, ...]:
    """Return the lists below the sections: updated and rising papers, if any."""
    updated = [_mention_earlier(issue, paper, paper.changes) for paper in issue.updated]
    rising = [_mention_earlier(issue, paper, _describe_gains(paper)) for paper in issue.rising]
    lists = (("Updated", updated), ("Rising", rising))
    return tuple(
        MentionListView(name.lower(), name, tuple(papers)) for name, papers in lists if papers
    )


def _mention_earlier(
    issue: Issue, paper: UpdatedPaper | RisingPaper, facts: Iterable[str]
) -> MentionView:
    address = escape.address(paper.url)
    # Issues of an edition lie in one folder, so the file name is the whole link.
    place = f"{paper.issue}.html#{paths.anchor(paper.guid)}"
    first = wording.short_day(paper.issue[:10], year=issue.date[:4])
    words = [*facts, *([f"first issued on {first}"] if first else [])]
    return MentionView(paper.title, place, address or place, ", ".join(filter(None, words)))


def _describe_gains(paper: RisingPaper) -> tuple[str, ...]:
    counts = (("vote", paper.upvotes), ("comment", paper.comments), ("star", paper.stars))
    return followups.describe_gains((noun, pair) for noun, pair in counts if pair)
