"""Reading the mails of Google Scholar alerts."""

from __future__ import annotations

import io
from html import escape
from urllib.parse import quote

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting

ARXIV = "https://arxiv.org/pdf/2611.00001"


def result(
    address: str = ARXIV,
    byline: str = "I Quill, A Vance - arXiv preprint arXiv:2611.00001, 2026",
    *,
    css: str = "gse_alrt_title",
    title: str = "Lanterns: Reading <b>Tide</b> Tables",
) -> str:
    """Return one result in the layout of an alert."""
    href = escape(f"https://scholar.google.com/scholar_url?url={address}&hl=en&sa=X")
    return (
        f'<h3 style="margin:0"><span style="color:#1a0dab">[PDF]</span> <a href="{href}"'
        f' class="{css}" style="x">{title}</a></h3><div style="color:#006621">{byline}</div>'
        f'<div class="{css.replace("title", "sni")}">We read tide tables.</div>\n'
        '<div><a href="https://scholar.google.com/citations?x=1">Save</a></div><br>\n'
    )


def read(*results: str) -> Dump:
    """Return the dump of an alert with these results."""
    page = "<!doctype html><html><body><div>" + "".join(results) + "</div></body></html>"
    return parsers.read_dump("alert.html", io.BytesIO(page.encode()))


def only(*results: str) -> Sighting:
    """Return the only sighting of an alert that has no reject."""
    dump = read(*results)
    assert () == dump.rejects
    (sighting,) = dump.sightings
    return sighting


def test_a_result_is_read() -> None:
    """Title, authors, snippet and the address behind Scholar's own."""
    paper = only(result())
    assert "Lanterns: Reading Tide Tables" == paper.title
    assert ("I Quill", "A Vance") == paper.authors
    assert ("2611.00001", ARXIV) == (paper.arxiv_id, paper.url)
    assert "We read tide tables." == paper.abstract


def test_lines_and_results_stay_together() -> None:
    """Each result has its own line; one without a line takes none from its neighbour."""
    bare = result("https://example.org/b", "").partition("</h3>")[0] + "</h3>"
    dump = read(result(), bare, result("https://arxiv.org/abs/2611.00002", "B Ode - Tides, 2026"))
    assert [1, 3, 3] == [paper.line for paper in dump.sightings]
    assert [("I Quill", "A Vance"), (), ("B Ode",)] == [p.authors for p in dump.sightings]
    assert ["2611.00001", None, "2611.00002"] == [paper.arxiv_id for paper in dump.sightings]


@pytest.mark.parametrize(
    "address",
    [
        quote(ARXIV, safe=""),
        "https://scholar.google.com/scholar_url?url=" + quote(ARXIV, safe=""),
        quote("https://www.google.com/url?q=" + quote(ARXIV, safe=""), safe=""),
    ],
)
def test_a_wrapped_address_is_unwrapped(address: str) -> None:
    """It may be percent-encoded, and wrapped more than once."""
    assert ARXIV == only(result(address)).url


def test_an_address_of_a_stranger_stays_as_it_is() -> None:
    """Only Scholar's own wrapping is known; an id inside another address is none."""
    stranger = "https://evil.example/scholar_url?url=https://arxiv.org/abs/2611.00009"
    paper = only(result(stranger, "I Quill - Journal of Tides, 2026"))
    assert (None, stranger) == (paper.arxiv_id, paper.url)


def test_a_doi_is_read_from_the_address_only() -> None:
    """The line below names journals, and no DOI."""
    paper = only(result("https://doi.org/10.1234/Tides.5", "I Quill… - Journal, 2026"))
    assert ("10.1234/tides.5", ()) == (paper.doi, paper.authors)


def test_a_mail_program_may_rename_the_classes() -> None:
    """Mail programs on the web put a mark before them."""
    assert "2611.00001" == only(result(css="m_-8123456gse_alrt_title")).arxiv_id


def test_a_result_that_cannot_be_completed_is_a_reject() -> None:
    """Two ids, and no address at all."""
    bare = '<h3><span class="gse_alrt_title">Kelp</span></h3><div>A Vance - Books, 1999</div>\n'
    dump = read(result("https://arxiv.org/abs/2611.00002"), bare, result())
    assert ["2611.00001"] == [paper.arxiv_id for paper in dump.sightings]
    assert [
        (1, "a result with two ids, 2611.00002 and 2611.00001"),
        (3, "a result without a title or an address"),
    ] == [(reject.line, reject.reason) for reject in dump.rejects]


def test_a_page_about_alerts_is_no_alert() -> None:
    """The class must stand in a tag."""
    with pytest.raises(Unreadable):
        read("<p>The class is gse_alrt_title, as in class=gse_alrt.</p>")
