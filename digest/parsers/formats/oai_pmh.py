"""OAI-PMH answers in the formats ``arXiv``, ``arXivRaw`` and ``oai_dc``.

Namespaces are not looked at: archived answers have lost theirs.
Source: https://www.openarchives.org/OAI/openarchivesprotocol.html and
https://info.arxiv.org/help/oa/index.html.
"""

from __future__ import annotations

import re

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import dates, ids, markup, sources, timestamps
from digest.parsers.input import xml_text
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.parsers.input.xml_text import Element
from digest.text import links

NAME = "oai-pmh"

_EMPTY = "noRecordsMatch"  # an error only in name: the list asked for is empty
_CLOSED = re.compile(rb"</(?:\w+:)?OAI-PMH\s*>\s*$")
_BY = re.compile(r",?\s+and\s+|,\s+")

Fields = dict[str, list[Element]]


def detect(origin: InputFile) -> str | None:
    """An XML text whose root element is OAI-PMH."""
    return (
        "XML with the root element OAI-PMH"
        if xml_text.root_name(origin.head) == "OAI-PMH"
        else None
    )


def read(origin: InputFile, witness: str) -> Dump:
    """All records, in order; deleted and cut ones are rejects with their line.

    No matching records is a dump with no entries. Raises `Unreadable` with the answer's own
    words for its errors.
    """
    data = origin.whole()
    cut = not _CLOSED.search(data[-64:])
    answer = xml_text.Stream(data, "record")
    sightings: list[Sighting] = []
    rejects = Rejects()
    for record in answer:
        line = xml_text.line(record)
        found = _sighting(record, line)
        if isinstance(found, str):
            rejects.add(line, found)
        else:
            sightings.append(found)
    if answer.root is None:
        raise Unreadable("XML that cannot be read")
    _refuse_errors(answer.root)
    if cut:
        _drop_last(sightings, rejects)
    if rejects and not sightings:
        raise Unreadable(rejects[0].reason, line=rejects[0].line)
    answered = answer.root.findtext("{*}responseDate")
    in_name = dates.day_in_name(origin.name)
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=_source(answer.root) or sources.of_file(origin.name),
        page_date=timestamps.day(answered) or (in_name.isoformat() if in_name else None),
        sightings=tuple(sightings),
        rejects=tuple(rejects),
        witness={"dialect": witness},
    )


def _drop_last(sightings: list[Sighting], rejects: Rejects) -> None:
    """The record an answer breaks off in is a reject, whatever is there of it."""
    if rejects and (not sightings or rejects[-1].line > sightings[-1].line):
        line = rejects.pop().line
    elif sightings:
        line = sightings.pop().line
    else:
        return
    rejects.add(line, "the answer breaks off in this record")


def _refuse_errors(root: Element) -> None:
    for name, child in xml_text.children(root):
        code = child.get("code", "")
        if name == "error" and code != _EMPTY:
            said = xml_text.words(child)[:200]
            raise Unreadable(
                f"an error answer: {code}: {said}" if said else f"an error answer: {code}"
            )


def _source(root: Element) -> str | None:
    for name, child in xml_text.children(root):
        if name == "request" and (site := sources.of_site(xml_text.words(child))):
            return f"{site}/{child.get('set')}" if child.get("set") else site
    return None


def _sighting(record: Element, line: int) -> Sighting | str:
    parts = dict(xml_text.children(record))
    header, metadata = parts.get("header"), parts.get("metadata")
    if header is not None and header.get("status") == "deleted":
        return "a deleted record"
    fields = _fields(metadata)
    if not fields:
        return "a record without metadata"
    named = _texts(fields, "id", "identifier")
    if header is not None:
        named += [
            xml_text.words(child)
            for name, child in xml_text.children(header)
            if name == "identifier"
        ]
    arxiv_id = next((found for one in named if (found := ids.arxiv_id(one))), None)
    doi = next(
        (found for one in _texts(fields, "doi", "identifier") if (found := ids.doi(one))), None
    )
    title = markup.line(next(iter(_texts(fields, "title")), ""))
    if not title or not (arxiv_id or doi):
        return "a record without an id and a title"
    abstract = next(iter(_texts(fields, "abstract", "description")), None)
    authors = _authors(fields)
    written = next(iter(_texts(fields, "created", "date")), None) or _first_version(fields)
    return Sighting(
        title=title,
        abstract=abstract if abstract and not markup.repeats(abstract, title) else None,
        arxiv_id=arxiv_id,
        doi=doi,
        url=links.identifier_page(arxiv_id, doi),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(written),
        published_text=written,
        categories=_categories(fields),
        line=line,
    )


def _fields(metadata: Element | None) -> Fields:
    """The elements of whatever format the metadata is in, by their bare names."""
    fields: Fields = {}
    for _, described in xml_text.children(metadata) if metadata is not None else ():
        for name, child in xml_text.children(described):
            fields.setdefault(name, []).append(child)
    return fields


def _texts(fields: Fields, *names: str) -> list[str]:
    found = [xml_text.words(element) for name in names for element in fields.get(name, ())]
    return [text for text in found if text]


def _authors(fields: Fields) -> tuple[str, ...]:
    """``arXiv`` has elements, ``arXivRaw`` one sentence, ``oai_dc`` "Family, Given" each."""
    names: list[str] = []
    for listed in fields.get("authors", ()):
        if len(listed):
            names += [_person(author) for author in listed]
        else:
            names += _BY.split(re.sub(r"\([^()]{0,200}\)", "", xml_text.words(listed)))
    for creator in _texts(fields, "creator"):
        family, _, given = creator.partition(", ")
        names.append(f"{given} {family}")
    return tuple(clean for name in names if (clean := " ".join(name.split())))


def _person(author: Element) -> str:
    parts = {name: xml_text.words(child) for name, child in xml_text.children(author)}
    return " ".join(parts.get(key, "") for key in ("forenames", "keyname", "suffix"))


def _categories(fields: Fields) -> tuple[str, ...]:
    codes = [code for text in _texts(fields, "categories") for code in text.split()]
    return tuple(dict.fromkeys(codes + _texts(fields, "subject")))


def _first_version(fields: Fields) -> str | None:
    for version in fields.get("version", ()):
        for name, child in xml_text.children(version):
            if name == "date":
                return xml_text.words(child)
    return None
