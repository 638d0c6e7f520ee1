"""The items of ``issues.xml``: each holds an issue as its subscribers read it.

A feed reader or a program that turns feeds into mail shows the item in place of the page: papers
to read first, headings, titles with links, teasers, votes and the accounting. What it holds is
bounded for any issue: of a long one each heading shows its first papers, then titles alone, then
how many more there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date

from digest.model.issues import Issue, Item
from digest.model.settings import Edition, Site
from digest.render import escape, paths, teasers, wording
from digest.render.feeds import entry
from digest.render.feeds.entry import FeedEntry
from digest.render.site.views import headings
from digest.render.site.views.headings import HeadingLine

# An item of 328 real papers has 89 kB with these, and mail programs cut a mail at 102.
TEASERS = 130  # papers of an issue shown with their teaser
TITLES = 250  # papers shown at all: the rest is counted
HEADINGS = 12  # named in the description


def issue_guid(issue: Issue) -> str:
    """Return the permanent URN of an issue, made of fields that no later run changes."""
    # With the moment: two publications with editions of one name must not share guids.
    name = f"{issue.edition}/{issue.key}/{issue.moment}"
    return f"urn:papers-digest:issue:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def unnamed_editions(configured: Iterable[Edition]) -> frozenset[str]:
    """Return the editions whose issues need no name in a title: the first one of each period.

    Issues of the others may be of the same day, week or month.
    """
    first: dict[str, str] = {}
    for edition in configured:
        first.setdefault(edition.period, edition.name)
    return frozenset(first.values())


def issue_entry(issue: Issue, site: Site, unnamed: Container[str]) -> FeedEntry:
    """Return an issue as an entry. Its title names the edition unless that is ``unnamed``."""
    page = escape.xml_chars(entry.issue_url(site, issue))
    author = escape.xml_chars(site.author)
    return FeedEntry(
        guid=issue_guid(issue),
        title=escape.xml_chars(_title(issue, unnamed)),
        link=page,
        summary=escape.xml_chars(_description(issue)),
        content="".join(_content(issue, page)),
        authors=(author,),
        categories=(),
        moment=entry.spell_moment(issue.moment),
        byline=author,
        # Issues of one moment stay in the order of their dates.
        rank=(-date.fromisoformat(issue.date).toordinal(), -issue.ordinal),
    )


def _title(issue: Issue, unnamed: Container[str]) -> str:
    edition = "" if issue.edition in unnamed else f", {issue.edition}"
    count = len(issue.papers)
    papers = wording.count(count, "paper") if count else "no papers"
    return f"{wording.title(issue)}{edition}: {papers}"


def _description(issue: Issue) -> str:
    """Return the headings with their numbers of papers, or why there are none."""
    if not issue.sections:
        return wording.lead(issue)
    names = [f"{line.name} ({len(line.papers)})" for line in headings.list_all(issue)]
    rest = len(names) - HEADINGS
    return wording.listed([*names[:HEADINGS], *([f"{rest:,} more"] if rest > 0 else [])])


def _content(issue: Issue, page: str) -> Iterator[str]:
    yield f"<p>{escape.html(wording.lead(issue))}</p>"
    yield from _picks(issue, page)
    lines = headings.list_all(issue)
    sizes = [len(heading.papers) for heading in lines]
    teasers, titles = share(sizes, TEASERS), share(sizes, TITLES)
    for heading in lines:
        # Papers beyond the edition's limit are shown by title alone, as on the page.
        own_teasers = 0 if heading.name == headings.MORE_NAME else teasers
        yield from _heading(heading, page, own_teasers, titles)
    yield f"<p>{escape.html(wording.foot(issue, 0))}</p>"
    yield f'<p><a href="{escape.html(page)}">The issue on its page</a></p>'


def share(sizes: Sequence[int], most: int) -> int:
    """Return the largest number of papers per heading, so that all show ``most`` at most.

    ``sizes`` are the numbers of papers of the headings.
    """
    if sum(sizes) <= most:
        return max(sizes, default=0)
    shares = headings.share_titles(sizes, most)
    # Some of the headings that do not show all their papers may have one more than the others.
    return min(shown for shown, size in zip(shares, sizes, strict=True) if shown < size)


def _picks(issue: Issue, page: str) -> Iterator[str]:
    """Yield the papers to read first, each with its reason."""
    items = {item.guid: item for item in issue.papers}
    lines = [
        f"<li>{_link(items[guid], page)}{_reason(issue.picked.get(guid, ''))}</li>"
        for guid in issue.picks
        if guid in items
    ]
    if lines:
        yield f"<h3>Read these first</h3><ul>{''.join(lines)}</ul>"


def _reason(words: str) -> str:
    return f": {escape.html(words)}" if words else ""


def _heading(heading: HeadingLine, page: str, teasers: int, titles: int) -> Iterator[str]:
    papers = heading.papers
    lines = [_paper(item, page, teaser=place < teasers) for place, item in enumerate(papers)]
    if more := wording.others(len(papers) - titles):
        place = escape.html(f"{page}#{heading.anchor}")
        lines[titles:] = [f'<li><a href="{place}">{more} in the issue</a></li>']
    yield f"<h3>{escape.html(heading.name)} ({len(papers):,})</h3><ul>{''.join(lines)}</ul>"


def _paper(item: Item, page: str, *, teaser: bool) -> str:
    withdrawn = "withdrawn" if item.retracted else ""
    facts = ", ".join(filter(None, (withdrawn, wording.votes(item.upvotes))))
    words = teasers.marked(item.one_line) if teaser else ""
    line = f"<br>{escape.html(words)}" if words else ""
    return f"<li>{_link(item, page)}{_after(facts)}{line}</li>"


def _link(item: Item, page: str) -> str:
    address = escape.address(item.url) or f"{page}#{paths.anchor(item.guid)}"
    return f'<a href="{escape.html(address)}">{escape.html(item.title)}</a>'


def _after(words: str) -> str:
    return f" ({escape.html(words)})" if words else ""
