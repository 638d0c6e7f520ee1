"""The story of a paper: the parts that need no ledger."""

from __future__ import annotations

import pytest

from digest.editorial import story
from digest.editorial.compose import ClassifiedItem
from digest.model.settings import Edition, Profile, Settings
from tests.support.builders import item

CLASSIFIED = ClassifiedItem(item(1, "Moss"), "vision")


@pytest.mark.parametrize(
    ("expected", "intake", "history"),
    [
        ("taken in as history", 4, True),
        ("seen before the edition was configured", 2, False),
        ("waits for the next issue", 6, False),
        ("left out by the filters or the profile it had then", 3, False),
    ],
)
def test_a_paper_is_in_no_issue_because_of_its_intake(
    expected: str, intake: int, history: bool
) -> None:
    """The edition was configured after intake 2 and has judged the intakes up to 5."""
    reason = story.why_not_issued(
        Settings(root="."),
        "daily",
        CLASSIFIED,
        intake,
        since=2,
        is_judged=intake <= 5,
        history=history,
    )
    assert expected == reason


@pytest.mark.parametrize(
    ("expected", "edition", "profile"),
    [
        ("left out by the edition's filters", Edition(exclude=("moss",)), Profile()),
        ("muted by your word “moss”", Edition(), Profile(mute_words=("moss",))),
        (
            "left out by the filters or the profile it had then",
            Edition(name="other", exclude=("moss",)),
            Profile(),
        ),
    ],
)
def test_a_judged_paper_was_left_out_by_filters_or_profile(
    expected: str, edition: Edition, profile: Profile
) -> None:
    """The settings of now explain it, unless they have changed or have no such edition."""
    settings = Settings(root=".", editions=(edition,), profile=profile)
    reason = story.why_not_issued(
        settings, "daily", CLASSIFIED, 3, since=0, is_judged=True, history=False
    )
    assert expected == reason
