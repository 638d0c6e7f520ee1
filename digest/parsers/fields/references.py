"""Make a sighting of a reference that a reference manager exported, in whichever format.

Takes the fields that BibTeX and RIS share, and looks for an arXiv id where managers put it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import ids, markup, sources, timestamps, withdrawals
from digest.parsers.input import spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.text import links

_SUFFIX = re.compile(r"(?:Jr|Sr|I{1,3}|IV)\.?", re.IGNORECASE)
# DBLP and Semantic Scholar write "abs/" and the id as the volume of CoRR or ArXiv.
_MARKED_ID = re.compile(
    r"(?:\barxiv:\s{0,3}|\barxiv\.org/(?:abs|pdf)/|\b10\.48550/arxiv\.|(?<![\w./])abs/)"
    r"(?P<id>[\w.-]{0,20}/?\d[\d.]{6,10}(?!\d))",
    re.IGNORECASE | re.ASCII,
)
# A note may name another paper. These words before an id say so.
_ANOTHER_PAPER = re.compile(
    r"(?i)\b(?:comments? (?:on|to)|repl(?:y|ies) to|respon[sd]\w* to|exten(?:ds|sion|ding)|"
    r"based on|buil(?:ds|ding|t) (?:up)?on|follow(?:s|-up| up)|see also|cf|compare|companion|"
    r"errat(?:um|a)|corrects|version of|overlaps?|cit(?:es|ed|ing)|supersed\w+|replaces|related|"
    r"similar to|unlike)\b"
)
_MAX_PLACE_CHARS = 2_000
# Lines of records in the text forms that may quote a reference.
_OTHER_RECORD = re.compile(
    r"(?im)^(?:(?:\[\d+\] )?arxiv:\d|TY {1,3}- ?[A-Z]{2,8}\s*$"
    r"|.{0,99}\]\(https?://[^)\s]{0,99}(?:arxiv\.org|doi\.org|/papers)/)"
)
_CARD_LINE = re.compile(r"(?m)^[^\w\n%]{1,9}\d{1,3} authors?\s*$")
_LABEL = re.compile(r"(?im)^[-*#> \t_]{0,9}(title|authors?|abstract|link|pdf)[*_]{0,2}[ \t]{0,9}:")


class ReferenceRecord(NamedTuple):
    """The values of each field by its name in the file, or why there are none.

    ``line`` counts from 1. ``is_cut`` says that the file ends in this record.
    """

    line: int
    fields: dict[str, list[str]]
    problem: str = ""
    is_cut: bool = False

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the values of these fields that are not blank, in the order of the names."""
        present = (self.fields[name] for name in names if name in self.fields)
        return tuple(value for values in present for value in values if value.strip())

    def first(self, *names: str) -> str:
        """Return the first of these values, "" if there is none."""
        return next(iter(self.values(*names)), "")


class Reference(NamedTuple):
    """The fields of a reference.

    ``addresses`` may hold its ids and addresses, each as a whole field; ``places`` are
    sentences about where it appeared, which may cite an arXiv id; ``notes`` may say that it was
    withdrawn.
    """

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    published: str = ""
    categories: tuple[str, ...] = ()
    line: int = 1


class LibraryEntry(NamedTuple):
    """A reference of a reader's own library; ``added`` is the date it was added, as written."""

    title: str
    abstract: str = ""
    added: str = ""


def volume_ids(journal: str, volumes: Iterable[str]) -> tuple[str, ...]:
    """Return the volumes of arXiv, taken for a journal, as marked ids."""
    if not journal or not re.match(r"(?i)\W*(?:arxiv|corr)\b", journal):
        return ()
    return tuple(f"arXiv:{volume.strip()}" for volume in volumes)


def is_quoted(top: str, start: int) -> bool:
    """Return whether the first reference of a file stands in a page of records of another form.

    ``top`` is the beginning of the file, and ``start`` is where the reference opens.
    """
    before = top[:start]
    labels = {label.lower() for label in _LABEL.findall(before)}
    return (
        ("title" in labels and len(labels) > 1)
        or _OTHER_RECORD.search(before) is not None
        or _CARD_LINE.search(top) is not None
    )


def build_dump(
    input_file: InputFile,
    format_name: str,
    evidence: str,
    records: Iterable[ReferenceRecord],
    reference: Callable[[ReferenceRecord], Reference],
) -> Dump:
    """Return the dump of a file of references; records without one become rejects.

    Raises `Unreadable` with the first reject's reason if there is no reference.
    """
    rejects = Rejects()
    papers = spill.collect(
        sightings(records, reference, rejects), Sighting, input_file.spill_factory
    )
    if not papers:
        first = min(rejects, default=None, key=lambda reject: reject.line)
        raise Unreadable(first.reason if first else f"{format_name} without a reference")
    return sources.build_dump(input_file, format_name, evidence, papers, rejects)


def sightings(
    records: Iterable[ReferenceRecord],
    reference: Callable[[ReferenceRecord], Reference],
    rejects: Rejects,
) -> Iterator[Sighting]:
    """Yield the papers of records; one with a problem or without a title becomes a reject."""
    for record in records:
        paper = None if record.problem else _sighting(reference(record))
        if paper is None:
            reason = record.problem or "a reference without a title"
            rejects.add(record.line, reason, is_cut=record.is_cut)
        else:
            yield paper


def _sighting(reference: Reference) -> Sighting | None:
    """Return the paper of a reference, or None if it has no title.

    A title is enough: files of references hold nothing but papers.
    """
    title = markup.to_line(reference.title)
    if not title:
        return None
    arxiv_id = ids.first(ids.arxiv_id, reference.addresses)
    arxiv_id = arxiv_id or ids.first(_own_arxiv_id, reference.places)
    doi = ids.first(ids.doi, reference.addresses)
    url = ids.first(ids.address, reference.addresses)
    authors = tuple(name for author in reference.authors if (name := given_name_first(author)))
    categories = (category.strip() for category in reference.categories)
    return Sighting(
        title=title,
        abstract=markup.real_abstract(markup.to_text(reference.abstract), title),
        arxiv_id=arxiv_id,
        doi=doi,
        url=url or links.identifier_page(arxiv_id, doi),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(reference.published),
        published_text=reference.published or None,
        categories=tuple(dict.fromkeys(category for category in categories if category)),
        retracted=any(
            map(withdrawals.is_withdrawal_notice, (title, reference.abstract, *reference.notes))
        ),
        line=reference.line,
    )


def _own_arxiv_id(place: str) -> str | None:
    """Return the arXiv id in a sentence about where a paper appeared, or None.

    None also if it names several papers, or another one as its subject.
    """
    if len(place) > _MAX_PLACE_CHARS:
        return None
    marked = [(ids.arxiv_id(match["id"]), match.start()) for match in _MARKED_ID.finditer(place)]
    starts = {arxiv_id: start for arxiv_id, start in reversed(marked) if arxiv_id}
    if len(starts) != 1:
        return None
    ((arxiv_id, start),) = starts.items()
    return None if _ANOTHER_PAPER.search(place, 0, start) else arxiv_id


def given_name_first(name: str) -> str:
    """Return ``Family, Given`` as ``Given Family``, with a suffix such as "Jr" at the end.

    BibTeX puts the suffix in the middle (``Family, Jr, Given``), RIS at the end.
    """
    family, *others = (part.strip() for part in name.split(","))
    # A suffix sorts last; the other parts keep their order.
    others.sort(key=lambda part: bool(_SUFFIX.fullmatch(part)))
    first_names, *suffixes = others or [""]
    return " ".join(f"{first_names} {family} {' '.join(suffixes)}".split())
