"""The listing page copied as plain text is read, however it was damaged on its way."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date

import hypothesis
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

CHANGES: dict[str, Callable[[str], bytes]] = {
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
    """Read these bytes as a file of 21 November 2026."""
    return parsers.read_dump(name, io.BytesIO(data), date(2026, 11, 21))


@pytest.mark.parametrize("change", CHANGES)
def test_line_ends_encodings_and_blanks_change_nothing(change: str) -> None:
    """The changed page gives the same papers as the page itself, line numbers included."""
    changed, original = read(CHANGES[change](PAGE)), read(PAGE.encode())
    assert len(PAPERS) == len(original.sightings)
    if change == "line ends written twice":  # which changes the line numbers
        titles = [paper.title for paper in original.sightings]
        assert titles == [paper.title for paper in changed.sightings]
    else:
        assert original.sightings == changed.sightings
    assert (original.page_date, original.rejects) == (changed.page_date, changed.rejects)


def test_a_missing_header_costs_no_record() -> None:
    """A copy that begins below the header, or in the middle of the menu, has the same records."""
    below = PAGE[PAGE.index(PAPERS[0].title) :]
    menu = "Models\n\nSome menu of tomorrow\n\n"
    expected = [paper.title for paper in PAPERS]
    assert expected == [paper.title for paper in read(below.encode()).sightings]
    assert expected == [paper.title for paper in read((menu + below).encode()).sightings]


def test_two_pages_in_one_file_are_both_read() -> None:
    """The footer and menu between them are no records, and the later page dates the dump."""
    second = layouts.plain_text(layouts.papers(20)[12:]).replace("Nov 20", "Nov 21", 1)
    dump = read((PAGE + "\n\n" + second).encode())
    expected = [paper.title for paper in layouts.papers(20)]
    assert expected == [paper.title for paper in dump.sightings]
    assert "2026-11-21" == dump.page_date
    assert () == dump.rejects


def test_records_above_the_first_header_are_read() -> None:
    """A page without its header may stand above one that has it."""
    headless = PAGE[PAGE.index(PAPERS[0].title) :].replace("Company\n", "")
    dump = read((headless + layouts.plain_text(layouts.papers(14)[12:])).encode())
    assert 14 == len(dump.sightings)


def test_of_two_numbers_the_first_counts_comments() -> None:
    """Comments may stand below the date, and votes stand above the next title."""
    page = (
        "A Title\n\nAn abstract.\n\n  • 2 authors\n·\nNov 3\n\n4\n\n1.2k\n\nAnother Title\n\n"
        "Another abstract.\n\n  • 3 authors\n·\nNov 4\n"
    )
    first, second = read(page.encode()).sightings
    assert (4, 1200) == (first.comments, second.upvotes)


def test_a_title_without_an_abstract_is_a_reject() -> None:
    """It begins like a record that cannot be completed; all other records are read."""
    page = PAGE.replace(PAPERS[3].abstract + "\n\n", "", 1)
    dump = read(page.encode())
    assert ["a title without an abstract"] == [reject.reason for reject in dump.rejects]
    assert len(PAPERS) - 1 == len(dump.sightings)


def test_a_page_without_papers_is_unreadable() -> None:
    """A header alone raises `Unreadable` with a reason that says so."""
    with pytest.raises(Unreadable, match="without a paper"):
        read(b"new\n\nDaily Papers\n\nbyAK and the research community\n\nNov 20\n")


def test_a_text_too_long_for_a_paper_is_a_reject() -> None:
    """Very many lines after a title are no abstract, and the other records are read."""
    dump = read(
        PAGE.encode() + b"byAK and the research community\n\nA Title\n\n" + b"ab\n" * 30_000
    )
    assert len(PAPERS) == len(dump.sightings)
    assert {"a title or an abstract that is too long"} == {
        reject.reason for reject in dump.rejects if "too long" in reject.reason
    }


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), min_size=1))
def test_recoding_line_by_line_keeps_the_text(text: str) -> None:
    """Lines recoded to UTF-8 one by one join to the text that was encoded."""
    data = text.encode("utf-16")
    assert text == b"".join(lines.iter_lines(io.BytesIO(data), data)).decode()


@pytest.mark.parametrize("dot", [*"·⋅∙•‧・●◦", "-"])
@pytest.mark.parametrize("bullet", [*"•*-+◦‣▪●·‧–", "1.", ""])
def test_other_marks_before_authors_and_dates_change_nothing(bullet: str, dot: str) -> None:
    """Converters and fonts write the page's own bullet and dot in many ways."""
    expected = read(PAGE.encode()).sightings
    changed = PAGE.replace("\n·\n", f"\n{dot}\n").replace("  • ", f" {bullet} ")
    assert changed != PAGE or (bullet, dot) == ("•", "·")
    assert expected == read(changed.encode()).sightings


COUNTS = (
    "{} autores|{} Autoren|{} auteurs|{} auteur|{} авторов|{} autori|{} 位作者|{}位作者|{} 作者"
    "|作者 {}|{} 人の著者|著者{}名|저자 {}명|{}명의 저자|{} yazar|{} autorów|{} Authors"
)


@pytest.mark.parametrize("count", COUNTS.split("|"))
def test_a_translated_count_of_authors_is_read(count: str) -> None:
    """Browsers translate the page's words; the titles and days here are as they were."""
    expected = read(PAGE.encode()).sightings
    changed = re.sub(r"(\d+) authors?\n", lambda number: count.format(number[1]) + "\n", PAGE)
    assert expected == read(changed.encode()).sightings


def test_a_day_in_another_form_stays_out_of_titles_and_abstracts() -> None:
    """The place below the dot shows it; a form that nobody knows gives no date."""
    page = (
        "by AK and the research community\n\nKelp at Low Tide\n\nIt is long.\n\n  • 3 authors\n·\n"
        "{}\n\nReeds in the Wind\n\nThey are not.\n\n  • 2 authors\n·\nNov 17, 2026\n"
    )
    for written, day, comments in (
        ("18 нояб. 2026 г. 4", None, 4),
        ("18 de nov. de 2026", None, None),
        ("2026年11月18日 4", "2026-11-18", 4),
        ("18 Nov 2026 4", "2026-11-18", 4),
        ("2026-11-18", "2026-11-18", None),
        ("18.11.2026", None, None),
    ):
        kelp, reeds = read(page.format(written).encode()).sightings
        assert ("Kelp at Low Tide", 3, day, comments) == (
            kelp.title, kelp.n_authors, kelp.published, kelp.comments,
        )  # fmt: skip
        assert ("Reeds in the Wind", "They are not.", "2026-11-17") == (
            reeds.title, reeds.abstract, reeds.published,
        )  # fmt: skip


def test_prose_with_a_count_of_authors_is_no_listing() -> None:
    """Without a bullet, only a date below shows the page."""
    with pytest.raises(Unreadable):
        read(b"The paper has\n6 authors\nand is long.\n\nIt was read.\n\nBy many.\n")


def test_the_day_of_a_second_page_is_none_of_the_record_above() -> None:
    """A record without a date keeps none, though a header with its day follows."""
    record = "Kelp at Low Tide\n\nIt is long.\n\n  • 3 authors\n"
    header = "Daily Papers\n\nby AK and the research community\n\nNov 20\n\n"
    first, second = read(f"{header}{record}\n{header}{record}·\nNov 17\n".encode()).sightings
    assert (None, "2026-11-17") == (first.published, second.published)


@hypothesis.settings(deadline=None)
@given(st.integers(0, 11), st.sampled_from(["title", "abstract", "authors", "dot", "day"]))
def test_a_line_lost_in_one_record_leaves_the_others(number: int, lost: str) -> None:
    """All that opens is read or rejected; nothing moves to another title."""
    papers = list(read(PAGE.encode()).sightings)
    paper = PAPERS[number]
    start = PAGE.index(f"{paper.title}\n")
    end = PAGE.index(f"{PAPERS[number + 1].title}\n") if number < 11 else len(PAGE)
    rows = PAGE[start:end].split("\n")
    kinds = {"title": re.escape(paper.title), "abstract": re.escape(paper.abstract)}
    kinds |= {"authors": r" *• \d+ authors?", "dot": "·", "day": r"Nov \d.*"}
    kept = [row for row in rows if not re.fullmatch(kinds[lost], row)]
    dump = read((PAGE[:start] + "\n".join(kept) + PAGE[end:]).encode())
    others = {p.title: p for p in dump.sightings}
    for other in papers[:number] + papers[number + 1 :]:
        if lost == "title" and other.title == PAPERS[max(number - 1, 0)].title:
            continue  # its abstract now has two paragraphs, or a title that is one
        assert other.title in others
        assert (other.abstract, other.n_authors, other.published) == (
            others[other.title].abstract, others[other.title].n_authors,
            others[other.title].published,
        )  # fmt: skip
    assert 11 <= len(dump.sightings) + len(dump.rejects) <= 12
