"""Files that end inside a record, as a copy does that was not finished."""

from __future__ import annotations

import pytest

from digest.errors import Unreadable
from tests.fuzz import baseline, layouts, seeds

FEW, MANY = 16, 240  # places at which each file is cut, evenly over its second half
# Lines without an end of a record, and cards in which any text may be the last.
_SILENT = {
    "labelled_text", "linked_text", "arxiv_listing", "arxiv_mail", "scholar_alert",
}  # fmt: skip
_SHOWING = [layout.name for layout in layouts.LAYOUTS if layout.format_name not in _SILENT]


def written(layout_name: str) -> bytes:
    """Return an undamaged file of a layout."""
    return seeds.document(layout_name).data.replace(b"$charset", b"utf-8")


def shows_its_cut(data: bytes) -> bool:
    """Return whether a file is seen to be cut, or cannot be read at all."""
    try:
        return baseline.read(data).is_cut
    except Unreadable:
        return True


@pytest.mark.parametrize("layout", layouts.BY_NAME)
def test_a_whole_file_is_not_cut(layout: str) -> None:
    """Whatever its format."""
    assert not baseline.read(written(layout)).is_cut


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
@pytest.mark.parametrize("layout", _SHOWING)
def test_a_file_cut_anywhere_in_its_second_half_shows_it(layout: str, count: int) -> None:
    """Three in four places at least: a cut between two records is none to see in some formats."""
    whole, end = written(layout), len(layouts.BY_NAME[layout].tail.encode())
    half, last = len(whole) // 2, len(whole) - end - 1
    places = [half + (last - half) * part // count for part in range(count)]
    seen = sum(shows_its_cut(whole[:place]) for place in places)
    assert seen >= count * 3 // 4
