"""How long an answer asks to be left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.http_client.waits import stated_wait

NOW = 1_795_000_000.0  # 2026-11-18T11:06:40Z
DATE = "Wed, 18 Nov 2026 11:08:40 GMT"  # two minutes later


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "86400"}, 86_400),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "99999999999"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "Wed, 99 Nov 2026 11:08:40 GMT"}, None),
        ({"retry-after": DATE}, 120),
        ({"retry-after": "Wednesday, 18-Nov-26 11:08:40 GMT"}, 120),
        ({"retry-after": "Wed, 18 Nov 2026 11:00:00 GMT"}, None),
        # The machine's clock is wrong, and the answer states what the time is.
        ({"retry-after": DATE, "date": "Wed, 18 Nov 2026 11:08:30 GMT"}, 10),
        ({"retry-after": "30", "ratelimit": '"api";r=0;t=55'}, 30),
        ({"ratelimit": '"api";r=0;t=55'}, 55),
        ({"ratelimit": '"a";r=0;t=5, "b";r=0;t=70, "c";r=3;t=900'}, 70),
        ({"ratelimit": '"api";r=10;t=55'}, None),
        ({"ratelimit": "limit=100, remaining=0, reset=50"}, 50),
        ({"ratelimit": "limit=100, remaining=9, reset=50"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "40"}, 40),
        ({"ratelimit-remaining": "4", "ratelimit-reset": "40"}, None),
        ({"ratelimit-reset": "40"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "-40"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "1795000055"}, None),
        ({"ratelimit": "garbage;;;=,,"}, None),
    ],
)
def test_a_wait_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """In seconds or as a date, else from what is left of a limit."""
    assert seconds == stated_wait(503, headers, NOW)


def test_too_many_requests_name_their_limit() -> None:
    """Whatever they say is left of it."""
    assert 55 == stated_wait(429, {"ratelimit": '"api";r=10;t=55'}, NOW)
    assert 40 == stated_wait(429, {"ratelimit-reset": "40"}, NOW)


@given(st.dictionaries(st.sampled_from(["retry-after", "date", "ratelimit"]), st.text()))
def test_any_text_is_a_wait_or_none(headers: dict[str, str]) -> None:
    """Never an exception, never more than a month."""
    wait = stated_wait(429, headers, NOW)
    assert wait is None or 0 < wait <= 31 * 86_400
