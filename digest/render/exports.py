"""Export an issue for reference managers and spreadsheets, as BibTeX, RIS and CSV.

Writes one record for each paper, in the order of the page, and escapes text for its format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from digest.model.files import Page
from digest.model.issues import Issue, Item
from digest.render import escape, paths, teasers

# Not "\{" for a brace: BibTeX counts braces whatever stands before them.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "$&#%_"},
}  # fmt: skip
_TEX_CHARS = re.compile(r"[\\{}~^$&#%_]")
_NAME_SEPARATORS = re.compile(r",|(?i:\band\b)")  # BibTeX splits names here
# First characters of a spreadsheet formula, with their full-width forms.
_FORMULA = frozenset("-=+@\uff0d\uff1d\uff0b\uff20")
# A program that parts cells by semicolons begins one here, and drops a quotation mark before it.
_AFTER_SEMICOLON = re.compile('(;["\\s]*)(?=[-=+@\uff0d\uff1d\uff0b\uff20])')

COLUMNS = (
    "title", "authors", "organization", "published", "arxiv_id", "doi", "url", "topic", "also",
    "upvotes", "comments", "code_url", "stars", "one_line", "abstract", "guid",
    "retracted",
)  # fmt: skip


class _Paper(NamedTuple):
    """A paper under its heading, with the texts that all three files share.

    ``also`` names the other headings it belongs to, ``url`` is safe to link, and ``line``
    returns a text of this paper on one line.
    """

    item: Item
    topic: str
    also: str
    url: str
    line: Callable[[str], str]


def export_issue(issue: Issue) -> tuple[Page, ...]:
    """Return the three files of an issue, which stand beside its page."""
    papers = [
        _paper(issue, item, section.name) for section in issue.sections for item in section.papers
    ]
    writers = {"bib": _bibtex, "ris": _ris, "csv": _csv}
    return tuple(
        Page(paths.issue(issue.edition, issue.key, suffix), write(papers).encode())
        for suffix, write in writers.items()
    )


def _paper(issue: Issue, item: Item, topic: str) -> _Paper:
    also = "; ".join(issue.topics.get(topic, topic) for topic in item.also)
    return _Paper(item, topic, also, escape.address(item.url), _line_function(item, topic, also))


def _line_function(item: Item, topic: str, also: str) -> Callable[[str], str]:
    """Return a function that puts a text of this paper on one line."""
    # All texts are checked together: with a check of each, an export takes three times as long.
    # A text that begins or ends with a blank shows as two blanks in the joined text.
    texts = (
        item.title, item.abstract, *item.authors, _teaser(item), _organization(item),
        item.published, item.published_text, item.first_seen, item.arxiv_id, item.doi, item.guid,
        topic, also,
    )  # fmt: skip
    joined = f" {' '.join(filter(None, texts))} "
    return str.strip if joined.isprintable() and "  " not in joined else _line


def _teaser(item: Item) -> str | None:
    return teasers.marked(item.one_line) or None


def _organization(item: Item) -> str | None:
    return item.organization.name if item.organization else None


def _bibtex(papers: Iterable[_Paper]) -> str:
    return "\n".join(map(_bibtex_entry, papers))


def _bibtex_entry(paper: _Paper) -> str:
    item, line = paper.item, paper.line
    # The anchor without its "p-" is a short hash of the guid.
    key = f"arXiv-{item.arxiv_id}" if item.arxiv_id else f"digest-{paths.anchor(item.guid)[2:]}"
    title = f"{{{_tex(line(item.title))}}}"  # a second pair of braces keeps the capitals
    fields = (
        ("title", title),
        ("author", _tex_names(item.authors, line)),
        ("year", (item.published or item.first_seen)[:4]),
        ("eprint", item.arxiv_id or ""),
        ("archiveprefix", "arXiv" if item.arxiv_id else ""),
        ("doi", _tex(line(item.doi or ""))),
        ("url", paper.url),
        ("abstract", _tex(line(item.abstract or ""))),
        ("note", "Withdrawn" if item.retracted else ""),
    )
    lines = "".join([f"  {name} = {{{value}}},\n" for name, value in fields if value])
    return f"@misc{{{key},\n{lines}}}\n"


def _tex(line: str) -> str:
    return _TEX_CHARS.sub(lambda match: _TEX[match[0]], line)


def _tex_names(names: Sequence[str], line: Callable[[str], str]) -> str:
    """Return names separated by "and", with braces around one that BibTeX would split in two."""
    if not _NAME_SEPARATORS.search("\n".join(names)):  # nearly always: escape all in one go
        return _tex(" and ".join(map(line, names)))
    escaped = ((_tex(line(name)), _NAME_SEPARATORS.search(name)) for name in names)
    return " and ".join(f"{{{name}}}" if separator else name for name, separator in escaped)


def _ris(papers: Iterable[_Paper]) -> str:
    return "".join(
        [
            f"{tag}  - {paper.line(value)}\r\n"
            for paper in papers
            for tag, value in _ris_fields(paper)
        ]
    )


def _ris_fields(paper: _Paper) -> Iterator[tuple[str, str]]:
    item = paper.item
    yield "TY", "GEN"  # the generic type
    yield "TI", item.title
    for name in item.authors:
        yield "AU", name
    optional = (
        ("PY", (item.published or item.first_seen)[:4]),
        ("DA", (item.published or "").replace("-", "/")),
        ("PB", _organization(item)),
        ("AB", item.abstract or ""),
        ("KW", paper.topic),
        ("DO", item.doi or ""),
        ("AN", f"arXiv:{item.arxiv_id}" if item.arxiv_id else ""),
        ("UR", paper.url),
        ("N1", "Withdrawn" if item.retracted else ""),
    )
    yield from ((tag, value) for tag, value in optional if value)
    yield "ER", ""


def _csv(papers: Iterable[_Paper]) -> str:
    """Return the table by RFC 4180, every text quoted and absent values empty."""
    # Not by the module `csv`: up to Python 3.11 it cannot quote texts and leave None unquoted
    # (QUOTE_STRINGS came with 3.12).
    rows = [",".join([_cell(value, paper.line) for value in _row(paper)]) for paper in papers]
    return "".join([f"{row}\r\n" for row in (",".join(COLUMNS), *rows)])


def _row(paper: _Paper) -> tuple[str | int | None, ...]:
    item = paper.item
    return (
        item.title, "; ".join(item.authors), _organization(item),
        item.published or item.published_text, item.arxiv_id, item.doi, _csv_address(item.url),
        paper.topic, paper.also, item.upvotes, item.comments, _csv_address(item.code_url),
        item.stars, _teaser(item), item.abstract, item.guid,
        "yes" if item.retracted else None,
    )  # fmt: skip


def _csv_address(url: str | None) -> str:
    # Encoded, because an apostrophe after the semicolon would give another address.
    return _AFTER_SEMICOLON.sub("%3B", escape.address(url))


def _cell(value: str | int | None, line: Callable[[str], str]) -> str:
    """Return a cell. An apostrophe before a text keeps spreadsheets from computing it.

    That holds for programs that part cells by commas, and for those that do by semicolons.
    """
    if value is None:
        return ""
    if isinstance(value, int) and value >= 0:
        return str(value)
    text = line(str(value))
    if ";" in text:
        text = _AFTER_SEMICOLON.sub(r"\1'", text)
    text = text.replace('"', '""')
    return f'"\'{text}"' if text[:1] in _FORMULA else f'"{text}"'


def _line(text: str) -> str:
    """Return the text on one line, without characters that XML forbids."""
    return " ".join(escape.xml_chars(text).split())
