"""The invented papers that benchmarks run on."""

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


def test_papers_are_unique() -> None:
    """No title, arXiv id or abstract comes twice, whatever the range."""
    papers = [*corpus.papers(3000), *corpus.papers(3000, start=1_000_000)]
    for field in ("title", "arxiv_id", "abstract"):
        assert 6000 == len({getattr(paper, field) for paper in papers}), field


def test_a_paper_depends_on_its_number_and_seed_alone() -> None:
    """Ranges that overlap share papers; another seed writes others."""
    assert list(corpus.papers(10, start=5)) == list(corpus.papers(20))[5:15]
    assert corpus.paper(3).abstract != corpus.paper(3, seed=1).abstract


def test_abstracts_have_the_usual_length() -> None:
    """1,630 characters in the mean, as on the real listing."""
    lengths = [len(paper.abstract) for paper in corpus.papers(500)]
    assert 1580 < sum(lengths) / 500 < 1680


def test_three_abstracts_in_ten_lost_their_tex() -> None:
    """As on the real listing; the others have nothing to mend."""
    abstracts = [paper.abstract for paper in corpus.papers(500)]
    lossy = [one for one in abstracts if text.mend(one).text != one]
    assert 0.25 < len(lossy) / len(abstracts) < 0.35


def test_the_plain_page_reads_back() -> None:
    """Every field the layout has survives; records without metadata stay without."""
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
            shown = (organization.slug, organization.name) if organization else None
            assert (paper.organization, paper.comments or None) == (shown, sighting.comments)


def test_the_api_answer_reads_back() -> None:
    """Ids, authors, votes, comments and days survive."""
    papers = list(corpus.papers(50))
    dump = _read(corpus.api_json(papers, datetime.date(2020, 1, 2)))
    wanted = [
        (p.arxiv_id, p.title, p.authors, p.upvotes, p.comments, str(p.published)) for p in papers
    ]
    assert wanted == [
        (s.arxiv_id, s.title, s.authors, s.upvotes, s.comments, s.published) for s in dump.sightings
    ]


def test_the_command_writes_a_page() -> None:
    """`python -m benchmarks.corpus` gives the same page as the functions, in any process."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.corpus", "7", "--start", "3", "--day", "2020-01-02"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    page = corpus.plain_text(corpus.papers(7, start=3), datetime.date(2020, 1, 2))
    assert "".join(page) == run.stdout.decode()
