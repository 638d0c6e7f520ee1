"""What one paper says in a feed, before any format: built once, written three times.

Nothing here knows RSS, Atom or JSON. No word of an `Entry` holds a character that XML
forbids; only ``content`` is markup, everything else is plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote

import msgspec

from digest.editorial import followups
from digest.model.issues import Issue, Item, Section
from digest.model.settings import Site
from digest.render import escape, paths

# Of 4,085 papers of a year, 99 in 100 have 57 authors or fewer and one has 664: all its
# names would take 36 KB of a 512 KiB document, and no reader shows them.
NAMES = 60
OPENING = 300  # characters of an abstract where there is no line for the paper

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
    """An item of a feed. ``guid`` is the paper's stored one, whatever the format.

    Equal only to itself: to remember what was made of it, no word of it need be compared.
    """

    guid: str
    title: str
    link: str
    summary: str
    content: str  # HTML
    authors: tuple[str, ...]
    categories: tuple[Category, ...]
    moment: Moment


def moment(stamp: str) -> Moment:
    """The spellings of an RFC 3339 moment, to the second, in its own offset.

    Own names of days and months, because `email.utils` costs 6 ms to import and
    `strftime` asks the locale.
    """
    at = datetime.fromisoformat(stamp).replace(microsecond=0)
    rfc822 = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S %z}"
    return Moment(-at.timestamp(), rfc822, at.isoformat())


def newest(entry: FeedEntry) -> tuple[float, str]:
    """The order of a feed: newest first, ties by guid."""
    return entry.moment.order, entry.guid


def topic_url(site: Site, topic: str) -> str:
    """The address of a topic's page: the folder, which is what `category` names."""
    return paths.absolute(site.url, f"topics/{topic}/")


def issue_url(site: Site, issue: Issue) -> str:
    """The address of an issue's page."""
    return paths.absolute(site.url, paths.issue(issue.edition, issue.key, "html"))


def entries(issue: Issue, site: Site) -> list[FeedEntry]:
    """The issue's papers as entries, ordered by guid because they share one moment."""
    page = escape.xml_chars(issue_url(site, issue))
    when = moment(issue.moment)
    names = {section.topic: section.name for section in issue.sections} | issue.topics
    known = {
        key: Category(*map(escape.xml_chars, (key, words, topic_url(site, key))))
        for key, words in names.items()
    }
    gained = followups.find_gains(issue.span) if issue.span else {}
    found = [
        _entry(item, section, page, when, known, gained.get(item.guid))
        for section in issue.sections
        for item in section.papers
    ]
    found.sort(key=lambda entry: entry.guid)
    return found


def _entry(
    item: Item,
    section: Section,
    page: str,
    when: Moment,
    known: dict[str, Category],
    gain: followups.Gain | None,
) -> FeedEntry:
    here = f"{page}#{paths.anchor(item.guid)}"
    link = escape.address(item.url) or here
    authors = item.authors[:NAMES]
    if not "".join(authors).isprintable():  # one look at all spares nearly all papers the rest
        authors = tuple(map(escape.xml_chars, authors))
    authors = tuple(filter(None, authors))
    facts = " · ".join((*_facts(item, authors), *([gain.words] if gain else [])))
    return FeedEntry(
        item.guid,
        escape.xml_chars(item.title),
        link,
        _summary(item, facts),
        _content(item, section, facts, _links(item, link, here)),
        authors,
        tuple(known[name] for name in dict.fromkeys((section.topic, *item.also)) if name in known),
        when,
    )


def _facts(item: Item, authors: tuple[str, ...]) -> Iterator[str]:
    others = max(item.n_authors or 0, len(item.authors)) - len(authors)
    if others > 0:
        noun = "other" if authors else "author"
        counted = f"{others} {noun}" if others == 1 else f"{others} {noun}s"
        yield f"{', '.join(authors)} and {counted}" if authors else counted
    elif authors:
        yield ", ".join(authors)
    if item.organization:
        yield item.organization.name
    if item.published or item.published_text:
        yield item.published or item.published_text or ""
    if item.late_from:
        yield f"late, from {item.late_from}"


def _summary(item: Item, facts: str) -> str:
    line = item.one_line.text if item.one_line else ""
    words = line or opening(item.abstract or item.summary or "")
    return escape.xml_chars(words or facts or item.title)


def opening(text: str) -> str:
    """The first `OPENING` characters, cut between words where the script has such."""
    if len(text) <= OPENING:
        return text
    blank = text.rfind(" ", OPENING // 2, OPENING)
    return text[: blank if blank > 0 else OPENING].rstrip() + "…"


def _links(item: Item, link: str, here: str) -> Iterator[tuple[str, str]]:
    """Names, which are markup already, and addresses."""
    if item.arxiv_id:
        yield "arXiv", f"https://arxiv.org/abs/{item.arxiv_id}"
        yield "PDF", f"https://arxiv.org/pdf/{item.arxiv_id}"
    if item.doi:
        yield "DOI", f"https://doi.org/{quote(item.doi, errors='ignore')}"
    if not (item.arxiv_id or item.doi or link == here):
        host = link.split("/")[2].partition("?")[0]  # of a page or of a search
        yield escape.html(host), link
    if code := escape.address(item.code_url):
        yield "Code", code
    yield "In the issue", here


def _content(item: Item, section: Section, facts: str, links: Iterable[tuple[str, str]]) -> str:
    body = item.abstract or (item.one_line.text if item.one_line else item.summary)
    why = f"{section.name}: {'; '.join(item.reasons)}" if item.reasons else ""
    anchors = [f'<a href="{escape.html(url)}">{name}</a>' for name, url in links]
    paragraphs = (
        escape.html(body or ""),
        escape.html(facts),
        f"Under {escape.html(why)}" if why else "",
        " · ".join(anchors),
    )
    return "".join([f"<p>{inner}</p>" for inner in paragraphs if inner])
