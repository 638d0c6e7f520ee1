"""The filters of an edition."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.editorial import filters
from digest.model.papers import Organization
from digest.model.settings import Edition, Settings
from digest.pipeline import issue
from digest.pipeline.context import RunContext
from tests.support.builders import dump, item, ledger, sighting, take_in

LANTERNS = item(
    title="Lanterns for Long Tunnels",
    abstract="We hang GLÜHEND lanterns.",
    authors=("Ada Vance", "Bo Imrie"),
    organization=Organization("northfield", "Northfield Lab"),
)


def test_an_edition_without_filters_accepts_every_paper() -> None:
    """Even one without words."""
    assert filters.accepts_item(Edition(), LANTERNS, "vision")
    assert filters.accepts_item(Edition(), item(title=""), "other")


@pytest.mark.parametrize(
    ("filters_set", "expected"),
    [
        ({"topics": ("agents", "vision")}, True),
        ({"topics": ("agents",)}, False),
        ({"include": ("rivers", "LONG tunnels")}, True),
        ({"include": ("glühend",)}, True),
        ({"include": ("rivers",)}, False),
        ({"include": ("anterns",)}, False),
        ({"include": ("lantern",)}, False),
        ({"exclude": ("rivers",)}, True),
        ({"exclude": ("lanterns",)}, False),
        ({"authors": ("ada vance",)}, True),
        ({"authors": ("Ada Imrie",)}, False),
        ({"organizations": ("northfield",)}, True),
        ({"organizations": ("Northfield lab",)}, True),
        ({"organizations": ("Southfield",)}, False),
    ],
)
def test_one_phrase_of_a_filter_is_enough(filters_set: dict[str, Any], expected: bool) -> None:
    """Case makes no difference."""
    assert expected is filters.accepts_item(Edition(**filters_set), LANTERNS, "vision")


def test_a_paper_must_pass_all_filters() -> None:
    """A paper that fails one of them is left out."""
    both = Edition(topics=("vision",), authors=("Ada Vance",), exclude=("tunnels",))
    assert not filters.accepts_item(both, LANTERNS, "vision")


def test_no_filter_matches_across_two_authors() -> None:
    """The end of one name and the beginning of the next are no name."""
    assert not filters.accepts_item(Edition(authors=("Vance Bo",)), LANTERNS, "vision")


def test_a_paper_without_organization_fails_a_filter_by_organization() -> None:
    """It belongs to none of them."""
    assert not filters.accepts_item(Edition(organizations=("northfield",)), item(), "vision")


def test_a_note_counts_the_papers_that_filters_left_out(tmp_path: Path) -> None:
    """Each is counted once."""
    edition = Edition(include=("rivers",), when_empty="note")
    settings = Settings(root=str(tmp_path), editions=(edition,))
    with closing(ledger(tmp_path, "daily")) as opened:
        take_in(opened, dump(sighting("Lanterns"), sighting("Moss")))
        issue.make_issues(
            RunContext(settings, opened, datetime(2026, 11, 22, 8, 0, tzinfo=UTC)), due_only=True
        )
        note = opened.issues.load_issue("daily", 1)
    assert ((), 2) == (note.papers, note.filtered)
