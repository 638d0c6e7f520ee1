"""Addresses built from identifiers lead to the paper, whatever the identifier holds."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text import links


@pytest.mark.parametrize(
    ("doi", "path"),
    [
        ("10.5555/a#b?c%d", "10.5555/a%23b%3Fc%25d"),
        ("10.5555/lamps.2026-11_(2)", "10.5555/lamps.2026-11_(2)"),
        ("10.5555/(sici)1-2(1999)55:11<1::aid>3.0.co;2-w",
         "10.5555/(sici)1-2(1999)55:11%3C1::aid%3E3.0.co;2-w"),
        ("10.5555/laternen süd", "10.5555/laternen%20s%C3%BCd"),
        ("10.5555/half \ud800", "10.5555/half%20"),
    ],
)  # fmt: skip
def test_a_doi_is_encoded_only_where_a_path_demands_it(doi: str, path: str) -> None:
    """RFC 3986, section 3.3: ``#``, ``?`` and ``%`` would end or change the path."""
    assert f"https://doi.org/{path}" == links.doi_page(doi)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_an_encoded_doi_decodes_to_itself(doi: str) -> None:
    """The resolver gets the whole DOI as the path, with no query and no fragment."""
    parts = urlsplit(links.doi_page(doi))
    assert (f"/{doi}", "", "") == (unquote(parts.path), parts.query, parts.fragment)


def test_arxiv_addresses_bear_the_id_as_it_is() -> None:
    """New and old ids need no encoding."""
    assert "https://arxiv.org/abs/2611.00001" == links.arxiv_page("2611.00001")
    assert "https://arxiv.org/pdf/math/0309136" == links.arxiv_pdf("math/0309136")


@pytest.mark.parametrize(
    ("arxiv_id", "doi", "expected"),
    [
        ("2611.00001", "10.5555/a", "https://arxiv.org/abs/2611.00001"),
        (None, "10.5555/a", "https://doi.org/10.5555/a"),
        (None, None, None),
    ],
)
def test_arxiv_comes_before_the_doi(
    arxiv_id: str | None, doi: str | None, expected: str | None
) -> None:
    """The arXiv page can be read by everybody."""
    assert expected == links.identifier_page(arxiv_id, doi)


def test_a_title_search_is_known_from_a_papers_page() -> None:
    """A page tells readers that a title leads to a search only where it does."""
    search = links.title_search("Lamps & Moss?")
    assert "https://huggingface.co/papers?q=Lamps%20%26%20Moss%3F" == search
    assert (True, False) == (links.is_title_search(search), links.is_listing_page(search))
    page = "https://huggingface.co/papers/2611.00001"
    assert (False, True) == (links.is_title_search(page), links.is_listing_page(page))
