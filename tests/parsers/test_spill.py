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


@given(found=SIGHTINGS, held=st.integers(0, 9), batch=st.integers(1, 4))
def test_what_was_put_aside_comes_back(found: list[Sighting], held: int, batch: int) -> None:
    """However many are held: the same records in their order, their number, and as a view."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spill, "HELD", held)
        patch.setattr(spill, "_BATCH", batch)
        kept = spill.collected(iter(found), Sighting, io.BytesIO)
    assert (len(found), found) == (len(kept), list(kept))
    assert isinstance(kept, tuple) == (len(found) <= held)
    titles = spill.each(spill.each(kept, lambda one: one.title), str.upper)
    assert [one.title.upper() for one in found] == list(titles)
    assert all(one.title.upper() in titles for one in found)


def test_two_looks_at_once_do_not_disturb_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each goes its own way through the file."""
    monkeypatch.setattr(spill, "HELD", 0)
    monkeypatch.setattr(spill, "_BATCH", 2)
    found = [Sighting(title=str(number)) for number in range(7)]
    kept = spill.collected(found, Sighting, io.BytesIO)
    assert [*zip(found, found, strict=True)] == [*zip(kept, kept, strict=True)]


@settings(deadline=None)
@given(layout=st.sampled_from(sorted(layouts.WRITERS)))
def test_a_large_dump_is_read_like_a_small_one(layout: str) -> None:
    """Whatever its layout: how many records memory holds makes no difference."""
    data = layouts.WRITERS[layout](layouts.papers(30))
    small = parsers.read_dump("page", io.BytesIO(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spill, "HELD", 5)
        large = parsers.read_dump("page", io.BytesIO(data))
    assert (small.entries, tuple(small.sightings)) == (large.entries, tuple(large.sightings))
    assert (small.rejects, small.page_date, small.source, small.evidence) == (
        large.rejects, large.page_date, large.source, large.evidence,
    )  # fmt: skip
