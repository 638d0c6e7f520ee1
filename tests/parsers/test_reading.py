"""Every layout of the same papers is detected and read, and any other bytes get a reason."""

from __future__ import annotations

import io
import subprocess
import sys
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
    """Read these bytes as a file of 20 November 2026."""
    return parsers.read_dump(name, io.BytesIO(data), date(2026, 11, 20))


def fields(dump: Dump, lacks: frozenset[str]) -> list[dict[str, object]]:
    """Return the fields of each paper that the layout has, sorted by title."""
    names = ("title", "abstract", "arxiv_id", "upvotes", "comments", "published", "authors")
    papers = [
        {name: getattr(paper, name) for name in names if name not in lacks}
        for paper in dump.sightings
    ]
    return sorted(papers, key=lambda paper: str(paper["title"]))


@pytest.mark.parametrize("layout", layouts.WRITERS)
def test_every_layout_gives_back_the_same_papers(layout: str) -> None:
    """Each field that a layout has comes back as it was written, and nothing is rejected."""
    dump = read(layouts.WRITERS[layout](PAPERS))
    lacks = layouts.MISSING_FIELDS.get(layout, frozenset())
    expected = sorted(
        ({name: value for name, value in paper._asdict().items() if name not in lacks}
         for paper in PAPERS),
        key=lambda paper: str(paper["title"]),
    )  # fmt: skip
    for paper in expected:
        for unchecked in ("day", "organization"):
            del paper[unchecked]
    assert expected == fields(dump, lacks)
    assert () == dump.rejects


@pytest.mark.parametrize("layout", layouts.WRITERS)
def test_every_dump_has_evidence_for_its_format(layout: str) -> None:
    """The dump says in words why it is in its format, and has a format and a source."""
    dump = read(layouts.WRITERS[layout](PAPERS))
    assert dump.evidence["dialect"]
    assert dump.format_name
    assert dump.source


@pytest.mark.parametrize("layout", layouts.WRITERS)
def test_the_file_name_does_not_decide_the_format(layout: str) -> None:
    """The same bytes under a misleading name give the same papers."""
    data = layouts.WRITERS[layout](PAPERS)
    assert read(data).sightings == read(data, "2026-11-20.bib").sightings


def outcome(data: bytes) -> str:
    """Return ``read``, or the reason why the bytes cannot be read; raise any other exception."""
    try:
        read(data)
    except Unreadable as error:
        return str(error)
    return "read"


@given(st.binary(max_size=2000))
def test_any_bytes_give_a_dump_or_a_reason(data: bytes) -> None:
    """No bytes raise anything but `Unreadable`, and that always has a reason."""
    assert outcome(data)


@given(layout=st.sampled_from(sorted(SAMPLES)), data=st.data())
@settings(deadline=None)
def test_a_damaged_layout_gives_a_dump_or_a_reason(layout: str, data: st.DataObject) -> None:
    """Cut, overwritten and extended layouts give a dump or a reason, never a traceback."""
    sample = SAMPLES[layout]
    begin = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(begin, len(sample)))
    patch = data.draw(
        st.binary(max_size=8)
        | st.sampled_from([b"[", b"](", b"][9]", b"\n\n", b"\r", b"```", b"\0", b"<p>", b"9" * 40])
    )
    assert outcome(sample[:begin] + patch + sample[begin:end])
    assert outcome(sample[:begin] + patch + sample[end:])


def test_a_page_of_text_imports_no_library_of_other_formats() -> None:
    """Reading the plain page asks every format, and still loads none of their libraries."""
    code = (
        "import io, sys; from digest import parsers; "
        "parsers.read_dump('page', io.BytesIO(sys.stdin.buffer.read())); "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], input=SAMPLES["plain text"], capture_output=True, check=True
    )
    libraries = {"bibtexparser", "feedparser", "lxml", "rispy", "selectolax"}
    assert set() == libraries & set(process.stdout.decode().split())


def test_a_file_of_blanks_is_called_empty() -> None:
    """A file with nothing but blanks is not a dump, and the reason says that it is empty."""
    with pytest.raises(Unreadable, match="the file is empty"):
        read(b" \n\n")


def test_other_files_get_the_reason_that_fits() -> None:
    """A picture is no text in a known encoding, and a letter is no listing in a known format."""
    assert "not text in a known encoding" == outcome(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert "not a listing of papers in a known format" == outcome(b"Dear all,\n\nsee you.\n")
