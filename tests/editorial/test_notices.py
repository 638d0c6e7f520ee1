"""When a trouble is over that the operator was notified of."""

from __future__ import annotations

import pytest

from digest.editorial import notices


@pytest.mark.parametrize(
    ("expected", "notified", "current", "dumps"),
    [
        (["failed", "stale"], ["failed", "stale"], set(), 0),
        (["failed"], ["failed", "stale"], {"stale"}, 0),
        ([], ["quarantined", "rejected", "partial"], set(), 0),
        (["quarantined", "partial"], ["quarantined", "rejected", "partial"], {"rejected"}, 1),
        ([], [], {"failed"}, 1),
    ],
)
def test_trouble_with_files_lasts_until_other_dumps_come(
    expected: list[str], notified: list[str], current: set[str], dumps: int
) -> None:
    """A failed run and missing input are over as soon as a run does not find them."""
    assert expected == notices.ended_troubles(notified, current, dumps)
