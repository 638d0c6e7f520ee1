"""Records that are kept in a file instead of in memory."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.model.papers import Organization, Sighting
from digest.parsers.input import spill
from tests.support import layouts

SIGHTINGS = st.lists(
    st.builds(
        Sighting,
        title=st.text(st.characters(exclude_categories=["Cs"])),
        abstract=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        authors=st.lists(st.sampled_from(["Ida Quill", "Ole Ferry"])).map(tuple),
        organization=st.none() | st.just(Organization("kelp", "Kelp Laboratory")),
        upvotes=st.none() | st.integers(0, 1 << 52),
        line=st.integers(1, 1 << 31),
    ),
    max_size=9,
)


@given(sightings=SIGHTINGS, in_memory=st.integers(0, 9), batch=st.integers(1, 4))
def test_spilled_records_come_back_in_order(
    sightings: list[Sighting], in_memory: int, batch: int
) -> None:
    """The records, their number and their conversions are the same, whatever the limits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spill, "MAX_IN_MEMORY", in_memory)
        patch.setattr(spill, "_BATCH_RECORDS", batch)
        collected = spill.collect(iter(sightings), Sighting, io.BytesIO)
    assert (len(sightings), sightings) == (len(collected), list(collected))
    assert isinstance(collected, tuple) == (len(sightings) <= in_memory)
    titles = spill.map_records(
        spill.map_records(collected, lambda sighting: sighting.title), str.upper
    )
    expected = [sighting.title.upper() for sighting in sightings]
    assert expected == list(titles)
    assert all(title in titles for title in expected)


def test_two_iterations_at_once_do_not_disturb_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read the same file, each from its own position."""
    monkeypatch.setattr(spill, "MAX_IN_MEMORY", 0)
    monkeypatch.setattr(spill, "_BATCH_RECORDS", 2)
    sightings = [Sighting(title=str(number)) for number in range(7)]
    collected = spill.collect(sightings, Sighting, io.BytesIO)
    expected = [*zip(sightings, sightings, strict=True)]
    assert expected == [*zip(collected, collected, strict=True)]


@settings(deadline=None)
@given(layout=st.sampled_from(sorted(layouts.WRITERS)))
def test_a_spilled_dump_equals_one_in_memory(layout: str) -> None:
    """In every layout: how many records stay in memory makes no difference."""
    data = layouts.WRITERS[layout](layouts.papers(30))
    in_memory = parsers.read_dump("page", io.BytesIO(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spill, "MAX_IN_MEMORY", 5)
        spilled = parsers.read_dump("page", io.BytesIO(data))
    assert (in_memory.entries, tuple(in_memory.sightings)) == (
        spilled.entries, tuple(spilled.sightings),
    )  # fmt: skip
    assert (in_memory.rejects, in_memory.page_date, in_memory.source, in_memory.evidence) == (
        spilled.rejects, spilled.page_date, spilled.source, spilled.evidence,
    )  # fmt: skip
