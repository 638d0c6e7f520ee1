"""Saved pages of the listing are read by their JSON or by their cards."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers.listing_page import html_pieces
from tests.support import layouts

PAPERS = layouts.papers(6)


def read(data: bytes | str) -> Dump:
    """Read this page as a file of 21 November 2026."""
    raw = data.encode() if isinstance(data, str) else data
    return parsers.read_dump("page.html", io.BytesIO(raw), date(2026, 11, 21))


def test_the_json_of_a_page_gives_complete_records() -> None:
    """The page's JSON gives the authors, the line of all records, and the page date."""
    dump = read(layouts.saved_html(PAPERS))
    assert PAPERS[4].authors == tuple(dump.sightings)[4].authors
    assert layouts.PAGE_DAY == dump.page_date
    assert {3} == {paper.line for paper in dump.sightings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_each_card_has_its_own_line(encoding: str) -> None:
    """The line of a sighting is the one where its address first stands."""
    page = layouts.saved_html(PAPERS, carried=False)
    rows = page.split("\n")
    for paper in read(page.encode(encoding)).sightings:
        assert str(paper.arxiv_id) in rows[paper.line - 1]


@pytest.mark.parametrize("damage", ["&quot;}", "&quot;:", "{", "&quot;paper&quot;:"])
def test_entries_that_are_damaged_in_the_json_are_read_by_their_cards(damage: str) -> None:
    """The JSON gives the whole entries with their authors, and the cards the others."""
    begin, _, entries = layouts.saved_html(PAPERS).partition("&quot;paper&quot;")
    page = begin + "&quot;paper&quot;" + entries.replace(damage, "", 1)
    dump = read(page)
    assert [paper.arxiv_id for paper in PAPERS] == [paper.arxiv_id for paper in dump.sightings]
    assert not dump.rejects
    assert [paper.authors for paper in PAPERS[2:]] == [
        paper.authors for paper in tuple(dump.sightings)[2:]
    ]


@pytest.mark.parametrize("damage", ["&quot;}", "&quot;:", "{", ","])
def test_damage_in_the_json_of_a_page_without_cards_changes_no_other_entry(damage: str) -> None:
    """The damaged entry is a reject, and the others are read as from a whole page."""
    page = re.sub("(?s)<article.*</article>", "", layouts.saved_html(PAPERS))
    whole = tuple(read(page).sightings)
    begin, paper, entries = page.partition(f"&quot;{PAPERS[2].arxiv_id}&quot;")
    dump = read(begin + paper + entries.replace(damage, "", 1))
    assert [*whole[:2], *whole[3:]] == list(dump.sightings)
    assert 1 == len(dump.rejects)


def test_a_page_that_is_cut_in_its_json_keeps_the_entries_above() -> None:
    """The entry in which the page ends is a reject."""
    page = layouts.saved_html(PAPERS)
    whole = tuple(read(page).sightings)
    dump = read(page[: page.index(f"&quot;{PAPERS[2].arxiv_id}&quot;") + 60])
    assert list(whole[:2]) == list(dump.sightings)
    assert 1 == len(dump.rejects)


def test_an_empty_day_is_a_dump_without_entries() -> None:
    """A page that says it has no papers is not damaged."""
    dump = read(layouts.saved_html([]).replace(": []", ":[]"))
    assert (0, layouts.PAGE_DAY) == (dump.entries, dump.page_date)


@pytest.mark.parametrize("charset", ["windows-1251", "gb2312", "shift_jis"])
def test_the_declared_encoding_of_a_page_counts(charset: str) -> None:
    """A page that is not UTF-8 is decoded as its ``<meta>`` says."""
    page = layouts.saved_html(PAPERS, carried=False).replace("·", "&middot;")
    title = {"windows-1251": "Весы и гири", "gb2312": "风的地图", "shift_jis": "風の地図"}[charset]
    data = page.replace("utf-8", charset, 1).replace(PAPERS[0].title, title).encode(charset)
    assert title == next(iter(read(data).sightings)).title


def test_another_page_of_the_site_is_unreadable() -> None:
    """A page without papers raises `Unreadable`."""
    page = '<!doctype html><html><body><div data-props="{&quot;a&quot;:1}"><h1>Spaces</h1></div>'
    with pytest.raises(Unreadable, match="not a listing of papers"):
        read(page)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<p>" * (html_pieces.MAX_TAGS + 1), "tags"),
        ("<div>" * (html_pieces.MAX_UNCLOSED + 1), "left open"),
        ("<a " + "x=1 " * 5000 + ">", "attributes"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_markup_too_costly_to_parse_is_unreadable(markup: str, reason: str, encoding: str) -> None:
    """Too many tags, open tags or attributes raise `Unreadable` before anything is parsed."""
    with pytest.raises(Unreadable, match=reason):
        read(("<html><body>" + markup).encode(encoding))


def test_a_heading_that_is_not_closed_hides_no_card() -> None:
    """The cards after it stand inside it, and are read as they are."""
    cards = "".join(
        f'<article><h3><a href="/papers/2611.0000{n}">Kelp at Low Tide {n}</a></h3>'
        f"<p>We measure the kelp in {n} seas. It is long and does well in all of them.</p>"
        "</article>"
        for n in range(1, 5)
    )
    page = f"<!doctype html><html><body><h1>Daily Papers</h1>{cards}</body></html>"
    whole = read(page)
    damaged = read(page.replace("Kelp at Low Tide 2</a></h3>", "Kelp at Low Tide 2</a>"))
    assert [paper.title for paper in whole.sightings] == [p.title for p in damaged.sightings]
    assert list(whole.sightings)[2:] == list(damaged.sightings)[2:]
