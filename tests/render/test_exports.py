"""BibTeX, RIS and CSV read back with the libraries of their users."""

from __future__ import annotations

import csv
import io
import re

import msgspec
import pytest
import rispy
from bibtexparser import entrypoint
from hypothesis import given
from hypothesis import strategies as st

from digest.model.issues import Issue, Item, Section, Teaser
from digest.model.papers import Organization
from digest.render import exports
from tests.support import builders

# Characters that no file of the output holds.
STEERING = "[\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
FORMULA = "=+@\uff0d\uff1d\uff0b\uff20\\-"
EVIL = '=1+1 \\{x}_$y$ 100% & #1 ~^ @misc{a, "b" } and, ER  - \u202e<b>\u2028TY  - JOUR'
FULL = builders.item(
    1,
    "Lanterns for Long Tunnels",
    arxiv_id="2611.00001",
    doi="10.1000/x_1",
    authors=("Ada Vance", "Imrie, Bo", "Research and Development"),
    organization=Organization("northfield", "Northfield Lab"),
    published="2026-11-19",
    abstract="Tunnels are dark. We hang lanterns.",
    one_line=Teaser("We hang lanterns.", "abstract"),
    upvotes=3,
    also=("vision", "unnamed"),
    code_url="https://github.com/example/lanterns",
)
BARE = builders.item(2, "Bare", url="javascript:alert(1)", first_seen="2026-11-20T07:00:00+00:00")


def issue(*papers: Item) -> Issue:
    """Return an issue of these papers under one heading."""
    section = Section(topic="agents", name="Agents & tool use", papers=papers)
    return builders.issue(sections=(section,), topics={"vision": "Vision & 3D"})


def export(*papers: Item) -> dict[str, str]:
    """Return the exports of an issue of these papers, by suffix."""
    pages = exports.export_issue(issue(*papers))
    return {page.path.rpartition(".")[2]: page.body.decode() for page in pages}


def bibtex(text: str) -> list[dict[str, str]]:
    """Return the entries as bibtexparser reads them."""
    library = entrypoint.parse_string(text)
    assert [] == library.failed_blocks
    return [
        {"key": entry.key} | {field.key: str(field.value) for field in entry.fields}
        for entry in library.entries
    ]


def ris(text: str) -> list[dict[str, object]]:
    """Return the references as rispy reads them."""
    return [dict(reference) for reference in rispy.loads(text)]


def table(text: str) -> list[dict[str, str]]:
    """Return the rows as csv reads them."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def untex(text: str) -> str:
    """Return escaped text as TeX would print it."""
    names = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}"}
    names |= {"textasciitilde": "~", "textasciicircum": "^"}
    return re.sub(
        r"\\(text[a-z]+)\{\}|\\([$&#%_])", lambda match: names.get(match[1], match[2]), text
    )


def test_exports_share_the_name_of_the_issue() -> None:
    """They stand beside its page and differ only in the suffix."""
    assert [f"daily/2026-11-22.{suffix}" for suffix in ("bib", "ris", "csv")] == [
        page.path for page in exports.export_issue(issue(FULL))
    ]


def test_bibtex_entries_hold_every_field_they_have() -> None:
    """A full paper has key, names and identifiers; a bare one only its title and year."""
    full, bare = bibtex(export(FULL, BARE)["bib"])
    assert {
        "key": "arXiv-2611.00001",
        "title": "{Lanterns for Long Tunnels}",
        "author": "Ada Vance and {Imrie, Bo} and {Research and Development}",
        "year": "2026",
        "eprint": "2611.00001",
        "archiveprefix": "arXiv",
        "doi": r"10.1000/x\_1",
        "url": "https://example.org/1",
        "abstract": "Tunnels are dark. We hang lanterns.",
    } == full
    assert {"key": "digest-000000000000", "title": "{Bare}", "year": "2026"} == bare


def test_ris_references_hold_every_field_they_have() -> None:
    """Each paper is a reference, and each author a line of it."""
    full, bare = ris(export(FULL, BARE)["ris"])
    assert {
        "type_of_reference": "GEN",
        "title": "Lanterns for Long Tunnels",
        "authors": ["Ada Vance", "Imrie, Bo", "Research and Development"],
        "year": "2026",
        "date": "2026/11/19",
        "publisher": "Northfield Lab",
        "abstract": "Tunnels are dark. We hang lanterns.",
        "keywords": ["Agents & tool use"],
        "doi": "10.1000/x_1",
        "accession_number": "arXiv:2611.00001",
        "urls": ["https://example.org/1"],
    } == full
    assert {"type_of_reference", "title", "year", "keywords"} == set(bare)


def test_csv_rows_hold_every_column() -> None:
    """Each paper is a row under fixed column names, and absent values are empty."""
    full, bare = table(export(FULL, BARE)["csv"])
    assert list(exports.COLUMNS) == list(full)
    assert "Ada Vance; Imrie, Bo; Research and Development" == full["authors"]
    assert ("Agents & tool use", "Vision & 3D; unnamed", "3") == (
        full["topic"], full["also"], full["upvotes"],
    )  # fmt: skip
    assert ("Bare", "", "") == (bare["title"], bare["url"], bare["abstract"])


def test_a_withdrawn_paper_says_so_in_every_export() -> None:
    """As a note of the reference, and as a column of the table."""
    files = export(msgspec.structs.replace(FULL, retracted=True), BARE)
    assert ["Withdrawn", None] == [entry.get("note") for entry in bibtex(files["bib"])]
    assert [["Withdrawn"], None] == [entry.get("notes") for entry in ris(files["ris"])]
    assert ["yes", ""] == [row["retracted"] for row in table(files["csv"])]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\n@", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A cell that a spreadsheet would compute begins with an apostrophe."""
    (row,) = table(export(builders.item(1, f"{start}cmd|' /C calc'!A0"))["csv"])
    assert "'" + start.strip() == row["title"][:2]


@given(st.one_of(st.just(EVIL), st.text(min_size=1)))
def test_hostile_text_reads_back(words: str) -> None:
    """With any text in title and names there is one record, with all words of the text."""
    expected = " ".join(
        re.sub(
            f"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|{STEERING}", "", words
        ).split()
    )
    files = export(builders.item(1, words, abstract=words, authors=(words,)), FULL)
    entry, _ = bibtex(files["bib"])
    assert expected == untex(entry["title"][1:-1])
    reference, _ = ris(files["ris"])
    assert expected == str(reference.get("title", ""))
    row, _ = table(files["csv"])
    unguarded = re.sub(f"(;[\"\\s]*)'(?=[{FORMULA}])", r"\1", row["title"].removeprefix("'"))
    assert expected in (unguarded, row["title"].removeprefix("'"), row["title"])


@pytest.mark.parametrize("delimiter", [",", ";"])
@given(words=st.one_of(st.text(), st.text("=+-@;\"' \t,x\r\uff1d", max_size=12)))
def test_no_cell_is_a_formula_whatever_parts_the_cells(delimiter: str, words: str) -> None:
    """A spreadsheet that takes semicolons for the border of cells computes nothing either."""
    full = builders.item(
        1, words, doi=words, authors=(words, words), abstract=f"x;{words}", upvotes=-3,
        organization=Organization("north", words), published_text=f"{words};", guid="urn:x",
        url=f"https://example.org/{words};=x", code_url=f"https://example.org/;@{words}",
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(export(full, BARE)["csv"], newline=""), delimiter=delimiter))
    assert 3 == len(rows)
    assert [] == [cell for row in rows for cell in row if re.match(rf"\s*[{FORMULA}\t\r]", cell)]


def test_a_formula_after_a_semicolon_is_text_in_both_readings() -> None:
    """The words stay, with an apostrophe where a cell would begin."""
    written = export(builders.item(1, "Tides", abstract="We part..;=cmd|' /C calc'!A0;.. it"))[
        "csv"
    ]
    (row,) = table(written)
    assert "We part..;'=cmd|' /C calc'!A0;.. it" == row["abstract"]
    assert "'=cmd|' /C calc'!A0" in next(csv.reader([written.splitlines()[1]], delimiter=";"))


def test_the_same_issue_gives_the_same_bytes() -> None:
    """Exports depend on the issue alone, not on the line ends of the system."""
    assert exports.export_issue(issue(FULL, BARE)) == exports.export_issue(issue(FULL, BARE))
    assert all(line.endswith("\r") for line in export(FULL)["ris"].split("\n")[:-1])
