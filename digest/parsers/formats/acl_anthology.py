"""The XML in which the ACL Anthology keeps its volumes.

Source: https://aclanthology.org/info/development/ and its ``data/xml`` folder.
"""

from __future__ import annotations

import re

from digest.model.papers import Dump, Sighting
from digest.parsers.fields import ids, markup, sources, timestamps, withdrawals
from digest.parsers.input import xml_records, xml_text
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.xml_text import Element, XmlForm

NAME = "acl-anthology"

_ROOT = "collection"
_LEAVES = "title first last abstract url doi bibkey pages booktitle year month publisher"
_FORM = XmlForm(("paper",), (_ROOT,), frozenset(_LEAVES.split()))
_SOURCE = "aclanthology.org"
_ID = r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9_]+)+"
_VOLUME = r"<collection\s[^<>]{0,200}>\s*<(?:volume|event)[\s>]"


def detect(input_file: InputFile) -> str | None:
    """Detect an XML text whose root element is a collection of volumes."""
    if xml_text.root_name(input_file.head) != _ROOT:
        return None
    is_volume = re.search(_VOLUME, input_file.head_text)
    return f"XML with the root element {_ROOT} and volumes in it" if is_volume else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all papers in order; one without a title or an id becomes a reject with its line.

    The front matter of a volume is no paper. Raises `Unreadable` if there are papers and none
    can be read.
    """
    listing = xml_records.read(input_file, _FORM, xml_records.each(_sighting))
    listing.require_papers()
    return sources.build_dump(
        input_file, NAME, evidence, listing.sightings, listing.rejects, source=_SOURCE
    )


def _sighting(record: Element, line: int) -> Sighting | str:
    """Return the paper of a record, or the reason why there is none."""
    texts: dict[str, str] = {}
    for name, child in xml_text.children(record):
        texts.setdefault(name, xml_text.text_of(child))
    title = markup.to_line(texts.get("title", ""))
    page = _page(texts.get("url", ""))
    doi = ids.doi(texts.get("doi", ""))
    if not title or not (page or doi):
        return "a paper that lacks an id or a title"
    # "Jane Doe" has a first and a last name, a group only a last one.
    authors = tuple(
        name
        for key, child in xml_text.children(record)
        if key == "author"
        if (name := _person(child))
    )
    abstract = markup.to_text(texts.get("abstract", ""))
    retracted = "retracted" in texts or "removed" in texts
    added = record.get("ingest-date")
    return Sighting(
        title=title,
        abstract=markup.real_abstract(abstract, title),
        arxiv_id=ids.arxiv_id(texts.get("url", "")),
        doi=doi,
        url=page,
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(added),
        published_text=added,
        retracted=retracted or withdrawals.is_withdrawal_notice(title),
        line=line,
    )


def _page(url: str) -> str | None:
    """Return the page of a paper in the Anthology, for its id or its address."""
    return f"https://{_SOURCE}/{url}" if re.fullmatch(_ID, url) else ids.address(url)


def _person(author: Element) -> str:
    parts = {name: xml_text.text_of(child) for name, child in xml_text.children(author)}
    return markup.to_line(f"{parts.get('first', '')} {parts.get('last', '')}")
