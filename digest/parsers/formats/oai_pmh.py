"""OAI-PMH answers with metadata as ``arXiv``, ``arXivRaw`` or ``oai_dc``.

Ignores namespaces, because archived answers have lost theirs.
Source: https://www.openarchives.org/OAI/openarchivesprotocol.html and
https://info.arxiv.org/help/oa/index.html.
"""

from __future__ import annotations

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import ids, markup, names, sources, timestamps, withdrawals
from digest.parsers.input import xml_records, xml_text
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.xml_text import Element, XmlForm
from digest.text import links

NAME = "oai-pmh"

_ROOT = "OAI-PMH"
_LEAVES = (
    "responsedate request error identifier datestamp setspec resumptiontoken id created updated "
    "keyname forenames suffix affiliation title categories comments abstract doi license "
    "report-no journal-ref msc-class acm-class proxy submitter date size source_type "
    "creator subject description publisher contributor type format source language relation "
    "coverage rights"
)
_FORM = XmlForm(("record",), (_ROOT,), frozenset(_LEAVES.split()))
_NO_RECORDS = "noRecordsMatch"  # called an error, but only means that the list is empty
_DELETED = "a deleted record"
_ERROR_CHARS = 200  # of the words of an error answer

Fields = dict[str, list[Element]]


def detect(input_file: InputFile) -> str | None:
    """Detect an XML text whose root element is OAI-PMH."""
    is_answer = xml_text.root_name(input_file.head) == _ROOT
    return f"XML with the root element {_ROOT}" if is_answer else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records in order; deleted and damaged ones become rejects with their line.

    An answer without matching records is a dump without entries. Raises `Unreadable` for an
    error answer, with its own words, and if no record can be read.
    """
    listing = xml_records.read(input_file, _FORM, xml_records.each(_sighting))
    if listing.root is None:
        raise Unreadable("XML that cannot be read")
    _raise_errors(listing.root)
    listing.require_papers(except_for=_DELETED)
    return sources.build_dump(
        input_file,
        NAME,
        evidence,
        listing.sightings,
        listing.rejects,
        source=_source(listing.root),
        page_date=timestamps.day(listing.root.findtext("{*}responseDate")),
    )


def _raise_errors(root: Element) -> None:
    for name, child in xml_text.children(root):
        code = child.get("code", "")
        if name == "error" and code != _NO_RECORDS:
            words = xml_text.text_of(child)[:_ERROR_CHARS]
            raise Unreadable(
                f"an error answer: {code}: {words}" if words else f"an error answer: {code}"
            )


def _source(root: Element) -> str | None:
    for name, child in xml_text.children(root):
        if name == "request" and (site := sources.from_address(xml_text.text_of(child))):
            return f"{site}/{child.get('set')}" if child.get("set") else site
    return None


def _sighting(record: Element, line: int) -> Sighting | str:
    """Return the paper of a record, or the reason why there is none."""
    parts = dict(xml_text.children(record))
    header, metadata = parts.get("header"), parts.get("metadata")
    if header is not None and header.get("status") == "deleted":
        return _DELETED
    fields = _fields(metadata)
    if not fields:
        return "a record without metadata"
    arxiv_id, doi = _ids(fields, header)
    title = markup.to_line(_first(_texts(fields, "title")) or "")
    if not title or not (arxiv_id or doi):
        return "a record that lacks an id or a title"
    abstracts = _texts(fields, "abstract", "description")
    abstract = markup.to_text(abstracts[0]) if abstracts else None
    authors = _authors(fields)
    notices = (title, *_texts(fields, "comments"), *abstracts)
    written_day = _first(_texts(fields, "created", "date")) or _first_version_day(fields)
    return Sighting(
        title=title,
        abstract=markup.real_abstract(abstract, title),
        arxiv_id=arxiv_id,
        doi=doi,
        url=links.identifier_page(arxiv_id, doi),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(written_day),
        published_text=written_day,
        categories=_categories(fields),
        retracted=any(map(withdrawals.is_withdrawal_notice, notices)),
        line=line,
    )


def _ids(fields: Fields, header: Element | None) -> tuple[str | None, str | None]:
    """Return the arXiv id and the DOI of a record; an id in the header is used last."""
    names = _texts(fields, "id", "identifier")
    if header is not None:
        names += [
            xml_text.text_of(child)
            for name, child in xml_text.children(header)
            if name == "identifier"
        ]
    return ids.first(ids.arxiv_id, names), ids.first(ids.doi, _texts(fields, "doi", "identifier"))


def _first(texts: list[str]) -> str | None:
    return next(iter(texts), None)


def _fields(metadata: Element | None) -> Fields:
    """Return the elements of the metadata by name without namespace, for any metadata format."""
    fields: Fields = {}
    for _, described in xml_text.children(metadata) if metadata is not None else ():
        for name, child in xml_text.children(described):
            fields.setdefault(name, []).append(child)
    return fields


def _texts(fields: Fields, *names: str) -> list[str]:
    texts = [xml_text.text_of(element) for name in names for element in fields.get(name, ())]
    return [text for text in texts if text]


def _authors(fields: Fields) -> tuple[str, ...]:
    people: list[str] = []
    for authors in fields.get("authors", ()):
        # ``arXiv`` has an element for each author, ``arXivRaw`` one sentence for all,
        # with affiliations in brackets.
        if len(authors):
            people += [_person(author) for author in authors]
        else:
            people += names.split_names(markup.to_line(xml_text.text_of(authors)))
    # ``oai_dc`` has "Family, Given" for each.
    for creator in _texts(fields, "creator"):
        family, _, first_names = creator.partition(", ")
        people.append(f"{first_names} {family}")
    return tuple(name for person in people if (name := _name(person)))


def _name(text: str) -> str:
    # Most names have no markup, and the check is cheaper than looking for it.
    return markup.to_line(text) if "&" in text or "<" in text else " ".join(text.split())


def _person(author: Element) -> str:
    parts = {name: xml_text.text_of(child) for name, child in xml_text.children(author)}
    return " ".join(parts.get(key, "") for key in ("forenames", "keyname", "suffix"))


def _categories(fields: Fields) -> tuple[str, ...]:
    codes = [code for text in _texts(fields, "categories") for code in text.split()]
    return tuple(dict.fromkeys(codes + _texts(fields, "subject")))


def _first_version_day(fields: Fields) -> str | None:
    for version in fields.get("version", ()):
        for name, child in xml_text.children(version):
            if name == "date":
                return xml_text.text_of(child)
    return None
