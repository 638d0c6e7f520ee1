"""Recognise lines with a label (``Title: ...``) and the lines between records.

A label may follow a bullet or a number and be emphasised. Labels of fields that no sighting has
(``Comments:``) end the value above them; other words before a colon are text, unless the file
repeats them from record to record.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# The names of labels in lower case, with a blank for a hyphen, and the field each gives.
_NAMES = {
    "title": "title, paper title, article title",
    "abstract": "abstract, summary, paper abstract, abstracts",
    "authors": "authors, author, author(s), paper authors, authors list",
    "address": "pdf, url, link, id, arxiv, paper, arxiv id, arxiv url, arxiv link, pdf url,"
    " pdf link, paper url, paper link, paper id, abs, abs url, abs link, abstract url,"
    " abstract link, html, identifier, link to paper, arxiv identifier, arxiv number, hf url,"
    " paper page",
    "doi": "doi, doi link, doi url",
    "day": "published, date, published on, publication date, submitted, submitted on, published at,"
    " published date, posted, release date, first submitted, announced, submission date",
    "upvotes": "upvotes, votes, likes, upvote",
    "categories": "categories, category, subjects, subject, primary category, arxiv categories",
    "notes": "comments, comment",
    "": "journal ref, journal reference, report no, report number, msc class, acm class, license,"
    " licence, keywords, keyword, venue, conference, publisher, journal, volume, issue, pages,"
    " issn, isbn, language, affiliation, affiliations, institution, institutions, submitter,"
    " submitted by, code, github, repository, project, project page, website, homepage, demo,"
    " score, rating, rank, source, topics, topic, tags, tag, citations, citation, cited by,"
    " references, tldr, tl;dr, updated, updated on, last updated, revised, version, versions,"
    " year, size, bibtex, thumbnail, image, video, slides, dataset, datasets, proxy, related"
    " doi, funding, acknowledgements, acknowledgments, type, status, field, fields, copyright,"
    " rights, relevance, organization, organisation, stars, github stars, downloads, views,"
    " from, received, accepted",
}  # fmt: skip
FIELDS = {name.strip(): field for field, names in _NAMES.items() for name in names.split(",")}
# The headings inside an abstract. They are never labels, however often a file repeats them.
_IN_ABSTRACTS = frozenset(
    "aim aims analysis approach background challenge challenges conclusion conclusions context"
    " contribution contributions data design discussion evaluation evidence experiments findings"
    " finding goal goals hypothesis impact implications importance insight interpretation"
    " interventions introduction key limitation limitations materials measurements method"
    " methodology methods motivation note objective objectives observation outcome outcomes"
    " participants patients problem purpose question rationale result results scope setting"
    " significance solution task theorem warning".split()
)
_LINE = re.compile(
    r"(?:[-*+•‧#>]{1,3}\s{0,4}|\d{1,4}[.)]\s{1,4}|\[\d{1,4}\]\s{1,4})?"
    r"(?P<mark>\*\*|__|`)?(?P<name>[A-Za-z][A-Za-z;./()-]{1,20}(?: [A-Za-z-]{1,14}){0,2})"
    r"(?(mark)(?:[:：](?P=mark)|(?P=mark) ?[:：])| ?[:：])(?!//)\s*(?P<value>.*)",
    re.DOTALL,
)
_MAX_LABEL_CHARS = 80  # up to the colon, with a bullet and marks of emphasis
_RULE_CHARACTERS = frozenset("-*=_~%#\u2500\u2501\u2550") | set(map(chr, range(0x2010, 0x2016)))
_RULE = re.compile(r"[-*=_~%#\u2010-\u2015\u2500\u2501\u2550]{3,}|(?:[-*_]\s){2,}[-*_]")


class Label(NamedTuple):
    """A line that begins with a label.

    ``name`` is in lower case, with blanks for hyphens. ``field`` is the sighting's field, ""
    for one that no sighting has, and None if the label is not known.
    """

    name: str
    field: str | None
    value: str
    capital: bool  # whether it is written with a capital letter, as labels are


def parse(row: str) -> Label | None:
    """Return the label of a line without blanks around it, or None."""
    # Most lines have no colon near their beginning, which takes less time to see.
    if row.find(":", 0, _MAX_LABEL_CHARS) < 0 and row.find("：", 0, _MAX_LABEL_CHARS) < 0:
        return None
    match = _LINE.match(row)
    if match is None:
        return None
    written = match["name"]
    name = " ".join(written.lower().replace("-", " ").split())
    return Label(name, FIELDS.get(name), match["value"], written.lower() != written)


def may_be_learned(label: Label) -> bool:
    """Return whether an unknown label may be one that a file uses for its records."""
    words = label.name.split()
    return label.capital and len(words) < 3 and not _IN_ABSTRACTS.intersection(words)


def is_rule(row: str) -> bool:
    """Return whether a line is a rule between records (``---``, ``* * *``)."""
    return row[:1] in _RULE_CHARACTERS and _RULE.fullmatch(row) is not None
