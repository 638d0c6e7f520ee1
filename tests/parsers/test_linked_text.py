"""The listing page with its links, in Markdown or text, is read record by record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
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
    """Read this text as a file of 21 November 2026."""
    return parsers.read_dump(name, io.BytesIO(text.encode()), date(2026, 11, 21))


def card(number: int, title: str, *rows: str) -> str:
    """Write a record with an address and these further lines."""
    return f"### [{title}]({SITE}/papers/2611.0000{number})\n\n" + "\n\n".join(rows) + "\n\n"


def test_numbered_links_belong_to_their_own_page() -> None:
    """Two pages in one file number their links from one, and no address is mixed up."""
    both = layouts.numbered_links(PAPERS[:4]) + "\n\n" + layouts.numbered_links(PAPERS[4:])
    assert [paper.arxiv_id for paper in PAPERS] == [card.arxiv_id for card in read(both).sightings]


def test_brackets_inside_an_abstract_are_words() -> None:
    """Intervals and citations inside a link's text neither end the link nor begin another."""
    words = "Over [0,1) and (0,1] we follow [12] and find half-open [ones enough."
    page = (
        HEADER + card(1, "Intervals Are Enough", f"[{words}]({SITE}/papers/2611.00001)") + "Nov 3\n"
    )
    first, _ = read(page + card(2, "Another Paper Follows")).sightings
    assert words == first.abstract


def test_escapes_line_breaks_and_doubled_blanks_are_undone() -> None:
    """A converter's backslash before punctuation or a line end goes; one of TeX stays."""
    title = "Snake\\_Case\\  Names \\[Extended\\] at \\alpha"
    page = HEADER + card(
        1, title, "The first line ends well-\\\\\nknown and\\\\\nthe last one here."
    )
    first, _ = read(page + card(2, "Another Paper Follows")).sightings
    assert "Snake_Case Names [Extended] at \\alpha" == first.title
    assert "The first line ends well-known and the last one here." == first.abstract


def test_a_record_with_id_and_title_needs_no_abstract() -> None:
    """Cards of the day's page have no abstracts and are sightings all the same."""
    dump = read(HEADER + card(1, "A Card Alone") + card(2, "Another Card", "- 3 authors"))
    assert [("2611.00001", None), ("2611.00002", None)] == [
        (paper.arxiv_id, paper.abstract) for paper in dump.sightings
    ]


def test_a_title_with_neither_id_nor_abstract_is_a_reject() -> None:
    """A heading with metadata begins like a record, so it is a reject and not a menu."""
    dump = read(HEADER + card(1, "A Card Alone") + "### A Heading of a Record\n\n- 3 authors\n")
    assert ["a title without an id or an abstract"] == [reject.reason for reject in dump.rejects]


def test_a_cut_abstract_is_dropped() -> None:
    """The record stays, because it has an id, but without the beginning of its abstract."""
    page = (
        HEADER + card(1, "A Whole Record", "Nov 3") + card(2, "A Cut Record", "This abstract " * 9)
    )
    complete, cut = read(page).sightings
    assert (None, "2611.00002") == (cut.abstract, cut.arxiv_id)
    assert "2026-11-03" == complete.published


@pytest.mark.parametrize(
    ("stated", "page_date"),
    [
        ("retrieved: 2024-12-03", "2024-12-02"),
        ("url: https://huggingface.co/papers/date/2025-12-02", "2025-12-02"),
        ("- Captured (UTC): 2023-01-01T00:00:00Z", "2022-12-02"),
        ("nothing: said", "2025-12-02"),
    ],
)
def test_a_stated_day_gives_the_year(stated: str, page_date: str) -> None:
    """The page's year is that of the day stated above it, else that of the file's time."""
    page = f"---\n{stated}\n---\n\n{HEADER}Dec 2\n\n" + card(1, "One Paper of Two")
    assert page_date == read(page + card(2, "Two Papers of Two")).page_date


def test_a_short_abstract_is_a_summary_on_the_trending_page_only() -> None:
    """Only the trending page puts an AI summary in the abstract's place."""
    short = "A short abstract of one sentence that is long enough to be told from a menu."
    page = card(1, "A Paper with a Short Abstract", short, "· Published on Nov 4, 2026")
    (daily, _) = read(HEADER + page.replace("Published on ", "") + card(2, "Another")).sightings
    (trending, _) = read(HEADER + page + card(2, "Another")).sightings
    assert (short, None) == (daily.abstract, daily.summary)
    assert (None, short) == (trending.abstract, trending.summary)


def test_two_cards_of_one_paper_are_one_sighting() -> None:
    """The trending page shows each card twice; the second one fills what the first lacks."""
    first = card(1, "Shown Twice on the Page", "· Published on Nov 4, 2026")
    second = card(
        1,
        "Shown Twice on the Page",
        f"[GitHub 3.29k]({SITE.replace('huggingface.co', 'github.com')}/a/b)",
    )
    (paper,) = read(HEADER + first + second).sightings
    assert ("2026-11-04", 3290) == (paper.published, paper.stars)


def test_other_markdown_is_unreadable() -> None:
    """Notes that mention a paper with a link are not a dump."""
    with pytest.raises(Unreadable, match="not a listing of papers"):
        read("# Notes\n\nWe read [this one](https://arxiv.org/abs/2611.00001) twice.\n\n## More\n")


@pytest.mark.parametrize("end", ["https://github.com/tide/moss", "https://github.com/tide/moss."])
@pytest.mark.parametrize("write", [layouts.numbered_links, layouts.inline_links])
def test_an_address_at_the_end_of_an_abstract_is_a_part_of_it(
    write: Callable[[list[layouts.Paper]], str], end: str
) -> None:
    """Alone on the last line, it hid the abstract, and the record was lost."""
    page = re.sub(r"\saway\.", f"\n{end}", write(PAPERS))
    sightings = read(page).sightings
    assert [paper.title for paper in PAPERS] == [paper.title for paper in sightings]
    assert [paper.arxiv_id for paper in PAPERS] == [paper.arxiv_id for paper in sightings]
    assert {end} == {(paper.abstract or "").rpartition(" ")[2] for paper in sightings}


@pytest.mark.parametrize(
    "wrapping",
    [
        "https://web.archive.org/web/20261120000000/{}",
        "https://nam02.safelinks.protection.outlook.com/?url={}&data=x&reserved=0",
        "https://www.google.com/url?q={}&sa=D",
    ],
)
def test_a_list_of_wrapped_links_is_read(wrapping: str) -> None:
    """A list that passed through a mail filter or an archive names the same papers."""
    rows = (
        f"- [{paper.title}]({wrapping.format(f'https://arxiv.org/abs/{paper.arxiv_id}')})"
        for paper in PAPERS
    )
    assert [paper.arxiv_id for paper in PAPERS] == [
        paper.arxiv_id for paper in read("\n".join(rows)).sightings
    ]


def test_links_to_strangers_are_no_list_of_papers() -> None:
    """Their addresses only contain an id."""
    rows = (f"- [{paper.title}](https://stranger.example/abs/{paper.arxiv_id})" for paper in PAPERS)
    with pytest.raises(Unreadable):
        read("\n".join(rows))


def test_votes_of_a_lost_title_go_to_no_other() -> None:
    """They link to their own paper, and the next title may have no address."""
    votes = f"[12]({SITE}/login?next=%2Fpapers%2F2611.00001)"
    text = (
        f"{HEADER}{votes}\n\n{PAPERS[0].abstract}\n\n### Reeds in the Wind\n\n"
        f"{PAPERS[1].abstract}\n\n* 2 authors\n\nNov 17\n\n" + card(3, "Moss", "It is old. So.")
    )
    reeds = next(paper for paper in read(text).sightings if paper.title == "Reeds in the Wind")
    assert (None, None) == (reeds.arxiv_id, reeds.upvotes)
