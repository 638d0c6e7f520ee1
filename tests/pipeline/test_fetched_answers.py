"""An answer that breaks off is no listing, wherever it does."""

from __future__ import annotations

import pytest

from digest.errors import FetchError
from digest.model.settings import Settings
from digest.pipeline.fetching import judge
from tests.support.source_shapes import SHAPES, TODAY

STEP = 397  # bytes between two cuts


def _check(body: bytes, format_name: str) -> None:
    judge.check(Settings(root="."), "a-2026-11-20.txt", body, TODAY, (format_name,))


@pytest.mark.parametrize("shape", [name for name in SHAPES if name != "saved-html"])
def test_an_answer_that_breaks_off_is_refused(shape: str) -> None:
    """Of an API's answer and of a feed nothing is taken unless all of it came."""
    answer, _ = SHAPES[shape]
    format_name, whole = shape.partition(",")[0], answer.body.rstrip()
    _check(whole, format_name)
    borders = {place + 1 for place, byte in enumerate(whole[:-1]) if byte in b">}]"}
    for cut in sorted({*range(1, len(whole), STEP), *list(borders)[::40]}):
        with pytest.raises(FetchError):
            _check(whole[:cut], format_name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf", b""),
        (b"\n", b"\n \n"),
        (b"<?xml version='1.0'?>\n<!-- made by hand -->\n", b"<!-- cached -->"),
    ],
)
def test_what_stands_around_an_answer_does_not_matter(before: bytes, after: bytes) -> None:
    """A byte order mark, blanks, and remarks of servers belong to whole answers too."""
    answer, _ = SHAPES["feed, Atom"]
    declaration, _, feed = answer.body.partition(b"\n")
    assert declaration.startswith(b"<?xml")
    _check(before + feed + after, "feed")
