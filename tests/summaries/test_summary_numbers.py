"""The numbers of a summary are those of its paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.summaries.numbers import invented

PAPER = (
    "We train 7B and 1.3 billion models on 1,200 pages in three languages; error falls from 48.5%"
    " to 7%, 10k steps, GPT-4, two stages, 2'500 users, 3\u202f000 tasks"
)


@pytest.mark.parametrize(
    "summary",
    [
        "A 7B model", "7 billion weights", "1200 pages", "1,200 pages", "3 languages",
        "three languages", "from 48.5% to 7 %", "10,000 steps", "10k steps", "two stages",
        "2 stages", "GPT-4", "one model", "2500 users", "3,000 tasks", "1.30 billion",
        "no number", "\uff17 per cent",
    ],
)  # fmt: skip
def test_numbers_of_the_paper_stand(summary: str) -> None:
    """However they are written."""
    assert invented(summary, PAPER, english=True) is None


@pytest.mark.parametrize(
    ("summary", "number"),
    [
        ("from 48% to 7%", "48"),
        ("error falls by 41.5 points", "41.5"),
        ("12 languages", "12"),
        ("five languages", "five"),
        ("7k steps", "7"),
        ("1,2 pages", "1"),
        ("GPT-5", "5"),
        ("70B", "70"),
        ("48.55%", "48.55"),
    ],
)
def test_other_numbers_are_invented(summary: str, number: str) -> None:
    """Also a rounded one, a difference, and the next version."""
    assert number == invented(summary, PAPER, english=True)


def test_a_comma_may_be_the_decimal_point_in_another_language() -> None:
    """And a point may part thousands."""
    summary = "Der Fehler fällt von 48,5 % auf 7 %, bei 1.200 Seiten und 1,3 Milliarden Gewichten"
    assert invented(summary, PAPER, english=False) is None
    assert invented(summary, PAPER, english=True) == "48"
    assert invented("von 48,6 %", PAPER, english=False) == "48"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
def test_every_number_of_a_text_stands_in_it(numbers: list[int]) -> None:
    """With and without commas between thousands."""
    plain, parted = (
        " and ".join(format(number, form) for number in numbers) for form in ("d", ",")
    )
    assert invented(plain, parted, english=True) is None
    assert invented(parted, plain, english=True) is None


def test_a_number_of_any_length_is_compared() -> None:
    """Also one that is too long for arithmetic."""
    pi = "3.14159265358979323846264338327950288"
    assert invented(pi, f"{PAPER} {pi} {'1' * 1_100_000}", english=True) is None
    assert invented(pi, f"{PAPER} {pi[:-1]}9", english=True) == pi


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_judged(summary: str, source: str) -> None:
    """And a text has no number that it lacks."""
    invented(summary, source, english=False)
    assert invented(source, source, english=True) is None
