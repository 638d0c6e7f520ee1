"""Build the entry of a paper, which the writer of each format then writes.

Nothing here depends on RSS, Atom or JSON. No text of a `FeedEntry` holds a character that XML
forbids; only ``content`` is markup, everything else is plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from digest.editorial import followups
from digest.model.issues import Issue, Item, Section
from digest.model.settings import Site
from digest.render import escape, paths, wording
from digest.text import links

# Of 4,085 papers of a year, 99 in 100 have 57 authors or fewer and one has 664: all its
# names would take 36 KB of a 512 KiB document, and no reader shows them.
NAMES = 60
OPENING = 300  # characters of an abstract, for a paper without a teaser

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Moment(msgspec.Struct, frozen=True, gc=False):
    """An instant in the two spellings of feeds; ``order`` sorts the newest first."""

    order: float
    rfc822: str
    rfc3339: str


class Category(msgspec.Struct, frozen=True, gc=False):
    """A topic: its id and address stay when its name changes."""

    id: str
    name: str
    url: str


class FeedEntry(msgspec.Struct, frozen=True, gc=False, eq=False):
    """An item of a feed; ``guid`` is the paper's stored one, the same in every format."""

    # Compared by identity (eq=False): caches look entries up without comparing their texts.
    guid: str
    title: str
    link: str
    summary: str
    content: str  # HTML
    authors: tuple[str, ...]
    categories: tuple[Category, ...]
    moment: Moment


def spell_moment(stamp: str) -> Moment:
    """Return the spellings of an RFC 3339 moment, to the second, in its own offset."""
    # Own names of days and months: `strftime` would use those of the locale, and importing
    # `email.utils` takes 6 ms.
    at = datetime.fromisoformat(stamp).replace(microsecond=0)
    rfc822 = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S %z}"
    return Moment(-at.timestamp(), rfc822, at.isoformat())


def sort_key(entry: FeedEntry) -> tuple[float, str]:
    """Return the key that orders a feed: newest first, equal moments by guid."""
    return entry.moment.order, entry.guid


def topic_url(site: Site, topic: str) -> str:
    """Return the address of a topic's folder, which servers answer with its first page."""
    return paths.absolute(site.url, f"topics/{topic}/")


def issue_url(site: Site, issue: Issue) -> str:
    """Return the address of an issue's page."""
    return paths.absolute(site.url, paths.issue(issue.edition, issue.key, "html"))


def paper_entries(issue: Issue, site: Site) -> list[FeedEntry]:
    """Return the issue's papers as entries, by guid: they share the moment of the issue."""
    page = escape.xml_chars(issue_url(site, issue))
    moment = spell_moment(issue.moment)
    names = {section.topic: section.name for section in issue.sections} | issue.topics
    categories = {
        topic: Category(*map(escape.xml_chars, (topic, name, topic_url(site, topic))))
        for topic, name in names.items()
    }
    gains = followups.find_gains(issue.span) if issue.span else {}
    entries = [
        _paper_entry(item, section, page, moment, categories, gains.get(item.guid))
        for section in issue.sections
        for item in section.papers
    ]
    entries.sort(key=lambda entry: entry.guid)
    return entries


def _paper_entry(
    item: Item,
    section: Section,
    page: str,
    moment: Moment,
    categories: dict[str, Category],
    gain: followups.Gain | None,
) -> FeedEntry:
    place = f"{page}#{paths.anchor(item.guid)}"
    link = escape.address(item.url) or place
    authors = item.authors[:NAMES]
    # All names are checked together first, because nearly no paper needs a check of each.
    if not "".join(authors).isprintable():
        authors = tuple(map(escape.xml_chars, authors))
    authors = tuple(filter(None, authors))
    facts = " · ".join((*_facts(item, authors), *([gain.words] if gain else [])))
    topics = dict.fromkeys((section.topic, *item.also))  # each once, in this order
    return FeedEntry(
        guid=item.guid,
        title=escape.xml_chars(item.title),
        link=link,
        summary=_summary(item, facts),
        content=_content(item, section, facts, _links(item, link, place)),
        authors=authors,
        categories=tuple(categories[topic] for topic in topics if topic in categories),
        moment=moment,
    )


def _facts(item: Item, authors: tuple[str, ...]) -> Iterator[str]:
    if item.retracted:
        yield "withdrawn"
    others = max(item.n_authors or 0, len(item.authors)) - len(authors)
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
    if item.late_from:
        yield f"late, from {item.late_from}"


def _summary(item: Item, facts: str) -> str:
    teaser = item.one_line.text if item.one_line else ""
    text = teaser or abstract_opening(item.abstract or item.summary or "")
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


def _content(item: Item, section: Section, facts: str, addresses: Iterable[tuple[str, str]]) -> str:
    body = item.abstract or (item.one_line.text if item.one_line else item.summary)
    reasons = f"{section.name}: {'; '.join(item.reasons)}" if item.reasons else ""
    anchors = [f'<a href="{escape.html(url)}">{name}</a>' for name, url in addresses]
    paragraphs = (
        escape.html(body or ""),
        escape.html(facts),
        f"Under {escape.html(reasons)}" if reasons else "",
        " · ".join(anchors),
    )
    return "".join([f"<p>{inner}</p>" for inner in paragraphs if inner])
