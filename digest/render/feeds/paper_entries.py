"""Build the entry of each paper of an issue.

A reader that shows one paragraph shows the teaser. The content begins with the teaser and the
facts by which papers are chosen, and goes on with the abstract.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from digest.editorial import followups, item_dates
from digest.model.issues import Issue, Item, Section
from digest.model.settings import Site
from digest.render import escape, paths, teasers, wording
from digest.render.feeds import entry
from digest.render.feeds.entry import Category, FeedEntry, Moment
from digest.text import links

# Of 4,085 papers of a year, 99 in 100 have 57 authors or fewer and one has 664: all its
# names would take 36 KB of a 512 KiB document, and no reader shows them.
NAMES = 60
OPENING = 300  # characters of an abstract, for a paper without a teaser


class _PaperInFeed(NamedTuple):
    """A paper of an issue, and what its entry shows besides the item itself.

    ``page`` is the address of the issue's page, ``gain`` the votes won since the paper was first
    seen, in words, and ``reasons`` are those of the reader's profile.
    """

    item: Item
    section: Section
    page: str
    moment: Moment
    rank: tuple[int, int]
    gain: str
    reasons: tuple[str, ...]


def paper_entries(issue: Issue, site: Site, only: Container[str] | None = None) -> list[FeedEntry]:
    """Return the issue's papers as entries, in the order of a feed.

    With ``only`` those with these guids. The order is that of the page. In issues that store no
    dates of papers it is the order of the guids, as it always was for them.
    """
    page = escape.xml_chars(entry.issue_url(site, issue))
    sections = {item.guid: section for section in issue.sections for item in section.papers}
    names = {section.topic: section.name for section in issue.sections} | issue.topics
    categories = {
        topic: Category(*map(escape.xml_chars, (topic, name, entry.topic_url(site, topic))))
        for topic, name in names.items()
    }
    gains = followups.find_gains(issue.span) if issue.span else {}
    entries = []
    for place, item in enumerate(item_dates.page_order(issue)):
        if only is not None and item.guid not in only:
            continue
        dated = item.seconds_before is not None
        paper = _PaperInFeed(
            item=item,
            section=sections[item.guid],
            page=page,
            moment=entry.spell_moment(issue.moment, item.seconds_before or 0),
            # Of issues made at one moment, the later one comes first.
            rank=(-issue.number, place) if dated else (0, 0),
            gain=gains[item.guid].words if item.guid in gains else "",
            reasons=issue.followed.get(item.guid, ()),
        )
        entries.append(_paper_entry(paper, categories))
    entries.sort(key=entry.sort_key)
    return entries


def _paper_entry(paper: _PaperInFeed, categories: dict[str, Category]) -> FeedEntry:
    item = paper.item
    place = f"{paper.page}#{paths.anchor(item.guid)}"
    link = escape.address(item.url) or place
    authors = item.authors[:NAMES]
    # All names are checked together first, because nearly no paper needs a check of each.
    if not "".join(authors).isprintable():
        authors = tuple(map(escape.xml_chars, authors))
    authors = tuple(filter(None, authors))
    topics = dict.fromkeys((paper.section.topic, *item.also))  # each once, in this order
    return FeedEntry(
        guid=item.guid,
        title=escape.xml_chars(item.title),
        link=link,
        summary=_summary(item, " · ".join(_details(item, authors))),
        content=_content(paper, authors, _links(item, link, place)),
        authors=authors,
        categories=tuple(categories[topic] for topic in topics if topic in categories),
        moment=paper.moment,
        byline=_byline(item, authors),
        rank=paper.rank,
    )


def _byline(item: Item, authors: tuple[str, ...]) -> str:
    """Return the first author and how many more there are, or both names of two."""
    if not authors:
        return ""
    total = wording.number_of_authors(item)
    if total == len(authors) == 2:  # a name takes as much room as "1 more"
        return " and ".join(authors)
    return " ".join(filter(None, (authors[0], wording.others(total - 1))))


def _facts(paper: _PaperInFeed) -> Iterator[str]:
    """Yield what a reader wants to know first: votes, heading, reasons of the profile."""
    item = paper.item
    if item.retracted:
        yield "withdrawn"
    if votes := wording.votes(item.upvotes):
        yield votes
    if comments := wording.comments(item.comments):
        yield comments
    if paper.gain:
        yield paper.gain
    yield paper.section.name
    yield from paper.reasons
    if item.late_from:
        yield f"late, from {item.late_from}"


def _details(item: Item, authors: tuple[str, ...]) -> Iterator[str]:
    """Yield authors, organisation and date."""
    others = wording.number_of_authors(item) - len(authors)
    if others > 0 and authors:
        yield f"{', '.join(authors)} and {others} {wording.noun(others, 'other')}"
    elif others > 0:
        yield f"{others} {wording.noun(others, 'author')}"
    elif authors:
        yield ", ".join(authors)
    if item.organization:
        yield item.organization.name
    if item.published or item.published_text:
        yield item.published or item.published_text or ""


def _summary(item: Item, facts: str) -> str:
    text = teasers.marked(item.one_line) or abstract_opening(item.abstract or item.summary or "")
    return escape.xml_chars(text or facts or item.title)


def abstract_opening(text: str) -> str:
    """Return at most `OPENING` characters of a text, ended between words where it has blanks."""
    if len(text) <= OPENING:
        return text
    # A blank in the first half would leave too little of the text.
    blank = text.rfind(" ", OPENING // 2, OPENING)
    return text[: blank if blank > 0 else OPENING].rstrip() + "…"


def _links(item: Item, link: str, place: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each link, as markup, and its address."""
    if item.arxiv_id:
        yield "arXiv", links.arxiv_page(item.arxiv_id)
        yield "PDF", links.arxiv_pdf(item.arxiv_id)
    if item.doi:
        yield "DOI", links.doi_page(item.doi)
    if not (item.arxiv_id or item.doi or link == place):
        host = link.split("/")[2].partition("?")[0]  # of the paper's page, or of a search
        yield escape.html(host), link
    if code := escape.address(item.code_url):
        yield "Code", code
    yield "In the issue", place


def _content(
    paper: _PaperInFeed, authors: tuple[str, ...], addresses: Iterable[tuple[str, str]]
) -> str:
    """Return teaser and facts, then the abstract, then everything else."""
    item = paper.item
    teaser = item.one_line.text if item.one_line else ""
    # A listing's summary stands in for a missing abstract, unless the teaser is that summary.
    abstract = item.abstract or ("" if teaser else item.summary) or ""
    anchors = [f'<a href="{escape.html(url)}">{name}</a>' for name, url in addresses]
    paragraphs = (
        escape.html(teasers.marked(item.one_line)),
        escape.html(" · ".join(_facts(paper))),
        # Of a short abstract the teaser is the whole.
        "" if abstract == teaser else escape.html(abstract),
        escape.html(" · ".join(_details(item, authors))),
        f"Why this heading: {escape.html('; '.join(item.reasons))}" if item.reasons else "",
        " · ".join(anchors),
    )
    return "".join([f"<p>{inner}</p>" for inner in paragraphs if inner])
