"""Make a sighting of an item of a feed, whichever format the feed has.

Recognises the phrases of arXiv's announcements, of feeds made from the daily papers, and of
papers.cool. Parses no feed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.model.papers import Sighting
from digest.parsers.fields import ids, json_values, markup, names, timestamps
from digest.text import links

_TITLE_PREFIX = re.compile(
    r"^(?:\[\d{1,3}\]\s*(?:\[[^\[\]]{1,40}\]\s*)?|\[?(?:arXiv:)?\d{4}\.\d{4,5}(?:v\d+)?\]?:?\s+)"
)
_TITLE_SUFFIX = re.compile(r"\s*\(arXiv:\S+(?: \[[^\[\]]*\])?(?: UPDATED)?\)$")
_ANNOUNCED = re.compile(r"arXiv:(\S+)\s+Announce Type:\s*(\S+)\s+(?:Abstract:\s*)?")
_LABEL = re.compile(r"[^\w\s]*\s*(?:TL;DR|[A-Z][\w ]{2,24}):[ \t]*")
_CARD_LABELS = frozenset(
    "author authors upvotes votes score source category categories published date link links pdf "
    "url comments likes rank stars code github".split()
)
_ABSTRACT_LABELS = frozenset({"abstract", "summary"})
_ELLIPSES = ("...", "…")  # the end of an abstract that a card shortens


class FeedItem(NamedTuple):
    """The fields of a feed's item; its own address comes first in ``links``."""

    title: str
    text: str = ""
    links: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: str = ""
    categories: tuple[str, ...] = ()
    summary: str | None = None
    line: int = 1


def sighting(item: FeedItem) -> Sighting | None:
    """Return the paper an item is about, or None if it is about something else.

    An item is a paper if it has an arXiv id or a DOI, in a link or in arXiv's own phrase: no
    other field of a feed distinguishes a paper from a post.
    """
    title = clean_title(item.title)
    text = markup.to_text(item.text)
    announcement = _ANNOUNCED.match(text)
    addresses = (*item.links, f"arXiv:{announcement[1]}") if announcement else item.links
    arxiv_id = ids.first(ids.arxiv_id, addresses)
    doi = ids.first(ids.doi, addresses)
    if not title or not (arxiv_id or doi):
        return None
    fields = _labelled_fields(text[announcement.end() :] if announcement else text)
    authors = item.authors or names.split_names(fields.get("authors", ""))
    abstract = fields.get("abstract")
    # A card with further fields shows only the beginning of an abstract. It is not stored.
    if len(fields) > 1 and abstract and abstract.endswith(_ELLIPSES):
        abstract = None
    return Sighting(
        title=title,
        abstract=markup.real_abstract(abstract, title),
        arxiv_id=arxiv_id,
        doi=doi,
        url=ids.first(ids.address, addresses) or links.identifier_page(arxiv_id),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(item.published),
        published_text=item.published or None,
        upvotes=json_values.as_count(fields.get("upvotes")),
        summary=item.summary,
        categories=item.categories,
        line=item.line,
    )


def clean_title(title: str) -> str:
    """Return the title without a rank or an id before it, and without arXiv's old suffix."""
    return _TITLE_SUFFIX.sub("", _TITLE_PREFIX.sub("", markup.to_line(title), count=1))


def _labelled_fields(text: str) -> dict[str, str]:
    """Return the lines of a text by label; a text without labels is an abstract.

    An abstract may have labels of its own ("Methods:"), so a text has labelled fields only
    if it begins with one of the labels that feeds use.
    """
    label = _LABEL.match(text)
    if label is None or not _field_names(label[0]):
        return {"abstract": text} if text else {}
    fields: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        label = _LABEL.match(line.lstrip())
        found = sorted(_field_names(label[0])) if label else []
        if label and found:
            name = "abstract" if found[0] in _ABSTRACT_LABELS else found[0]
            fields[name] = line.lstrip()[label.end() :]
        elif name == "abstract":
            fields[name] += "\n" + line
    return {name: value.strip() for name, value in fields.items()}


def _field_names(label: str) -> set[str]:
    """Return the words of a label that name a field (``Authors:``, ``Paper Summary:``)."""
    return set(re.findall(r"[a-z]+", label.lower())) & (_CARD_LABELS | _ABSTRACT_LABELS)
