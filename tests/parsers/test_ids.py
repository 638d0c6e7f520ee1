"""Reading arXiv ids, DOIs and web addresses out of fields."""

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
    ("hep-th/9900001", "hep-th/9900001"),
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
    ("https://arxiv.org/abs/arXiv:2606.00683v1", "2606.00683"),
    ("//arxiv.org/abs/2606.00683", "2606.00683"),
    ("http://xxx.lanl.gov/abs/cs/0601001", "cs/0601001"),
    ("https://cn.arxiv.org/pdf/1412.9999v2", "1412.9999"),
    ("https://www.huggingface.co/papers/2606.00683", "2606.00683"),
    ("https://hf-mirror.com/papers/2606.00683", "2606.00683"),
    ("https://www.alphaxiv.org/overview/2606.00683", "2606.00683"),
]


@pytest.mark.parametrize(("written", "expected"), ARXIV)
def test_an_arxiv_id_is_read_in_every_form_of_a_field(written: str, expected: str) -> None:
    """The result has no version, subject class, address or resolver."""
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
        "2613.00683",
        "2600.00683",
        "2606.0068",
        "1412.00683",
        "0703.0068",
        "math/031313",
        "hep-thx/9901001",
        "https://stranger.example/arxiv.org/abs/2606.00683",
        "https://arxiv.org.stranger.example/abs/2606.00683",
    ],
)
def test_other_text_gives_no_arxiv_id(written: str) -> None:
    """Nor do impossible months and lengths, prose, other sites and digits of other scripts."""
    assert ids.arxiv_id(written) is None


def test_a_cited_id_is_read_inside_a_text() -> None:
    """Only if the text marks it as an id of arXiv."""
    assert "2606.00683" == ids.cited_arxiv_id("arXiv preprint arXiv:2606.00683v2, 2026")
    assert ids.cited_arxiv_id("Notes on 2606.00683") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10.1000/ABC.1", "10.1000/abc.1"),
        ("doi: 10.1000/abc", "10.1000/abc"),
        ("https://dx.doi.org/10.1000%2FABC?x=1", "10.1000/abc"),
        ("https://dl.example.org/doi/pdf/10.1000/abc", "10.1000/abc"),
        ("10.48550/arXiv.2606.00683", None),
        ("https://doi.org/", None),
        ("10.1000/a\x1b[31mb", None),
        ("https://doi.org/10.1000/a%1Bb", None),
        ("10.1000/a\x9bb", None),
        ("10.1000/a\u202eb", None),
        ("https://doi.org/10.1000/a%E2%80%AEb", None),
        ("https://doi.org/10.1000/a%20b", None),
        ("10.1/abc", None),
        ("a paper (10.1000/abc)", None),
    ],
)
def test_a_doi_is_in_lower_case_and_not_arxivs(written: str, expected: str | None) -> None:
    """The resolver is removed; a DOI that arXiv gave is read as an arXiv id instead."""
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
def test_an_unsafe_address_gives_none(written: str) -> None:
    """Unsafe are other schemes, a missing host, blanks, markup and control characters."""
    assert ids.address(written) is None


def test_a_safe_address_stays_as_it_is() -> None:
    """Only blanks at both ends are removed."""
    assert "HTTPS://example.org/a?b=c#d" == ids.address(" HTTPS://example.org/a?b=c#d\n")


@given(st.text())
def test_reading_a_result_again_gives_the_same_result(written: str) -> None:
    """An id, DOI or address that was read from any text is itself valid."""
    for parse in (ids.arxiv_id, ids.doi, ids.address):
        result = parse(written)
        assert result is None or result == parse(result)


@given(st.from_regex(r"(1[5-9]|[2-9][0-9])(0[1-9]|1[0-2])\.[0-9]{5}(v[0-9]{1,2})?", fullmatch=True))
def test_every_address_of_a_paper_gives_the_same_id(written: str) -> None:
    """The site and the version make no difference."""
    sites = ("", "arXiv:", "https://arxiv.org/abs/", "https://huggingface.co/papers/")
    assert {written[:10]} == {ids.arxiv_id(site + written) for site in sites}
