from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.parsers.fields import ids

ARXIV = [
    ("2606.00683v2", "2606.00683"),
    (" 0704.0001 ", "0704.0001"),
    ("arXiv:2606.00683 [cs.CL]", "2606.00683"),
    ("arXiv:astro-ph/0601001v1", "astro-ph/0601001"),
    ("math.GT/0309136", "math/0309136"),
    ("oai:arXiv.org:hep-th/9901001", "hep-th/9901001"),
    ("https://arxiv.org/abs/2606.00683v1", "2606.00683"),
    ("http://export.arxiv.org/abs/cs/0601001", "cs/0601001"),
    ("https://arxiv.org/pdf/2606.00683v3.pdf", "2606.00683"),
    ("https://arxiv.org/html/2606.00683v3#S1", "2606.00683"),
    ("https://huggingface.co/papers/2606.00683#community", "2606.00683"),
    ("hf.co/papers/2606.00683", "2606.00683"),
    ("https://www.alphaxiv.org/abs/2606.00683v1", "2606.00683"),
    ("https://papers.cool/arxiv/2606.00683", "2606.00683"),
    ("https://ar5iv.labs.arxiv.org/html/2606.00683", "2606.00683"),
    ("https://ar5iv.org/abs/2606.00683", "2606.00683"),
    ("https://doi.org/10.48550/arXiv.2606.00683", "2606.00683"),
    ("10.48550/ARXIV.MATH/0309136", "math/0309136"),
]


@pytest.mark.parametrize(("written", "expected"), ARXIV)
def test_an_arxiv_id_is_found(written: str, expected: str) -> None:
    """In every form a field can have it, without version, class or resolver."""
    assert expected == ids.arxiv_id(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2606.006833",
        "12606.00683",
        "see 2606.00683",
        "issues/1234567",
        "https://huggingface.co/papers/date/2026-11-19",
        "https://papers.cool/arxiv/cs.AI",
        "https://example.org/?to=https://arxiv.org/abs/2606.00683",
        "https://notarxiv.org/abs/2606.00683",
        "10.1000/182",
        "٢٦٠٦.٠٠٦٨٣",
    ],
)
def test_other_text_is_no_arxiv_id(written: str) -> None:
    """Longer numbers, prose, other sites and look-alikes give none."""
    assert ids.arxiv_id(written) is None


def test_a_cited_id_is_found_inside_a_text() -> None:
    """Only where the reference says that it is arXiv's."""
    assert "2606.00683" == ids.cited("arXiv preprint arXiv:2606.00683v2, 2026")
    assert ids.cited("Notes on 2606.00683") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10.1000/ABC.1", "10.1000/abc.1"),
        ("doi: 10.1000/abc", "10.1000/abc"),
        ("https://dx.doi.org/10.1000%2FABC?x=1", "10.1000/abc"),
        ("https://dl.example.org/doi/pdf/10.1000/abc", "10.1000/abc"),
        ("10.48550/arXiv.2606.00683", None),
        ("https://doi.org/", None),
        ("10.1/abc", None),
        ("a paper (10.1000/abc)", None),
    ],
)
def test_a_doi_is_lower_case_and_never_arxivs(written: str, expected: str | None) -> None:
    """Without resolver; arXiv's own DOIs are arXiv ids."""
    assert expected == ids.doi(written)


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///path",
        "https://example.org/a b",
        "https://example.org/<b>",
        'https://example.org/"onclick="',
        "https://example.org/\x07",
        "//example.org/",
    ],
)
def test_a_harmful_address_is_none(written: str) -> None:
    """Other schemes, blanks, markup and control characters are refused."""
    assert ids.address(written) is None


def test_an_address_stays_as_it_is() -> None:
    """Only blanks around it go."""
    assert "HTTPS://example.org/a?b=c#d" == ids.address(" HTTPS://example.org/a?b=c#d\n")


@given(st.text())
def test_any_text_gives_an_id_that_gives_itself(written: str) -> None:
    """Reading an id again changes nothing."""
    for form in (ids.arxiv_id, ids.doi, ids.address):
        found = form(written)
        assert found is None or found == form(found)


@given(st.from_regex(r"[0-9]{4}\.[0-9]{5}(v[0-9]{1,2})?", fullmatch=True))
def test_every_address_of_a_paper_gives_the_same_id(written: str) -> None:
    """Whatever the site and version."""
    sites = ("", "arXiv:", "https://arxiv.org/abs/", "https://huggingface.co/papers/")
    assert {written[:10]} == {ids.arxiv_id(site + written) for site in sites}
