"""The invented papers of the benchmarks are varied, repeatable and read back whole."""

from __future__ import annotations

import datetime
import io
import subprocess
import sys
from pathlib import Path

from benchmarks import corpus
from digest import parsers, text
from digest.model.papers import Dump


def _read(page: str) -> Dump:
    return parsers.read_dump("page", io.BytesIO(page.encode()))


def test_no_two_papers_share_a_title_id_or_abstract() -> None:
    """Titles, arXiv ids and abstracts are unique, also across ranges far apart."""
    papers = [*corpus.papers(3000), *corpus.papers(3000, start=1_000_000)]
    for field in ("title", "arxiv_id", "abstract"):
        assert 6000 == len({getattr(paper, field) for paper in papers}), field


def test_a_paper_depends_on_its_number_and_seed_alone() -> None:
    """Ranges that overlap have the same papers, and another seed gives other papers."""
    assert list(corpus.papers(10, start=5)) == list(corpus.papers(20))[5:15]
    assert corpus.paper(3).abstract != corpus.paper(3, seed=1).abstract


def test_abstracts_have_the_length_of_real_ones() -> None:
    """The mean is near 1,630 characters, as on the real listing."""
    lengths = [len(paper.abstract) for paper in corpus.papers(500)]
    assert 1580 < sum(lengths) / 500 < 1680


def test_three_abstracts_in_ten_have_damaged_tex() -> None:
    """The share is that of the real listing, and the other abstracts need no mending."""
    abstracts = [paper.abstract for paper in corpus.papers(500)]
    damaged = [abstract for abstract in abstracts if text.mend(abstract).text != abstract]
    assert 0.25 < len(damaged) / len(abstracts) < 0.35


def test_the_plain_page_reads_back() -> None:
    """Every field of the layout comes back, and records without metadata have none."""
    papers = list(corpus.papers(200, start=400 * 366 - 100))  # over a turn of the year
    day = papers[-1].published
    dump = _read("".join(corpus.plain_text(papers, day)))
    assert () == dump.rejects
    assert [(p.title, p.abstract) for p in papers] == [
        (s.title, s.abstract) for s in dump.sightings
    ]
    for paper, sighting in zip(papers, dump.sightings, strict=True):
        assert (paper.number % 3 == 1) == (sighting.published_text is None)
        if sighting.published_text:
            organization = sighting.organization
            names = (organization.slug, organization.name) if organization else None
            assert (paper.organization, paper.comments or None) == (names, sighting.comments)


def test_the_api_answer_reads_back() -> None:
    """Ids, titles, authors, votes, comments and days come back."""
    papers = list(corpus.papers(50))
    dump = _read(corpus.api_json(papers, datetime.date(2020, 1, 2)))
    expected = [
        (p.arxiv_id, p.title, p.authors, p.upvotes, p.comments, str(p.published)) for p in papers
    ]
    assert expected == [
        (s.arxiv_id, s.title, s.authors, s.upvotes, s.comments, s.published) for s in dump.sightings
    ]


def test_the_command_prints_the_page_of_the_functions() -> None:
    """`python -m benchmarks.corpus` gives the same page in another process."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.corpus", "7", "--start", "3", "--day", "2020-01-02"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    page = corpus.plain_text(corpus.papers(7, start=3), datetime.date(2020, 1, 2))
    assert "".join(page) == run.stdout.decode()
