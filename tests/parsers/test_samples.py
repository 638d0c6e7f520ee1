"""The shipped sample dumps, of which a newcomer's first issue is made, are read whole."""

from __future__ import annotations

import pytest

from digest import parsers
from digest.model.papers import Dump
from digest.settings import resources

SAMPLES = sorted((resources.shipped("config") / "samples").glob("*.txt"))


@pytest.fixture(scope="module")
def dumps() -> list[Dump]:
    """Read all sample dumps in the order of their days."""
    samples = []
    for path in SAMPLES:
        with path.open("rb") as stream:
            samples.append(parsers.read_dump(path.name, stream))
    return samples


def test_every_record_of_the_samples_is_read(dumps: list[Dump]) -> None:
    """There are three days, nothing is rejected, and each dump is dated by its page."""
    assert [14, 15, 17] == [len(dump.sightings) for dump in dumps]
    assert [(), (), ()] == [dump.rejects for dump in dumps]
    assert ["2026-11-18", "2026-11-19", "2026-11-20"] == [dump.page_date for dump in dumps]


def test_the_days_of_the_samples_overlap(dumps: list[Dump]) -> None:
    """There are 36 papers, and each page repeats five of earlier days word for word."""
    pages = [{(paper.title, paper.abstract) for paper in dump.sightings} for dump in dumps]
    assert 36 == len(set().union(*pages))
    assert 5 == len(pages[1] & pages[0])
    assert 5 == len(pages[2] & (pages[0] | pages[1]))


def test_the_samples_have_every_feature_of_the_layout(dumps: list[Dump]) -> None:
    """There are votes, comments, organisations, records without metadata and an older paper."""
    papers = [paper for dump in dumps for paper in dump.sightings]
    assert any(paper.upvotes for paper in papers)
    assert any(paper.comments for paper in papers)
    assert any(paper.organization and paper.n_authors is None for paper in papers)
    assert 2 == sum(paper.published_text is None for paper in papers)
    assert ["2025-09-30"] == [
        paper.published for paper in papers if not (paper.published or "2026").startswith("2026")
    ]


def test_abstracts_of_the_samples_are_complete_and_have_damaged_tex(dumps: list[Dump]) -> None:
    """Abstracts have realistic lengths, end with a full stop, and show TeX as the page loses it."""
    abstracts = [paper.abstract or "" for dump in dumps for paper in dump.sightings]
    assert all(600 <= len(abstract) <= 1200 and abstract.endswith(".") for abstract in abstracts)
    for damaged in ("4times fewer", r"71.3\%", "pm 1.3", "sim6times", "2circ", "10^{3}"):
        assert any(damaged in abstract for abstract in abstracts), damaged
