"""The search for what fits into a mail, by few renderings whatever the sizes of the texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.render.mail import levels
from digest.render.mail.levels import Shares
from digest.render.site.views import entries
from tests.support import mails

WHOLE = mails.issue(60)
GROUPS = entries.build_headings(WHOLE)
SIZES = [len(group.entries) for group in GROUPS]
LEVELS = levels.Levels(WHOLE, GROUPS, SIZES)
STEPS = 60 * 3  # a title, a teaser and an abstract each


def place(shares: Shares) -> int:
    """Return the number of steps that lead to these shares."""
    return sum(shares.titles) + len(shares.teasers) + len(shares.abstracts)


@given(st.lists(st.integers(1, 9000), min_size=STEPS, max_size=STEPS), st.integers(0, 200_000))
def test_what_fits_is_found_by_few_renderings(sizes: list[int], budget: int) -> None:
    """The result fits, and one that is larger does not, or is not worth another rendering."""
    measured = []

    def measure(shares: Shares) -> int:
        measured.append(place(shares))
        return sum(sizes[: place(shares)])

    found = place(LEVELS.fit(measure, budget))
    assert found == 0 or sum(sizes[:found]) <= budget
    is_close = sum(sizes[:found]) >= 0.98 * budget
    assert found == STEPS or sum(sizes[: found + 1]) > budget or is_close
    assert len(measured) == len(set(measured))
    assert 22 >= len(measured)


def test_the_steps_go_from_nothing_to_everything() -> None:
    """Each step adds one thing, and the last one shows every title, teaser and abstract."""
    places = [place(LEVELS.shares(step)) for step in range(STEPS + 1)]
    assert list(range(STEPS + 1)) == places
    last = LEVELS.shares(STEPS)
    assert tuple(SIZES) == last.titles
    assert 60 == len(last.teasers) == len(last.abstracts)
