"""Calls of monitors."""

from __future__ import annotations

import pytest

from digest.delivery import monitors


@pytest.mark.parametrize("url", ["https://example.org/ping/1", "https://example.org/ping/1/"])
def test_a_failure_has_the_address_of_the_heartbeat_with_fail_after_it(url: str) -> None:
    """A slash at the end makes no difference, and a query stays behind the path."""
    assert "https://example.org/ping/1/fail" == monitors.failure_address(url)
    assert "https://example.org/ping/1/fail?a=b" == monitors.failure_address(f"{url}?a=b")
