"""Papers that were moved to another topic: a correction follows its paper through merges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.model.topics import Correction
from digest.storage.ledger import Ledger
from tests.support.builders import dump, ledger, sighting, take_in

EARLY = Correction("vision", "Vision", "2026-11-22T10:00:00+01:00")
# An hour later, although its text sorts before the other: the clocks were set back.
LATE = Correction("audio", "Audio", "2026-11-22T09:30:00-01:00")
ID = "2611.00001"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger with two papers, one with a title alone and one with an id too."""
    with closing(ledger(tmp_path, "daily")) as new:
        take_in(new, dump(sighting("First Title"), sighting("Second Title", arxiv_id=ID)))
        yield new


def unite(opened: Ledger) -> None:
    """Take in what shows that the second paper is the first."""
    take_in(opened, dump(sighting("First Title", arxiv_id=ID)))
    assert [1] == opened.papers.look_up([f"arxiv:{ID}"]).by_key[f"arxiv:{ID}"]


def test_a_correction_is_replaced_and_taken_back(opened: Ledger) -> None:
    """There is one for a paper at most."""
    opened.moved_papers.move(1, EARLY)
    opened.moved_papers.move(2, EARLY)
    opened.moved_papers.move(1, LATE)
    assert [(2, EARLY), (1, LATE)] == [*opened.moved_papers.by_paper().items()]
    assert opened.moved_papers.take_back(1)
    assert not opened.moved_papers.take_back(1)
    assert {2: EARLY} == opened.moved_papers.by_paper()


@pytest.mark.parametrize(("first", "second"), [(EARLY, LATE), (LATE, EARLY)])
def test_the_later_of_two_corrections_holds(
    opened: Ledger, first: Correction, second: Correction
) -> None:
    """Of papers that became one; by their moments, not by their text. Both are taken back."""
    opened.moved_papers.move(1, first)
    opened.moved_papers.move(2, second)
    unite(opened)
    assert {1: LATE} == opened.moved_papers.by_paper()
    guids = opened.moved_papers.by_guid()
    assert (2, {LATE}) == (len(guids), set(guids.values()))
    assert opened.moved_papers.take_back(1)
    assert ({}, {}) == (opened.moved_papers.by_paper(), opened.moved_papers.by_guid())


@pytest.mark.parametrize("moved", [1, 2])
def test_a_correction_follows_its_paper(opened: Ledger, moved: int) -> None:
    """Whichever of the two was moved; a later correction of the one replaces it."""
    opened.moved_papers.move(moved, EARLY)
    assert [EARLY] == list(opened.moved_papers.by_guid().values())
    unite(opened)
    assert [EARLY, EARLY] == list(opened.moved_papers.by_guid().values())
    opened.moved_papers.move(1, LATE)
    assert {1: LATE} == opened.moved_papers.by_paper()
