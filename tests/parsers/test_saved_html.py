from __future__ import annotations

import io
from datetime import date

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers.listing_page import html_pieces
from tests.support import layouts

PAPERS = layouts.papers(6)


def read(data: bytes | str) -> Dump:
    """The dump in this page, from a file of 21 November 2026."""
    raw = data.encode() if isinstance(data, str) else data
    return parsers.read_dump("page.html", io.BytesIO(raw), date(2026, 11, 21))


def test_records_are_whole_where_the_page_carries_them() -> None:
    """Authors and abstracts stand only in the attribute; its day dates the page."""
    dump = read(layouts.saved_html(PAPERS))
    assert PAPERS[4].authors == tuple(dump.sightings)[4].authors
    assert layouts.PAGE_DAY == dump.page_date
    assert {3} == {one.line for one in dump.sightings}


def test_cards_tell_their_lines() -> None:
    """Each card's sighting has the line where its address first stands."""
    page = layouts.saved_html(PAPERS, carried=False)
    rows = page.split("\n")
    for one in read(page).sightings:
        assert str(one.arxiv_id) in rows[one.line - 1]


def test_damaged_properties_leave_the_cards() -> None:
    """An attribute cut in its middle is not the end of the page."""
    page = layouts.saved_html(PAPERS).replace("&quot;}", "", 3)
    assert [paper.arxiv_id for paper in PAPERS] == [one.arxiv_id for one in read(page).sightings]


def test_an_empty_day_is_a_dump_without_entries() -> None:
    """A listing may say that it is empty; that is no damage."""
    dump = read(layouts.saved_html([]).replace(": []", ":[]"))
    assert (0, layouts.PAGE_DAY) == (dump.entries, dump.page_date)


@pytest.mark.parametrize("charset", ["windows-1251", "gb2312", "shift_jis"])
def test_a_page_may_declare_its_encoding(charset: str) -> None:
    """The page's own word counts where it is not UTF-8."""
    page = layouts.saved_html(PAPERS, carried=False).replace("·", "&middot;")
    title = {"windows-1251": "Весы и гири", "gb2312": "风的地图", "shift_jis": "風の地図"}[charset]
    data = page.replace("utf-8", charset, 1).replace(PAPERS[0].title, title).encode(charset)
    assert title == next(iter(read(data).sightings)).title


def test_other_pages_are_not_listings() -> None:
    """A page of the same site without papers says so."""
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
def test_markup_no_page_has_is_refused(markup: str, reason: str) -> None:
    """What would cost more than its size is not parsed at all."""
    with pytest.raises(Unreadable, match=reason):
        read("<html><body>" + markup)
