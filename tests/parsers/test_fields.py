"""The small readers of single fields: days, words, sources, counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.parsers.fields import json_values, markup, sources, timestamps


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
def test_a_day_is_the_writers_own(written: object, expected: str | None) -> None:
    """As written, without moving it to another time zone; no day is guessed."""
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
def test_only_markup_goes(written: str, expected: str) -> None:
    """Well-formed tags of HTML and entities; everything else is words."""
    assert expected == markup.words(written)


@given(st.text(alphabet="<>/pb =\"'a-!&;\n", max_size=200))
def test_words_of_any_text_are_found(text: str) -> None:
    """A text without tags and entities only loses the blanks around it."""
    if "<" not in text and "&" not in text:
        assert text.strip() == markup.words(text)
    assert len(markup.words(text)) <= len(text)


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
def test_a_source_is_the_files_name_without_its_date(name: str, expected: str) -> None:
    """So that the same job's files are one source on every day."""
    assert expected == sources.of_file(name)


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
def test_a_feed_names_its_source(
    title: str, addresses: tuple[str, ...], expected: str | None
) -> None:
    """The same listing has one name, whichever format and host it came by."""
    assert expected == sources.of_feed(title, addresses)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12), ("12", 12), (" 1,204 ", 1204), ("3.29k", 3290), (7.0, 7),
        (-1, None), (True, None), ("-", None), ("1.5", None), (1e400, None), ("9" * 99, None),
    ],
)  # fmt: skip
def test_a_count_is_taken_as_pages_write_it(value: object, expected: int | None) -> None:
    """And nothing that is no count."""
    assert expected == json_values.number(value)
