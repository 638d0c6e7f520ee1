from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers.input import lines
from tests.support import layouts

PAPERS = layouts.papers(12)
PAGE = layouts.plain_text(PAPERS, votes=True)

MARKED: dict[str, Callable[[str], bytes]] = {
    "Windows line ends": lambda page: page.replace("\n", "\r\n").encode(),
    "old Mac line ends": lambda page: page.replace("\n", "\r").encode(),
    "line ends written twice": lambda page: page.replace("\n", "\r\r\n").encode(),
    "a byte order mark": lambda page: page.encode("utf-8-sig"),
    "UTF-16": lambda page: page.encode("utf-16"),
    "big-endian UTF-16": lambda page: b"\xfe\xff" + page.encode("utf-16-be"),
    "UTF-16 without its mark": lambda page: page.encode("utf-16-le"),
    "a Windows encoding": lambda page: page.encode("cp1252"),
    "blanks at line ends": lambda page: page.replace("\n", " \t\n").encode(),
    "no-break blanks": lambda page: page.replace("\n", "\xa0\n\xa0").encode(),
    "no-break blanks in dates": lambda page: page.replace("Nov ", "Nov\xa0").encode(),
    "zero-width blanks": lambda page: page.replace("\n", "\u200b\n\ufeff").encode(),
}


def read(data: bytes, name: str = "papers.txt") -> Dump:
    """The dump in these bytes, from a file of 21 November 2026."""
    return parsers.read_dump(name, io.BytesIO(data), date(2026, 11, 21))


@pytest.mark.parametrize("marks", MARKED)
def test_line_ends_marks_and_blanks_change_nothing(marks: str) -> None:
    """A page damaged on its way reads like the page itself, line numbers included."""
    got, whole = read(MARKED[marks](PAGE)), read(PAGE.encode())
    assert len(PAPERS) == len(whole.sightings)
    if marks == "line ends written twice":
        assert [one.title for one in whole.sightings] == [one.title for one in got.sightings]
    else:
        assert whole.sightings == got.sightings
    assert (whole.page_date, whole.rejects) == (got.page_date, got.rejects)


def test_a_missing_header_costs_no_record() -> None:
    """A copy begun below the header, in the middle of the menu, has the same records."""
    below = PAGE[PAGE.index(PAPERS[0].title) :]
    menu = "Models\n\nSome menu of tomorrow\n\n"
    expected = [paper.title for paper in PAPERS]
    assert expected == [one.title for one in read(below.encode()).sightings]
    assert expected == [one.title for one in read((menu + below).encode()).sightings]


def test_two_pages_in_one_file_are_read_through() -> None:
    """Menus and feet between pages are no records; the later page dates the dump."""
    second = layouts.plain_text(layouts.papers(20)[12:]).replace("Nov 20", "Nov 21", 1)
    dump = read((PAGE + "\n\n" + second).encode())
    assert [paper.title for paper in layouts.papers(20)] == [one.title for one in dump.sightings]
    assert "2026-11-21" == dump.page_date
    assert () == dump.rejects


def test_records_above_the_first_header_are_read() -> None:
    """A page whose header is lost may stand above one that has it."""
    headless = PAGE[PAGE.index(PAPERS[0].title) :].replace("Company\n", "")
    dump = read((headless + layouts.plain_text(layouts.papers(14)[12:])).encode())
    assert 14 == len(dump.sightings)


def test_of_two_numbers_the_first_are_comments() -> None:
    """Comments may stand below the date; votes stand above the title."""
    page = (
        "A Title\n\nAn abstract.\n\n  • 2 authors\n·\nNov 3\n\n4\n\n1.2k\n\nAnother Title\n\n"
        "Another abstract.\n\n  • 3 authors\n·\nNov 4\n"
    )
    first, second = read(page.encode()).sightings
    assert (4, 1200) == (first.comments, second.upvotes)


def test_a_title_without_an_abstract_is_a_reject() -> None:
    """What begins like a record and cannot be completed is told with its line."""
    page = PAGE.replace(PAPERS[3].abstract + "\n\n", "", 1)
    dump = read(page.encode())
    assert ["a title without an abstract"] == [one.reason for one in dump.rejects]
    assert len(PAPERS) - 1 == len(dump.sightings)


def test_a_page_without_papers_says_so() -> None:
    """A header alone is no listing of papers."""
    with pytest.raises(Unreadable, match="without a paper"):
        read(b"new\n\nDaily Papers\n\nbyAK and the research community\n\nNov 20\n")


def test_text_without_end_is_a_reject() -> None:
    """Lines that go on and on are no abstract, and cost no more than their length."""
    dump = read(
        PAGE.encode() + b"byAK and the research community\n\nA Title\n\n" + b"ab\n" * 30_000
    )
    assert len(PAPERS) == len(dump.sightings)
    assert {"a title or an abstract that is too long"} == {
        one.reason for one in dump.rejects if "too long" in one.reason
    }


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), min_size=1))
def test_lines_of_any_encoding_are_the_text_s_lines(text: str) -> None:
    """Recoding line by line gives what decoding everything at once gives."""
    data = text.encode("utf-16")
    got = b"".join(lines.iter_lines(io.BytesIO(data), data)).decode()
    assert text == got
