"""PubMed's answers as XML: what its ``efetch`` gives for a list of articles.

Source: https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html.
"""

from __future__ import annotations

import re

from digest.model.papers import Dump, Sighting
from digest.parsers.fields import ids, markup, sources, timestamps, withdrawals
from digest.parsers.input import xml_records, xml_text
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.xml_text import Element, XmlForm
from digest.text import links

NAME = "pubmed-xml"

_ROOT = "PubmedArticleSet"
_LEAVES = (
    "pmid articletitle vernaculartitle abstracttext copyrightinformation lastname forename "
    "initials suffix collectivename affiliation identifier keyword descriptorname elocationid "
    "articleid publicationtype title isoabbreviation year month day medlinedate"
)
_FORM = XmlForm(("PubmedArticle", "PubmedBookArticle"), (_ROOT,), frozenset(_LEAVES.split()))
_RETRACTED = frozenset({"Retracted Publication"})
_SOURCE = "pubmed.ncbi.nlm.nih.gov"


def detect(input_file: InputFile) -> str | None:
    """Detect an XML text whose root element is PubMed's."""
    is_answer = xml_text.root_name(input_file.head) == _ROOT
    return f"XML with the root element {_ROOT}" if is_answer else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all articles in order; one without a title or an id becomes a reject with its line.

    Raises `Unreadable` if there are articles and none can be read.
    """
    listing = xml_records.read(input_file, _FORM, xml_records.each(_sighting))
    listing.require_papers()
    return sources.build_dump(
        input_file, NAME, evidence, listing.sightings, listing.rejects, source=_SOURCE
    )


def _sighting(record: Element, line: int) -> Sighting | str:
    """Return the paper of a record, or the reason why there is none."""
    title = markup.to_line(_first_text(record, "ArticleTitle", "BookTitle", "VernacularTitle"))
    doi, pmid = _doi(record), _first_text(record, "PMID")
    if not title or not (doi or pmid.isdecimal()):
        return "an article that lacks an id or a title"
    title = re.sub(r"^\[(.*)\]\.?$", r"\1", title)  # PubMed's mark of a translated title
    abstract = "\n".join(_abstract(record))
    authors = tuple(name for author in _all(record, "Author") if (name := _person(author)))
    published = _published(record)
    kinds = {xml_text.text_of(kind) for kind in _all(record, "PublicationType")}
    return Sighting(
        title=title,
        abstract=markup.real_abstract(abstract, title),
        doi=doi,
        url=links.identifier_page(None, doi) or f"https://{_SOURCE}/{pmid}/",
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(published),
        published_text=published or None,
        categories=tuple(
            dict.fromkeys(
                markup.to_line(xml_text.text_of(word)) for word in _all(record, "Keyword")
            )
        ),
        retracted=bool(kinds & _RETRACTED)
        or withdrawals.is_withdrawal_notice(title)
        or withdrawals.is_withdrawal_notice(abstract),
        line=line,
    )


def _all(element: Element, name: str) -> list[Element]:
    """Return the elements with a name, but not those of cited articles and corrections."""
    found = list(element.iter(f"{{*}}{name}"))
    inside = ("{*}ReferenceList", "{*}CommentsCorrectionsList")
    return [one for one in found if next(one.iterancestors(*inside), None) is None]


def _first_text(element: Element, *names: str) -> str:
    texts = (xml_text.text_of(one) for name in names for one in _all(element, name))
    return next(filter(None, texts), "")


def _doi(record: Element) -> str | None:
    """Return the article's DOI; a valid one of the journal comes before PubMed's own list."""
    for name, kind in (("ELocationID", "EIdType"), ("ArticleId", "IdType")):
        for element in _all(record, name):
            is_valid = element.get(kind) == "doi" and element.get("ValidYN") != "N"
            if is_valid and (doi := ids.doi(xml_text.text_of(element))):
                return doi
    return None


def _abstract(record: Element) -> list[str]:
    """Return the parts of the abstract, each with its label ("METHODS: ...")."""
    parts: list[str] = []
    for abstract in _all(record, "Abstract"):
        for name, part in xml_text.children(abstract):
            text = markup.to_text(xml_text.text_of(part)) if name == "AbstractText" else ""
            label = part.get("Label", "")
            if text:
                parts.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return parts


def _person(author: Element) -> str:
    parts = {name: xml_text.text_of(child) for name, child in xml_text.children(author)}
    given = parts.get("ForeName") or parts.get("Initials", "")
    name = f"{given} {parts.get('LastName', '')} {parts.get('Suffix', '')}"
    return markup.to_line(name) or markup.to_line(parts.get("CollectiveName", ""))


def _published(record: Element) -> str:
    """Return the date the article appeared, as ``2026-11-24``, ``24 Nov 2026`` or less."""
    for name in ("ArticleDate", "PubDate"):
        for date in _all(record, name):
            parts = {key: xml_text.text_of(child) for key, child in xml_text.children(date)}
            year, month, day = (parts.get(key, "") for key in ("Year", "Month", "Day"))
            if month.isdecimal() and day.isdecimal():
                return f"{year}-{int(month):02}-{int(day):02}"
            if written := " ".join(filter(None, (day, month, year))):
                return written
    return ""
