"""Lists of papers by title alone: read first, updated, rising, late.

Updated and rising papers are of earlier issues, and are linked there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from digest.model.issues import Issue, Item, RisingPaper, UpdatedPaper
from digest.render import escape, paths, wording
from digest.render.site.views import entries, headings, period
from digest.render.site.views.entries import EntryView, HeadingView

OF_A_TERM = 5  # papers named for each
_COUNTED = (("upvotes", "votes"), ("comments", "comments"), ("stars", "stars"))


class MentionView(msgspec.Struct, frozen=True, gc=False):
    """A paper that stands elsewhere: ``href`` on some issue's page, ``address`` its own."""

    title: str
    href: str
    address: str
    facts: str


class MentionListView(msgspec.Struct, frozen=True, gc=False):
    """A heading with the papers it mentions."""

    anchor: str
    name: str
    papers: tuple[MentionView, ...]


def picks(issue: Issue, groups: Iterable[HeadingView]) -> tuple[MentionView, ...]:
    """The papers to read first, in the issue's order; guids not on the page are passed over."""
    entries = {entry.anchor: entry for group in groups for entry in group.entries}
    topics = {item.guid: section.name for section in issue.sections for item in section.papers}
    return tuple(
        _mention(entry, (_reason(issue.picked.get(guid, entry.votes), topics[guid]),))
        for guid in issue.picks
        if guid in topics and (entry := entries.get(paths.anchor(guid)))
    )


def _reason(why: str, topic: str) -> str:
    """Names of topics have commas of their own."""
    return f"{why} · {topic}" if why else topic


class TitleView(msgspec.Struct, frozen=True, gc=False):
    """A paper listed by its title alone; ``href`` is its own address.

    ``held`` is its place in the main edition, where it has one that is not here.
    """

    anchor: str
    title: str
    href: str
    facts: str
    held: entries.LinkView | None


class MoreView(msgspec.Struct, frozen=True, gc=False):
    """The heading of papers beyond the edition's limit."""

    anchor: str
    name: str
    amount: str
    papers: tuple[TitleView, ...]


def more(issue: Issue) -> MoreView | None:
    """What is listed by title, in the order of the sections; none where nothing is."""
    heading = headings.more(issue)
    if heading is None:
        return None
    papers = tuple(
        _title(issue, item, section.name) for section in heading.sections for item in section.papers
    )
    return MoreView(heading.anchor, heading.name, wording.count(len(papers), "paper"), papers)


def _title(issue: Issue, item: Item, topic: str) -> TitleView:
    votes = wording.count(item.upvotes, "vote") if item.upvotes else ""
    late = entries.late_words(item, issue.date[:4])
    facts = (topic, votes, period.seen(issue, item), late)
    return TitleView(
        anchor=paths.anchor(item.guid),
        title=item.title,
        href=escape.address(item.url),
        facts=" · ".join(filter(None, facts)),
        held=next(entries.held(issue, item), None),
    )


class IssueTermView(msgspec.Struct, frozen=True, gc=False):
    """A term of the issue with papers that use it; ``more`` says how many others do."""

    words: str
    papers: tuple[MentionView, ...]
    more: str


def terms(issue: Issue, groups: Iterable[HeadingView]) -> tuple[IssueTermView, ...]:
    """The terms that stand out, each with the first of its papers in the issue's order."""
    entries = (entry for group in groups for entry in group.entries)
    known = {entry.anchor: _mention(entry, ()) for entry in entries}
    rest = more(issue)
    for one in rest.papers if rest else ():
        known[one.anchor] = MentionView(one.title, f"#{one.anchor}", one.href, "")
    using = ((one.term, map(paths.anchor, one.papers)) for one in issue.terms)
    return tuple(
        _term(words, [known[anchor] for anchor in anchors if anchor in known])
        for words, anchors in using
    )


def _term(words: str, papers: Sequence[MentionView]) -> IssueTermView:
    return IssueTermView(words, tuple(papers[:OF_A_TERM]), wording.others(len(papers) - OF_A_TERM))


def others(issue: Issue, groups: Iterable[HeadingView]) -> tuple[MentionListView, ...]:
    """What stands below the sections: updated, rising and late papers, if there are any."""
    late = [_mention(e, (e.late,)) for group in groups for e in group.entries if e.late]
    updated = [_earlier(issue, paper, paper.changes) for paper in issue.updated]
    rising = [_earlier(issue, paper, _gains(paper)) for paper in issue.rising]
    lists = (("Updated", updated), ("Rising", rising), ("Late", late))
    return tuple(
        MentionListView(name.lower(), name, tuple(papers)) for name, papers in lists if papers
    )


def _mention(entry: EntryView, facts: Iterable[str]) -> MentionView:
    return MentionView(entry.title, f"#{entry.anchor}", entry.href, _joined(facts))


def _earlier(issue: Issue, paper: UpdatedPaper | RisingPaper, facts: Iterable[str]) -> MentionView:
    address = escape.address(paper.url)
    place = f"{paper.issue}.html#{paths.anchor(paper.guid)}"
    first = wording.short_day(paper.issue[:10], year=issue.date[:4])
    said = _joined((*facts, f"first issued on {first}" if first else ""))
    return MentionView(paper.title, place, address or place, said)


def _gains(paper: RisingPaper) -> Iterator[str]:
    for name, noun in _COUNTED:
        pair = getattr(paper, name)
        if pair:
            yield f"from {pair[0]:,} to {pair[1]:,} {noun}" if pair[0] else f"{pair[1]:,} {noun}"


def _joined(facts: Iterable[str]) -> str:
    return ", ".join(fact for fact in facts if fact)
