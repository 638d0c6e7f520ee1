"""Make a sighting of an item of a feed, whichever format the feed has.

Recognises the phrases of arXiv's announcements, of feeds made from the daily papers, and of
papers.cool. Parses no feed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.model.papers import Sighting
from digest.parsers.fields import (
    ids,
    json_values,
    markup,
    names,
    timestamps,
    withdrawals,
)
from digest.text import links

_TITLE_PREFIX = re.compile(
    r"(?:\[\d{1,3}\]\s*(?:\[[^\[\]]{1,40}\]\s*)?|\[?(?:arXiv:)?\d{4}\.\d{4,5}(?:v\d+)?\]?:?\s+)"
)
_TITLE_SUFFIX = re.compile(
    r"\s*\(arXiv:\S+(?:\s+\[[^\[\]]*\])?(?:\s+(?P<announced>UPDATED|CROSS LISTED))?\)$"
)
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
    announce_type: str = ""  # arXiv's: new, cross, replace or replace-cross
    comment: str = ""  # of the authors, as in arXiv's "9 pages"
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
        revision=_is_revision(item, announcement),
        retracted=any(
            withdrawals.is_withdrawal_notice(notice)
            for notice in (title, item.comment, fields.get("abstract", ""))
        ),
        line=item.line,
    )


def _is_revision(item: FeedItem, announcement: re.Match[str] | None) -> bool:
    """Return whether arXiv announces a later version of a paper, in any of its three ways."""
    announced = item.announce_type or (announcement[2] if announcement else "")
    suffix = _TITLE_SUFFIX.search(markup.to_line(item.title)) if "arXiv:" in item.title else None
    is_updated = suffix is not None and suffix["announced"] == "UPDATED"
    return announced.strip().startswith("replace") or is_updated


def clean_title(title: str) -> str:
    """Return the title without a rank or an id before it, and without arXiv's old suffix."""
    line = markup.to_line(title)
    prefix = _TITLE_PREFIX.match(line)
    line = line[prefix.end() :] if prefix else line
    return _TITLE_SUFFIX.sub("", line) if "(arXiv:" in line else line


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
        names = sorted(_field_names(label[0])) if label else []
        if label and names:
            name = "abstract" if names[0] in _ABSTRACT_LABELS else names[0]
            fields[name] = line.lstrip()[label.end() :]
        elif name == "abstract":
            fields[name] += "\n" + line
    return {name: value.strip() for name, value in fields.items()}


def _field_names(label: str) -> set[str]:
    """Return the words of a label that name a field (``Authors:``, ``Paper Summary:``)."""
    return set(re.findall(r"[a-z]+", label.lower())) & (_CARD_LABELS | _ABSTRACT_LABELS)
