"""Build the front page: the newest issue's picks and titles, and links to other issues."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from digest.model.issue_links import IssueLink
from digest.model.issues import Issue, Item
from digest.render import paths, teasers, wording
from digest.render.site.views import headings
from digest.render.site.views.archive import IssueLinkView, describe_amount, short_title
from digest.render.site.views.entries import FactView

MAX_PICKS = 5
MAX_TITLES = 60  # of all headings together
RECENT_ISSUES = 7


class FrontPickView(msgspec.Struct, frozen=True, gc=False):
    """A paper to read first. ``href`` leads to its place in the issue, ``line`` is its teaser."""

    title: str
    href: str
    line: str
    facts: tuple[FactView, ...]


class HeadingSummaryView(msgspec.Struct, frozen=True, gc=False):
    """A heading of an issue. ``titles`` are its first papers as (anchor, title).

    ``more`` states the number of the others, as "and 2 more".
    """

    anchor: str
    name: str
    amount: str
    titles: tuple[tuple[str, str], ...]
    more: str


class OtherEditionView(msgspec.Struct, frozen=True, gc=False):
    """The newest issue of an edition that is not the main one."""

    edition: str
    words: str
    amount: str
    href: str


def list_picks(issue: Issue) -> tuple[FrontPickView, ...]:
    """Return the first `MAX_PICKS` papers to read first. Picks withdrawn since are left out."""
    papers = {
        item.guid: (item, section.name) for section in issue.sections for item in section.papers
    }
    picks = [papers[guid] for guid in issue.picks if guid in papers]
    return tuple(_pick(issue, item, heading) for item, heading in picks[:MAX_PICKS])


def _pick(issue: Issue, item: Item, heading: str) -> FrontPickView:
    votes = wording.votes(item.upvotes)
    organization = item.organization.name if item.organization else ""
    # The votes have a place of their own.
    reason = issue.picked.get(item.guid, "").removeprefix(votes).removeprefix(" and ")
    facts = (("up", votes), ("topic-name", heading), ("org", organization), ("reason", reason))
    return FrontPickView(
        title=item.title,
        href=f"{paths.issue(issue.edition, issue.key, 'html')}#{paths.anchor(item.guid)}",
        line=teasers.marked(item.one_line),
        facts=tuple(FactView(kind, words) for kind, words in facts if words),
    )


def summarise_headings(issue: Issue) -> tuple[HeadingSummaryView, ...]:
    """Return the headings of an issue with at most `MAX_TITLES` titles, to link into its page."""
    lines = headings.list_all(issue)
    shares = headings.share_titles([len(line.papers) for line in lines], MAX_TITLES)
    return tuple(
        HeadingSummaryView(
            anchor=line.anchor,
            name=line.name,
            amount=wording.of_all(len(line.papers), line.elsewhere),
            titles=tuple((paths.anchor(item.guid), item.title) for item in line.papers[:share]),
            more=wording.others(len(line.papers) - share),
        )
        for line, share in zip(lines, shares, strict=True)
    )


def link_other_editions(links: Sequence[IssueLink], main: str) -> tuple[OtherEditionView, ...]:
    """Return the newest issue of each edition but ``main``, to link from the front page."""
    # The links of an edition are oldest first, so its last one is its newest.
    newest = {link.edition: link for link in links if link.edition != main}
    return tuple(
        OtherEditionView(
            edition=edition,
            words=wording.link_title(link),
            amount=describe_amount(link),
            href=_page(link),
        )
        for edition, link in sorted(newest.items())
    )


def link_last_with_papers(newest: Issue, links: Sequence[IssueLink]) -> IssueLinkView | None:
    """Return the edition's last issue with papers, or None if the newest one has some itself."""
    if newest.sections:
        return None
    link = max(
        (link for link in links if link.edition == newest.edition and link.papers),
        key=lambda link: (link.date, link.ordinal),
        default=None,
    )
    if link is None:
        return None
    return IssueLinkView(wording.link_title(link), describe_amount(link), _page(link))


def list_recent_issues(links: Sequence[IssueLink]) -> tuple[IssueLinkView, ...]:
    """Return the last `RECENT_ISSUES` of all editions, the newest first.

    They are called by their edition too if they are of several.
    """
    by_date = sorted(links, key=lambda link: (link.date, link.edition, link.ordinal), reverse=True)
    recent = by_date[:RECENT_ISSUES]
    name_edition = len({link.edition for link in recent}) > 1
    return tuple(
        IssueLinkView(
            words=short_title(link, year=recent[0].date[:4]),
            amount=f"{link.edition}, {describe_amount(link)}"
            if name_edition
            else describe_amount(link),
            href=_page(link),
        )
        for link in recent
    )


def _page(link: IssueLink) -> str:
    return paths.issue(link.edition, link.key, "html")
