"""Records as labelled lines: each field belongs to the title of its own record."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.model.papers import Dump, Sighting

FIELDS = ("Title", "arXiv", "Authors", "Date", "Abstract", "Upvotes", "Comments", "Categories")
ABOVE = ("arXiv", "Date", "Upvotes", "Title", "Authors", "Abstract")


def load(text: str) -> Dump:
    """Read a text as a dump."""
    return parsers.read_dump("labelled.txt", io.BytesIO(text.encode()))


def values(number: int) -> dict[str, str]:
    """Return the fields of an invented paper, none of which another paper has."""
    return {
        "Title": f"Kelp and Tides, Part {number}",
        "arXiv": f"2611.{number:05}",
        "Authors": f"Ada Quill{'abcdefghij'[number]} (Tide Institute, Sea Lab) and Bo Lund",
        "Date": f"2026-11-{number + 1:02}",
        "Abstract": f"We measure kelp in {number} seas.\n  It is long: longer than {number} reeds.",
        "Upvotes": f"{100 + number}",
        "Comments": f"{number} pages",
        "Categories": "cs.LG cs.AI",
    }


def expected(number: int, fields: tuple[str, ...]) -> tuple[object, ...]:
    """Return the fields as a sighting should show them."""
    paper = values(number)
    return (
        paper["Title"],
        paper["arXiv"] if "arXiv" in fields else None,
        paper["Date"] if "Date" in fields else None,
        100 + number if "Upvotes" in fields else None,
        (paper["Authors"].partition(" (")[0], "Bo Lund") if "Authors" in fields else (),
        " ".join(paper["Abstract"].split()) if "Abstract" in fields else None,
        ("cs.LG", "cs.AI") if "Categories" in fields else (),
    )


def shown(paper: Sighting) -> tuple[object, ...]:
    """Return the fields of a sighting."""
    return (
        paper.title, paper.arxiv_id, paper.published, paper.upvotes, paper.authors,
        paper.abstract, paper.categories,
    )  # fmt: skip


def record(number: int, fields: tuple[str, ...], mark: str = "{}:") -> str:
    """Return the lines of a record."""
    paper = values(number)
    return "\n".join(f"{mark.format(field)} {paper[field]}" for field in fields)


@st.composite
def listings(draw: st.DrawFn) -> tuple[list[tuple[str, ...]], str, str]:
    """Return the fields of each record in one order, some missing; the border, and the mark."""
    order = draw(st.permutations(FIELDS))
    count = draw(st.integers(3, 6))
    kept = []
    for _ in range(count):
        missing = draw(st.sets(st.sampled_from(FIELDS), max_size=2)) - {"Title"}
        if {"arXiv", "Abstract"} <= missing:
            missing -= {"Abstract"}
        kept.append(tuple(field for field in order if field not in missing))
    border = draw(st.sampled_from(["\n\n", "\n---\n", "\n\n\n", "\n\n* * *\n\n", "\n=====\n"]))
    return kept, border, draw(st.sampled_from(["{}:", "- **{}:**", "**{}**:", "{} :"]))


@settings(deadline=None)
@given(listings())
def test_fields_in_any_order_belong_to_their_record(
    listing: tuple[list[tuple[str, ...]], str, str],
) -> None:
    """Any of them may be missing; a rule or a blank line separates the records."""
    kept, border, mark = listing
    dump = load(border.join(record(n, fields, mark) for n, fields in enumerate(kept)))
    assert [expected(n, fields) for n, fields in enumerate(kept)] == [
        shown(paper) for paper in dump.sightings
    ]
    assert () == dump.rejects


@settings(deadline=None)
@given(listings(), st.data())
def test_a_damaged_record_leaves_the_others_as_they_are(
    listing: tuple[list[tuple[str, ...]], str, str], data: st.DataObject
) -> None:
    """Lines lost or broken in one record: it is read or rejected, and nothing of it moves."""
    kept, border, mark = listing
    damaged = data.draw(st.integers(0, len(kept) - 1))
    rows = record(damaged, kept[damaged], mark).split("\n")
    harm = data.draw(st.sampled_from(["without a line", "cut", "without its title", "noise"]))
    at = data.draw(st.integers(0, len(rows) - 1))
    if harm == "without a line":
        rows = rows[:at] + rows[at + 1 :]
    elif harm == "cut":
        rows = rows[: at + 1]
    elif harm == "without its title":
        rows = [row for row in rows if "Title" not in row]
    else:
        rows.insert(at + 1, "\ufffd\ufffd~~ #!")
    records = [record(n, fields, mark) for n, fields in enumerate(kept)]
    records[damaged] = "\n".join(rows)
    dump = load(border.join(records))
    others = [n for n in range(len(kept)) if n != damaged]
    read = {paper.title: shown(paper) for paper in dump.sightings}
    assert [expected(n, kept[n]) for n in others] == [read.get(values(n)["Title"]) for n in others]
    titles = sum("Title" in rows for rows in records)
    assert titles <= len(dump.sightings) + len(dump.rejects) <= len(records)


def test_a_title_ends_at_a_blank_line() -> None:
    """What lost its label in the record below is no part of it."""
    fields = ("Abstract", "arXiv", "Title")
    first, second, third = (record(number, fields) for number in range(3))
    dump = load("\n\n".join([first, second.partition("\n")[2], third]))
    assert [values(number)["Title"] for number in range(3)] == [p.title for p in dump.sightings]


@settings(deadline=None)
@given(listings())
@example(([ABOVE[1:], ABOVE, ABOVE], "", "{}:"))
@example(([ABOVE, ABOVE, ABOVE[1:]], "", "{}:"))
def test_without_borders_nothing_is_attached_to_another_title(
    listing: tuple[list[tuple[str, ...]], str, str],
) -> None:
    """A field that may belong above or below belongs to nobody."""
    kept, _, mark = listing
    rows = ["Papers of the day", *(record(n, fields, mark) for n, fields in enumerate(kept))]
    dump = load("\n".join(rows))
    assert len(kept) == len(dump.sightings) + len(dump.rejects)
    for paper in dump.sightings:
        number = int(paper.title.rpartition(" ")[2])
        own = (*expected(number, FIELDS), None, ())
        assert [] == [value for value in shown(paper) if value not in own]


def test_labels_repeat_where_no_line_separates_the_records() -> None:
    """The labels above the first title begin each record."""
    dump = load("\n".join(record(n, ABOVE) for n in range(3)))
    assert [expected(n, ABOVE) for n in range(3)] == [shown(paper) for paper in dump.sightings]


APART = """Title: Kelp

Authors: Ada Quill

Abstract: It is long.

arXiv: 2611.00001

Title: Reeds

Authors: Bo Lund

Abstract: They are not.

arXiv: 2611.00002
"""
IN_GROUPS = """Papers of the day

Date: 2026-11-01
arXiv: 2611.00001

Title: Kelp
Abstract: It is long.

Date: 2026-11-02
arXiv: 2611.00002

Title: Reeds
Abstract: They are not.
"""


@pytest.mark.parametrize("text", [APART, IN_GROUPS])
def test_blank_lines_inside_records_separate_nothing(text: str) -> None:
    """Where each field, or each group of them, stands alone, labels show where records begin."""
    kelp, reeds = load(text).sightings
    assert ("Kelp", "2611.00001", "It is long.") == (kelp.title, kelp.arxiv_id, kelp.abstract)
    assert ("Reeds", "2611.00002", "They are not.") == (
        reeds.title, reeds.arxiv_id, reeds.abstract,
    )  # fmt: skip


def test_an_abstract_keeps_its_paragraphs_and_the_words_before_a_colon() -> None:
    """Headings inside an abstract are words of it; labels of other fields end it."""
    text = (
        "Title: Kelp: A Study\n  of Tides\nAbstract: Background: seas.\nMethods: boats.\n\n"
        "Results: kelp.\nFunding: the Tide Fund\narXiv: 2611.00001\n\n"
        "Title: Reeds\nAbstract: Background: ponds.\nMethods: rafts.\narXiv: 2611.00002\n"
    )
    kelp, reeds = load(text).sightings
    assert "Kelp: A Study of Tides" == kelp.title
    assert "Background: seas. Methods: boats. Results: kelp." == kelp.abstract
    assert ("2611.00001", "2611.00002") == (kelp.arxiv_id, reeds.arxiv_id)


@pytest.mark.parametrize("cut", ["Title:", "Title: Paper", "arXiv:", "Date: 2026"])
@pytest.mark.parametrize("border", ["---\n", "\n\n"])
def test_a_file_that_ends_in_its_second_record_keeps_the_first(border: str, cut: str) -> None:
    """Two titles with a line between them are two records, even if the second is cut."""
    fields = ("arXiv", "Date", "Title", "Abstract")
    whole = load(record(0, fields))
    dump = load(f"{record(0, fields)}\n{border}{cut}")
    assert list(whole.sightings) == list(dump.sightings)
    assert cut.startswith("Title") == bool(dump.rejects)


def test_two_ids_in_a_record_give_none() -> None:
    """Which one is its own cannot be known; the same id twice is one."""
    text = (
        "Title: Kelp\nPDF: https://arxiv.org/pdf/2611.00001\nURL: https://arxiv.org/abs/2611.00001"
        "\nAbstract: Long.\n---\n"
        "Title: Reeds\nPDF: 2611.00002\nURL: 2611.00003\nAbstract: Short.\n---\n"
        "Title: Moss\nPDF: 2611.00004\nURL: 2611.00005\n"
    )
    dump = load(text)
    assert ["2611.00001", None] == [paper.arxiv_id for paper in dump.sightings]
    assert [11] == [reject.line for reject in dump.rejects]


def test_a_withdrawn_paper_is_marked() -> None:
    """By its comments or its abstract."""
    text = (
        "Title: Kelp\nComments: This paper has been withdrawn by the author\narXiv: 2611.00001\n\n"
        "Title: Reeds\nComments: 3 pages\narXiv: 2611.00002\n"
    )
    assert [True, False] == [paper.retracted for paper in load(text).sightings]


def test_front_matter_is_no_record() -> None:
    """A date and an address above the records belong to the file."""
    text = "Date: 2026-11-20\nURL: https://example.org/list\n\n" + "\n\n".join(
        record(n, ABOVE) for n in range(3)
    )
    dump = load(text)
    assert [expected(n, ABOVE) for n in range(3)] == [shown(paper) for paper in dump.sightings]
    assert () == dump.rejects


@pytest.mark.parametrize("unit", ["DOI:x\n", "ab\n", "x"])
def test_a_record_that_is_too_long_is_a_reject(unit: str) -> None:
    """However its length comes about; the next one is read."""
    long = "Title: Kelp\nPDF: 2611.00001\nAbstract: b\n" + unit * (600_000 // len(unit))
    dump = load(f"{long}\n\nTitle: Reeds\nPDF: 2611.00002\nAbstract: c\n")
    assert ["2611.00002"] == [paper.arxiv_id for paper in dump.sightings]
    assert [(1, "a record that is too long")] == [(r.line, r.reason) for r in dump.rejects]
