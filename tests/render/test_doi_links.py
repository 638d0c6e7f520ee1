"""A DOI with characters that end an address leads to its paper from every file of the output."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import rispy
from bibtexparser import entrypoint
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from tests.support.folders import Folder, items

DAY = "2026-11-18"
DOI = "10.5555/a#b?c%d"
ADDRESS = "https://doi.org/10.5555/a%23b%3Fc%25d"
SOURCE = f"""@article{{lanterns,
  title = {{Lanterns for Long Tunnels}},
  author = {{Ada Vance}},
  doi = {{{DOI}}},
  abstract = {{We hang lanterns where the walls are dark.}},
}}
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder with one issue of one paper that has a DOI and no arXiv id; tests only read it."""
    folder = Folder(tmp_path_factory.mktemp("published"))
    folder.drop("library.bib", SOURCE.encode())
    report = folder.run(f"{DAY}T08:00")
    assert 1 == report["accounting"]["new"]
    return folder


def issue_file(folder: Folder, suffix: str) -> str:
    """Return the text of the issue's file with a suffix."""
    return folder.tree()[f"daily/{DAY}.{suffix}"].decode()


def doi_links(markup: str) -> set[str]:
    """Return the addresses at doi.org that some HTML links to."""
    root: Any = lxml_html.document_fromstring(f"<main>{markup}</main>")
    addresses = {str(link.get("href")) for link in root.iter("a")}
    return {address for address in addresses if "doi.org" in address}


def rss_addresses(folder: Folder) -> set[str]:
    """Return the item's link and those of its content."""
    (item,) = etree.fromstring(folder.tree()["feed.xml"]).iter("item")
    content = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded", "")
    return {item.findtext("link", ""), *doi_links(content)}


def atom_addresses(folder: Folder) -> set[str]:
    """Return the entry's link and those of its content."""
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = etree.fromstring(folder.tree()["atom.xml"]).iter(f"{atom}entry")
    link = entry.find(f"{atom}link")
    assert link is not None
    return {str(link.get("href")), *doi_links(entry.findtext(f"{atom}content", ""))}


def json_feed_addresses(folder: Folder) -> set[str]:
    """Return the item's address and those of its content."""
    (item,) = json.loads(folder.tree()["feed.json"])["items"]
    return {item["url"], *doi_links(item["content_html"])}


def bibtex_addresses(folder: Folder) -> set[str]:
    """Return the field ``url``, in which BibTeX has no escapes."""
    (entry,) = entrypoint.parse_string(issue_file(folder, "bib")).entries
    assert r"10.5555/a\#b?c\%d" == entry["doi"]
    return {entry["url"]}


def ris_addresses(folder: Folder) -> set[str]:
    """Return the tag ``UR``; ``DO`` holds the DOI as a name."""
    (reference,) = rispy.loads(issue_file(folder, "ris"))
    assert DOI == reference["doi"]
    return set(reference["urls"])


def csv_addresses(folder: Folder) -> set[str]:
    """Return the column ``url``; ``doi`` holds the DOI as a name."""
    (row,) = csv.DictReader(io.StringIO(issue_file(folder, "csv"), newline=""))
    assert DOI == row["doi"]
    return {row["url"]}


def json_addresses(folder: Folder) -> set[str]:
    """Return the address that the stored issue gives; ``doi`` holds the DOI as a name."""
    (item,) = items(folder.data()[0])
    assert DOI == item["doi"]
    return {item["url"]}


def search_addresses(folder: Folder) -> set[str]:
    """Return the address in the index of the search page, behind what it shares with none."""
    script = folder.tree()[f"search/{DAY[:7]}.js"].decode()
    index = json.loads(script.removeprefix("papersDigest(").removesuffix(")\n"))
    return {index["addresses"].removeprefix("#")}


SINKS: dict[str, Callable[[Folder], set[str]]] = {
    "page": lambda folder: doi_links(issue_file(folder, "html")),
    "markdown": lambda folder: doi_links(MarkdownIt().render(issue_file(folder, "md"))),
    "rss": rss_addresses,
    "atom": atom_addresses,
    "json feed": json_feed_addresses,
    "bibtex": bibtex_addresses,
    "ris": ris_addresses,
    "csv": csv_addresses,
    "json": json_addresses,
    "search": search_addresses,
}


@pytest.mark.parametrize("sink", SINKS)
def test_a_doi_with_reserved_characters_leads_to_its_paper(published: Folder, sink: str) -> None:
    """Unencoded, ``#`` would begin a fragment, ``?`` a query, and ``%d`` be no character."""
    assert {ADDRESS} == SINKS[sink](published)
