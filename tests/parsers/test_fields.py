"""Reading single fields: days, text, names of sources, counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.parsers.fields import json_values, markup, sources, timestamps
from digest.parsers.input import lines


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-19", "2026-11-19"),
        ("2026-11-19T23:30:00-08:00", "2026-11-19"),
        ("20261119", "2026-11-19"),
        ("2026/11/19/", "2026-11-19"),
        ("Thu, 19 Nov 2026 23:30:00 -0500", "2026-11-19"),
        ("Thu Nov 19 23:30:00 2026", "2026-11-19"),
        ("19 November 2026", "2026-11-19"),
        ("Nov 19, 2026", "2026-11-19"),
        (1795046400, "2026-11-19"),
        (1795046400000.0, "2026-11-19"),
        ("2026-02-30", None),
        ("2026-11", None),
        ("Nov 19", None),
        (2026, None),
        (True, None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_a_day_is_taken_as_written(written: object, expected: str | None) -> None:
    """It is not moved to another time zone, and no missing part of a date is guessed."""
    assert expected == timestamps.day(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a<b and c>d", "a<b and c>d"),
        ("if <think> then", "if <think> then"),
        ("<p>One &amp; two.</p>\n\n<p class='x'>Three<br/>four.</p>", "One & two.\nThree\nfour."),
        ("<jats:p>H<sub>2</sub>O</jats:p>", "H2O"),
        ("<!-- a --> x ", "x"),
        ("one\n  two", "one\n  two"),
    ],
)
def test_markup_is_removed_and_other_text_stays(written: str, expected: str) -> None:
    """Markup is well-formed tags with names of HTML, comments and entities."""
    assert expected == markup.to_text(written)


@given(st.text(alphabet="<>/pb =\"'a-!&;\n", max_size=200))
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    """Only blanks at both ends go; the result is never longer than the field."""
    if "<" not in text and "&" not in text:
        assert text.strip() == markup.to_text(text)
    assert len(markup.to_text(text)) <= len(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("papers-2026-11-19.json.gz", "papers"),
        ("2026-11-19_daily_papers.txt", "daily_papers"),
        ("daily.20261119T0700.v2.md", "daily"),
        ("export/list 2026.11.19 copy.bib", "list-copy"),
        ("2026-11-19.txt", "undated files"),
    ],
)
def test_a_source_named_by_a_file_leaves_out_the_date(name: str, expected: str) -> None:
    """The files that one job writes day after day have one source."""
    assert expected == sources.from_file_name(name)


@pytest.mark.parametrize(
    ("title", "addresses", "expected"),
    [
        ("arXiv Query: x", ("https://arxiv.org/api/Kx1",), "export.arxiv.org/api"),
        ("x", ("", "http://rss.arxiv.org/atom/cs.AI"), "rss.arxiv.org/cs.AI"),
        ("cs.CL updates on arXiv.org", ("http://arxiv.org/",), "rss.arxiv.org/cs.CL"),
        ("Daily", ("tag:x", "https://www.Example.org/papers/?a=b"), "example.org/papers"),
        ("Daily", ("urn:x",), None),
    ],
)
def test_the_source_of_a_feed_comes_from_its_addresses_and_title(
    title: str, addresses: tuple[str, ...], expected: str | None
) -> None:
    """A listing has one name, whichever format and host its feed has."""
    assert expected == sources.from_feed(title, addresses)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12), ("12", 12), (" 1,204 ", 1204), ("3.29k", 3290), (7.0, 7),
        (-1, None), (True, None), ("-", None), ("1.5", None), (1e400, None), ("9" * 99, None),
    ],
)  # fmt: skip
def test_a_count_is_read_in_the_forms_pages_use(value: object, expected: int | None) -> None:
    """Negative numbers, fractions and other values give None."""
    assert expected == json_values.as_count(value)


def test_lines_are_searched_for_until_too_many_misses() -> None:
    """A miss gives the last line found, and after the last allowed miss nothing is searched."""
    search = lines.LineSearch(b"a\nb\nc\nd\n", max_misses=2)
    assert [1, 3, 3, 4, 4] == [search.find(text) for text in (b"a", b"c", b"x", b"d", b"b")]
    search = lines.LineSearch(b"a\nb\nc\nd\n", max_misses=1)
    assert [1, 1, 1] == [search.find(text) for text in (b"a", b"x", b"d")]
