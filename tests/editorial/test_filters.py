"""What an edition takes and leaves out."""

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

SHOWN = item(
    title="Lanterns for Long Tunnels",
    abstract="We hang GLÜHEND lanterns.",
    authors=("Ada Vance", "Bo Imrie"),
    organization=Organization("northfield", "Northfield Lab"),
)


def test_an_edition_without_restrictions_takes_everything() -> None:
    """Also a paper of which hardly anything is known."""
    assert filters.takes(Edition(), SHOWN, "vision")
    assert filters.takes(Edition(), item(title=""), "other")


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ({"topics": ("agents", "vision")}, True),
        ({"topics": ("agents",)}, False),
        ({"include": ("rivers", "LONG tunnels")}, True),
        ({"include": ("glühend",)}, True),
        ({"include": ("rivers",)}, False),
        ({"exclude": ("rivers",)}, True),
        ({"exclude": ("lanterns",)}, False),
        ({"authors": ("ada vance",)}, True),
        ({"authors": ("Ada Imrie",)}, False),
        ({"organizations": ("northfield",)}, True),
        ({"organizations": ("Northfield lab",)}, True),
        ({"organizations": ("Southfield",)}, False),
    ],
)
def test_each_restriction(restriction: dict[str, Any], expected: bool) -> None:
    """One of the phrases is enough; capitals make no difference."""
    assert expected is filters.takes(Edition(**restriction), SHOWN, "vision")


def test_all_restrictions_hold_together() -> None:
    """A paper that one of them leaves out is left out."""
    both = Edition(topics=("vision",), authors=("Ada Vance",), exclude=("tunnels",))
    assert not filters.takes(both, SHOWN, "vision")


def test_an_author_is_not_put_together_from_two() -> None:
    """The end of one name and the beginning of the next are no name."""
    assert not filters.takes(Edition(authors=("Vance Bo",)), SHOWN, "vision")


def test_a_paper_without_organization_is_of_none() -> None:
    """It is left out where organisations are asked for."""
    assert not filters.takes(Edition(organizations=("northfield",)), item(), "vision")


def test_what_is_left_out_is_counted_once(tmp_path: Path) -> None:
    """A note on a day when the filters took nothing tells how many papers there were."""
    edition = Edition(include=("rivers",), when_empty="note")
    settings = Settings(root=str(tmp_path), editions=(edition,))
    with closing(ledger(tmp_path, "daily")) as opened:
        take_in(opened, dump(sighting("Lanterns"), sighting("Moss")))
        issue.issue_all(
            RunContext(settings, opened, datetime(2026, 11, 22, 8, 0, tzinfo=UTC)), due_only=True
        )
        note = opened.issues.load_issue("daily", 1)
    assert ((), 2) == (note.papers, note.filtered)
