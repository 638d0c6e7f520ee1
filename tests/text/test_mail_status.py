"""Find the status in what a mail server says."""

from __future__ import annotations

import pytest

from digest.text import mail_status


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.1.1 unknown user", "5.1.1"),
        ("550-5.1.10 no such user", "5.1.10"),
        ("5.2.2", "5.2.2"),
        ("smtp; 552 #5.2.2 over quota", "5.2.2"),
        ("250 2.0.0 queued", "2.0.0"),
        ("550 refused by [5.1.1.9]: 5.7.1 blocked", "5.7.1"),
        ("550 no such user", None),
        ("550 3.1.1 none", None),
        ("", None),
    ],
)
def test_the_status(text: str, expected: str | None) -> None:
    """It is found anywhere, and an address of numbers is none."""
    assert expected == mail_status.find(text)
