from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import reading
from digest.model.papers import Organization, Sighting
from digest.reading import aside
from tests import layouts

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
        patch.setattr(aside, "HELD", held)
        patch.setattr(aside, "_BATCH", batch)
        kept = aside.collected(iter(found), Sighting, io.BytesIO)
    assert (len(found), found) == (len(kept), list(kept))
    assert isinstance(kept, tuple) == (len(found) <= held)
    titles = aside.each(aside.each(kept, lambda one: one.title), str.upper)
    assert [one.title.upper() for one in found] == list(titles)
    assert all(one.title.upper() in titles for one in found)


def test_two_looks_at_once_do_not_disturb_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each goes its own way through the file."""
    monkeypatch.setattr(aside, "HELD", 0)
    monkeypatch.setattr(aside, "_BATCH", 2)
    found = [Sighting(title=str(number)) for number in range(7)]
    kept = aside.collected(found, Sighting, io.BytesIO)
    assert [*zip(found, found, strict=True)] == [*zip(kept, kept, strict=True)]


@settings(deadline=None)
@given(layout=st.sampled_from(sorted(layouts.WRITERS)))
def test_a_large_dump_is_read_like_a_small_one(layout: str) -> None:
    """Whatever its layout: how many records memory holds makes no difference."""
    data = layouts.WRITERS[layout](layouts.papers(30))
    small = reading.read("page", io.BytesIO(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aside, "HELD", 5)
        large = reading.read("page", io.BytesIO(data))
    assert (small.entries, tuple(small.sightings)) == (large.entries, tuple(large.sightings))
    assert (small.rejects, small.page_date, small.source, small.witness) == (
        large.rejects, large.page_date, large.source, large.witness,
    )  # fmt: skip
