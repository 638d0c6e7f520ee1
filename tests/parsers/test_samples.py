"""The sample dumps: what a newcomer's first issue is made of."""

from __future__ import annotations

import pytest

from digest import parsers
from digest.model.papers import Dump
from digest.settings import resources

SAMPLES = sorted((resources.shipped("config") / "samples").glob("*.txt"))


@pytest.fixture(scope="module")
def dumps() -> list[Dump]:
    """All of them, in the order of their days."""
    read = []
    for path in SAMPLES:
        with path.open("rb") as stream:
            read.append(parsers.read(path.name, stream))
    return read


def test_every_record_is_read(dumps: list[Dump]) -> None:
    """Three days, nothing rejected, each dated by its page."""
    assert [14, 15, 17] == [len(dump.sightings) for dump in dumps]
    assert [(), (), ()] == [dump.rejects for dump in dumps]
    assert ["2026-11-18", "2026-11-19", "2026-11-20"] == [dump.page_date for dump in dumps]


def test_the_days_overlap(dumps: list[Dump]) -> None:
    """36 papers; each page repeats five of the days before, word for word."""
    words = [{(paper.title, paper.abstract) for paper in dump.sightings} for dump in dumps]
    assert 36 == len(set().union(*words))
    assert 5 == len(words[1] & words[0])
    assert 5 == len(words[2] & (words[0] | words[1]))


def test_the_layout_is_shown_in_full(dumps: list[Dump]) -> None:
    """Votes, comments, organisations, a record without metadata, a straggler of another year."""
    papers = [paper for dump in dumps for paper in dump.sightings]
    assert any(paper.upvotes for paper in papers)
    assert any(paper.comments for paper in papers)
    assert any(paper.organization and paper.n_authors is None for paper in papers)
    assert 2 == sum(paper.published_text is None for paper in papers)
    assert ["2025-09-30"] == [
        paper.published for paper in papers if not (paper.published or "2026").startswith("2026")
    ]


def test_abstracts_are_whole_and_show_lost_tex(dumps: list[Dump]) -> None:
    """Realistic lengths, closed sentences, and some of what the page loses."""
    abstracts = [paper.abstract or "" for dump in dumps for paper in dump.sightings]
    assert all(600 <= len(abstract) <= 1200 and abstract.endswith(".") for abstract in abstracts)
    for lost in ("4times fewer", r"71.3\%", "pm 1.3", "sim6times", "2circ", "10^{3}"):
        assert any(lost in abstract for abstract in abstracts), lost
