"""When a trouble is over that the operator was notified of."""

from __future__ import annotations

from datetime import datetime

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


@pytest.mark.parametrize(
    ("expected", "answering"),
    [([], set()), (["source hf"], {"hf"}), (["source hf", "source arxiv"], {"arxiv", "hf"})],
)
def test_the_outage_of_a_source_lasts_until_that_source_answers(
    expected: list[str], answering: set[str]
) -> None:
    """Neither dumps from elsewhere end it, nor a source of which nothing is known."""
    assert expected == notices.ended_troubles(["source hf", "source arxiv"], set(), 5, answering)


def test_an_outage_that_goes_on_is_not_over() -> None:
    """Whatever else is known of the source."""
    assert [] == notices.ended_troubles(["source hf"], {"source hf"}, 5, {"hf"})


@pytest.mark.parametrize(
    ("expected", "failures", "since"),
    [
        (False, 0, None),
        (False, 2, "2026-11-18T07:00:00+01:00"),  # asked once a day: the third look decides
        (True, 3, "2026-11-18T07:00:00+01:00"),
        (False, 9, "2026-11-19T07:00:01+01:00"),  # asked every hour: the day decides
        (True, 9, "2026-11-19T07:00:00+01:00"),
        (True, 9, "2026-11-19T06:00:00+00:00"),
        (False, 9, "2026-11-21T07:00:00+01:00"),  # the clock was ahead then
    ],
)
def test_an_outage_takes_three_looks_and_a_day(
    expected: bool, failures: int, since: str | None
) -> None:
    """Whichever is later."""
    moment = datetime.fromisoformat("2026-11-20T07:00:00+01:00")
    assert expected == notices.is_outage(failures, since, moment)
