from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from tests.support import layouts

PAPERS = layouts.papers(30)
SAMPLES = {name: write(PAPERS[:5]) for name, write in layouts.WRITERS.items()}


def read(data: bytes, name: str = "papers-2026-11-20.txt") -> Dump:
    """The dump in these bytes, from a file of that day."""
    return parsers.read(name, io.BytesIO(data), date(2026, 11, 20))


def fields(dump: Dump, lacks: frozenset[str]) -> list[dict[str, object]]:
    """What the layout can hold of each paper, in the order of their ids or titles."""
    names = ("title", "abstract", "arxiv_id", "upvotes", "comments", "published", "authors")
    found = [
        {name: getattr(one, name) for name in names if name not in lacks} for one in dump.sightings
    ]
    return sorted(found, key=lambda one: str(one["title"]))


@pytest.mark.parametrize("layout", layouts.WRITERS)
def test_every_layout_reads_back_to_the_same_papers(layout: str) -> None:
    """Each field a layout can hold comes back as it was written, and nothing is rejected."""
    dump = read(layouts.WRITERS[layout](PAPERS))
    lacks = layouts.MISSING_FIELDS.get(layout, frozenset())
    expected = sorted(
        ({name: value for name, value in paper._asdict().items() if name not in lacks}
         for paper in PAPERS),
        key=lambda one: str(one["title"]),
    )  # fmt: skip
    for one in expected:
        for unasked in ("day", "organization"):
            del one[unasked]
    assert expected == fields(dump, lacks)
    assert () == dump.rejects


@pytest.mark.parametrize("layout", layouts.WRITERS)
def test_every_layout_tells_how_it_was_recognised(layout: str) -> None:
    """The decision has a witness in words, a dialect and a source."""
    dump = read(layouts.WRITERS[layout](PAPERS))
    assert dump.witness["dialect"]
    assert dump.dialect
    assert dump.source


@pytest.mark.parametrize("layout", layouts.WRITERS)
def test_the_name_of_the_file_decides_nothing(layout: str) -> None:
    """The same bytes under a misleading name are the same papers."""
    data = layouts.WRITERS[layout](PAPERS)
    assert read(data).sightings == read(data, "2026-11-20.bib").sightings


def outcome(data: bytes) -> str:
    """``read`` or the reason why not; anything but these two is an exception."""
    try:
        read(data)
    except Unreadable as error:
        return str(error)
    return "read"


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_dump_or_unreadable(data: bytes) -> None:
    """No bytes lead to any other exception, and every refusal has a reason."""
    assert outcome(data)


@given(layout=st.sampled_from(sorted(SAMPLES)), data=st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_dumps_are_a_dump_or_unreadable(layout: str, data: st.DataObject) -> None:
    """Cutting, overwriting and inserting leads to a dump or a reason, never to a traceback."""
    sample = SAMPLES[layout]
    begin = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(begin, len(sample)))
    patch = data.draw(
        st.binary(max_size=8)
        | st.sampled_from([b"[", b"](", b"][9]", b"\n\n", b"\r", b"```", b"\0", b"<p>", b"9" * 40])
    )
    assert outcome(sample[:begin] + patch + sample[begin:end])
    assert outcome(sample[:begin] + patch + sample[end:])


def test_an_empty_file_says_so() -> None:
    """Nothing but blanks is no dump."""
    with pytest.raises(Unreadable, match="the file is empty"):
        read(b" \n\n")


def test_other_bytes_say_so() -> None:
    """A picture is not text, a letter no listing."""
    assert "not text in an encoding we read" == outcome(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert "not a listing of papers in a form we know" == outcome(b"Dear all,\n\nsee you.\n")
