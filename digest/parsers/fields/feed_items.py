"""An item of any feed, as a paper or as none: what feeds of papers write around them.

Knows the phrases of arXiv's announcements, of feeds made from the daily papers, and of
papers.cool; not how a feed is parsed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.model.papers import Sighting
from digest.parsers.fields import ids, json_fields, json_values, markup, timestamps
from digest.text import links

_TITLE_FRONT = re.compile(
    r"^(?:\[\d{1,3}\]\s*(?:\[[^\[\]]{1,40}\]\s*)?|\[?(?:arXiv:)?\d{4}\.\d{4,5}(?:v\d+)?\]?:?\s+)"
)
_TITLE_BACK = re.compile(r"\s*\(arXiv:\S+(?: \[[^\[\]]*\])?(?: UPDATED)?\)$")
_ANNOUNCED = re.compile(r"arXiv:(\S+)\s+Announce Type:\s*(\S+)\s+(?:Abstract:\s*)?")
_LABEL = re.compile(r"[^\w\s]*\s*(?:TL;DR|[A-Z][\w ]{2,24}):[ \t]*")
_CARD = frozenset(
    "author authors upvotes votes score source category categories published date link links pdf "
    "url comments likes rank stars code github".split()
)
_ABSTRACT = frozenset({"abstract", "summary"})
_TEASER = ("...", "…")  # a card's few first words are no abstract


class FeedItem(NamedTuple):
    """What a feed says about one of its items; ``links`` in the order of their weight."""

    title: str
    text: str = ""
    links: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: str = ""
    categories: tuple[str, ...] = ()
    summary: str | None = None
    line: int = 1


def sighting(item: FeedItem) -> Sighting | None:
    """The paper an item is about; None for news, whatever it is about.

    A paper is known by an arXiv id or a DOI in its links or in arXiv's own phrase: a feed
    has no other field that tells a paper from a post.
    """
    title = title_of(item.title)
    text = markup.words(item.text)
    announced = _ANNOUNCED.match(text)
    addresses = (*item.links, f"arXiv:{announced[1]}") if announced else item.links
    arxiv_id = next((found for link in addresses if (found := ids.arxiv_id(link))), None)
    doi = next((found for link in addresses if (found := ids.doi(link))), None)
    if not title or not (arxiv_id or doi):
        return None
    card = _card(text[announced.end() :] if announced else text)
    authors = item.authors or json_fields.names_in(card.get("authors", ""))
    abstract = card.get("abstract")
    if len(card) > 1 and abstract and abstract.endswith(_TEASER):
        abstract = None
    return Sighting(
        title=title,
        abstract=abstract if abstract and not markup.repeats(abstract, title) else None,
        arxiv_id=arxiv_id,
        doi=doi,
        url=next((url for link in addresses if (url := ids.address(link))), None)
        or (links.arxiv_page(arxiv_id) if arxiv_id else None),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(item.published),
        published_text=item.published or None,
        upvotes=json_values.number(card.get("upvotes")),
        summary=item.summary,
        categories=item.categories,
        line=item.line,
    )


def title_of(written: str) -> str:
    """The title without a rank, an id in front or arXiv's old suffix."""
    return _TITLE_BACK.sub("", _TITLE_FRONT.sub("", markup.line(written), count=1))


def _card(text: str) -> dict[str, str]:
    """The labelled lines of a text by label; a text without them is all abstract.

    An abstract may have labels of its own ("Methods:"), so only a text that begins with one
    of a card's labels is a card.
    """
    label = _LABEL.match(text)
    if label is None or not _names(label[0]) & (_CARD | _ABSTRACT):
        return {"abstract": text} if text else {}
    found: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        label = _LABEL.match(line.lstrip())
        known = sorted(_names(label[0]) & (_CARD | _ABSTRACT)) if label else []
        if label and known:
            name = "abstract" if known[0] in _ABSTRACT else known[0]
            found[name] = line.lstrip()[label.end() :]
        elif name == "abstract":
            found[name] += "\n" + line
    return {key: value.strip() for key, value in found.items()}


def _names(label: str) -> set[str]:
    return set(re.findall(r"[a-z]+", label.lower()))
