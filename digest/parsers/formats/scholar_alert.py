"""The results that Google Scholar sends by mail, also saved as a page.

Each result is a heading with a link, a line with authors, place and year, and a snippet. The
link leads through Scholar's own address, which holds that of the paper. The authors' names are
shortened, and of a long list only the first ones stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import dates, ids
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.parsers.listing_page import html_pieces

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

NAME = "scholar-alert"

_SOURCE = "scholar.google.com"
# Mail programs on the web put a mark of their own before the names of classes.
_CLASS = r"(?i)\bclass\s*=\s*[\"']?(?:[^\"'<>]{0,99}[\s\d_])?gse_alrt_%s\b"
_RESULT = _CLASS % "title"
_TITLES = '[class$="gse_alrt_title"], [class*="gse_alrt_title "]'
_WRAPPERS = {"/scholar_url": "url", "/url": "q"}  # their path, and the parameter with the address
_HOSTS = re.compile(r"(?:scholar|www)\.google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_MAX_LAYERS, _MAX_FIELDS = 3, 50  # wrapped addresses inside each other; parts of a query
_KINDS = re.compile(r"^(?:\[[A-Z]{1,9}\]\s*)+")
_MAX_SIBLINGS = 6  # elements after a heading that may hold its other lines


def detect(input_file: InputFile) -> str | None:
    """Detect a document with the class that Scholar gives the titles of its results."""
    if input_file.first_character != "<" or "gse_alrt_title" not in input_file.head_text:
        return None
    return "results of a Scholar alert" if re.search(_RESULT, input_file.head_text) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all results in order; one without an address becomes a reject.

    Raises `Unreadable` if there is no result, and for markup too costly to parse.
    """
    rejects = Rejects()
    sightings = spill.collect(_sightings(input_file, rejects), Sighting, input_file.spill_factory)
    if not sightings and not rejects:
        raise Unreadable("not a listing of papers")
    return Dump(
        name=input_file.name,
        format_name=NAME,
        source=_SOURCE,
        page_date=dates.iso_day_in_name(input_file.name),
        sightings=sightings,
        rejects=rejects.by_line(),
        is_cut=rejects.is_cut,
        evidence={"dialect": evidence},
    )


def _sightings(input_file: InputFile, rejects: Rejects) -> Iterator[Sighting]:
    from selectolax.lexbor import LexborHTMLParser

    page = html_pieces.read_page(input_file)
    positions = _lines_of_titles(page)
    for node in LexborHTMLParser(page).css(_TITLES):
        line = next(positions, 1)
        sighting = _sighting(node, line)
        if isinstance(sighting, str):
            rejects.add(line, sighting)
        else:
            yield sighting


def _lines_of_titles(page: bytes) -> Iterator[int]:
    line, position = 1, 0
    for match in re.finditer(_RESULT.encode(), page):
        line += page.count(b"\n", position, match.start())
        position = match.start()
        yield line


def _sighting(title_node: LexborNode, line: int) -> Sighting | str:
    """Return the result with this title, or the reason why it is none."""
    title = _KINDS.sub("", _text_of(title_node))
    address = _address(title_node)
    byline, snippet = _lines_below(title_node)
    authors, _, place = byline.partition(" - ")
    arxiv_id, cited_id = ids.arxiv_id(address or ""), ids.cited_arxiv_id(place)
    if not title or not (address or cited_id):
        return "a result without a title or an address"
    if arxiv_id and cited_id and arxiv_id != cited_id:
        return f"a result with two ids, {arxiv_id} and {cited_id}"
    return Sighting(
        title=title,
        abstract=snippet or None,
        arxiv_id=arxiv_id or cited_id,
        doi=ids.doi(address or ""),
        url=address,
        # A list that is cut names neither all authors nor their number.
        authors=() if "…" in authors or not place else tuple(authors.split(", ")),
        line=line,
    )


def _address(title_node: LexborNode) -> str | None:
    """Return the address of the paper that a title links to."""
    link = title_node if title_node.tag == "a" else title_node.css_first("a[href]")
    address = (link.attributes.get("href") or "") if link else ""
    for _ in range(_MAX_LAYERS):
        try:
            parts = urlsplit(address)
            wrapped = parse_qs(parts.query, max_num_fields=_MAX_FIELDS)
        except ValueError:
            return None
        name = _WRAPPERS.get(parts.path)
        if not (name and _HOSTS.fullmatch(parts.netloc) and name in wrapped):
            break
        address = wrapped[name][0]
    is_own = _HOSTS.fullmatch(urlsplit(address).netloc) is not None
    return None if is_own else ids.address(address)


def _lines_below(title_node: LexborNode) -> tuple[str, str]:
    """Return the line with authors and place, and the snippet, up to the next result."""
    heading: LexborNode | None = title_node
    while heading is not None and heading.tag != "h3":
        heading = heading.parent
    byline = snippet = ""
    # Without a heading around it, nothing else is known to belong to the title.
    node = heading.next if heading else None
    for _ in range(_MAX_SIBLINGS):
        if node is None or node.tag == "h3" or node.css_first("h3"):
            break
        if "gse_alrt_sni" in (node.attributes.get("class") or ""):
            snippet = snippet or _text_of(node)
        elif node.tag == "div" and not snippet:
            byline = byline or _text_of(node)
        node = node.next
    return byline, snippet


def _text_of(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split()).strip(lines.BLANKS)
