from __future__ import annotations

import io
from datetime import date

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from tests.support import layouts

PAPERS = layouts.papers(8)
HEADER = "## by [AK](https://huggingface.co/akhaliq) and the research community\n\n"
SITE = "https://huggingface.co"


def read(text: str, name: str = "page.md") -> Dump:
    """The dump in this text, from a file of 21 November 2026."""
    return parsers.read_dump(name, io.BytesIO(text.encode()), date(2026, 11, 21))


def card(number: int, title: str, *rows: str) -> str:
    """A record with an address, its further lines as given."""
    return f"### [{title}]({SITE}/papers/2611.0000{number})\n\n" + "\n\n".join(rows) + "\n\n"


def test_numbered_links_take_the_list_of_their_own_page() -> None:
    """Two pages in one file each count their links from one."""
    both = layouts.numbered_links(PAPERS[:4]) + "\n\n" + layouts.numbered_links(PAPERS[4:])
    assert [paper.arxiv_id for paper in PAPERS] == [one.arxiv_id for one in read(both).sightings]


def test_brackets_inside_an_abstract_are_words() -> None:
    """Intervals and citations inside a link neither end it nor begin another."""
    words = "Over [0,1) and (0,1] we follow [12] and find half-open [ones enough."
    page = (
        HEADER + card(1, "Intervals Are Enough", f"[{words}]({SITE}/papers/2611.00001)") + "Nov 3\n"
    )
    (one,) = tuple(read(page + card(2, "Another Paper Follows")).sightings)[:1]
    assert words == one.abstract


def test_escapes_wraps_and_doubled_blanks_are_undone() -> None:
    """A backslash before a mark or a line end is the converter's; TeX keeps its own."""
    title = "Snake\\_Case\\  Names \\[Extended\\] at \\alpha"
    page = HEADER + card(
        1, title, "The first line ends well-\\\\\nknown and\\\\\nthe last one here."
    )
    (one,) = tuple(read(page + card(2, "Another Paper Follows")).sightings)[:1]
    assert "Snake_Case Names [Extended] at \\alpha" == one.title
    assert "The first line ends well-known and the last one here." == one.abstract


def test_a_record_with_id_and_title_needs_no_abstract() -> None:
    """Cards of the day's page have none."""
    dump = read(HEADER + card(1, "A Card Alone") + card(2, "Another Card", "- 3 authors"))
    assert [("2611.00001", None), ("2611.00002", None)] == [
        (one.arxiv_id, one.abstract) for one in dump.sightings
    ]


def test_a_title_with_neither_id_nor_abstract_is_a_reject() -> None:
    """A heading that bears metadata began like a record."""
    dump = read(HEADER + card(1, "A Card Alone") + "### A Heading of a Record\n\n- 3 authors\n")
    assert ["a title without an id or an abstract"] == [one.reason for one in dump.rejects]


def test_an_abstract_cut_off_is_left_out() -> None:
    """With an id the record stays, without the part of an abstract."""
    page = (
        HEADER + card(1, "A Whole Record", "Nov 3") + card(2, "A Cut Record", "This abstract " * 9)
    )
    whole, cut = read(page).sightings
    assert (None, "2611.00002") == (cut.abstract, cut.arxiv_id)
    assert "2026-11-03" == whole.published


@pytest.mark.parametrize(
    ("stated", "year"),
    [
        ("retrieved: 2024-12-03", "2024-12-02"),
        ("url: https://huggingface.co/papers/date/2025-12-02", "2025-12-02"),
        ("- Captured (UTC): 2023-01-01T00:00:00Z", "2022-12-02"),
        ("nothing: said", "2025-12-02"),
    ],
)
def test_the_capture_s_year_is_the_stated_one(stated: str, year: str) -> None:
    """A page says when it was taken; else the file's time tells (21 November 2026)."""
    page = f"---\n{stated}\n---\n\n{HEADER}Dec 2\n\n" + card(1, "One Paper of Two")
    assert year == read(page + card(2, "Two Papers of Two")).page_date


def test_summaries_on_other_pages_are_abstracts() -> None:
    """Only the trending page puts an AI summary in the abstract's place."""
    short = "A short abstract of one sentence that is long enough to be told from a menu."
    page = card(1, "A Paper with a Short Abstract", short, "· Published on Nov 4, 2026")
    (daily, _) = read(HEADER + page.replace("Published on ", "") + card(2, "Another")).sightings
    (trending, _) = read(HEADER + page + card(2, "Another")).sightings
    assert (short, None) == (daily.abstract, daily.summary)
    assert (None, short) == (trending.abstract, trending.summary)


def test_the_trending_page_shows_each_card_twice() -> None:
    """Both cards are one sighting; what the first lacks the second brings."""
    first = card(1, "Shown Twice on the Page", "· Published on Nov 4, 2026")
    second = card(
        1,
        "Shown Twice on the Page",
        f"[GitHub 3.29k]({SITE.replace('huggingface.co', 'github.com')}/a/b)",
    )
    (one,) = read(HEADER + first + second).sightings
    assert ("2026-11-04", 3290) == (one.published, one.stars)


def test_other_markdown_is_no_listing() -> None:
    """Notes with a link to a paper in passing are not a dump."""
    with pytest.raises(Unreadable, match="not a listing of papers"):
        read("# Notes\n\nWe read [this one](https://arxiv.org/abs/2611.00001) twice.\n\n## More\n")
