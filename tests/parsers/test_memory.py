"""No file costs more memory than 64 MiB and four times its size, whatever its form."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import layouts

MEMORY = 64 << 20
_READ = """
import resource, sys
from digest import errors, parsers
from digest.storage import inbox

def peak(name):
    with open(name, "rb") as stream:
        try:
            dump = parsers.read_dump("page", stream, spill_factory=inbox.unnamed_file)
            print(sum(1 for _ in dump.sightings), len(dump.rejects))
        except errors.Unreadable as error:
            print(error)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

before = peak(sys.argv[1])  # with everything imported
print(peak(sys.argv[2]) - before)
"""
_STARTER = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))"

# A beginning, what is repeated, an end: files that nobody writes but by accident or malice.
ODD: dict[str, tuple[bytes, bytes, bytes]] = {
    "JSON of empty objects": (b'[{"title":"A b","id":"2611.00001"}', b",{}", b"]"),
    "JSON of short strings": (b'["a"', b',"ab"', b"]"),
    "an answer of empty entries": (b'[{"paper":{"id":"2611.00001","title":"x"}}', b",{}", b"]"),
    "JSON Lines with short lines": (b'{"title":"x","id":"2611.00001"}\n', b"x\n", b""),
    "damaged plain records": (
        b"and the research community\n\n", b"a\n\n\xe2\x80\xa2 1 author\n", b"",
    ),
    "one line": (b"and the research community\n\nA b\n\n", b"word ", b""),
    "links without a blank line": (
        b"", b"- [A title of words](https://arxiv.org/abs/2611.00001)\n", b"",
    ),
    "addresses only": (b"and the research community\n[ab][1]\n[cd][2]\n", b"[1]: /\n", b""),
    "labels only": (b"Title: a\nPDF: 2611.00001\n", b"Title: a\n", b""),
    "a feed of other tags": (b'<rss version="2.0"><channel>', b"<a/>", b"</channel></rss>"),
    "a harvest of other tags": (b"<OAI-PMH>", b"<a/>", b"</OAI-PMH>"),
    "one BibTeX entry": (b"@misc{a,title={b}", b",\na={b}", b"}"),
    "BibTeX abbreviations": (b"@misc{a,title={b}}\n", b'@string{a="b"}\n', b""),
    "one RIS reference": (b"TY  - JOUR\nTI  - a\n", b"AU  - b\n", b"ER  - \n"),
    "a page of one paragraph": (b"<html><body>and the research community ", b"word ", b""),
    "a mail of short lines": (b"From: a\nDate: b\nSubject: c\n\n", b"a\n", b""),
}  # fmt: skip


def _odd(name: str, size: int) -> bytes:
    begin, unit, end = ODD[name]
    return begin + unit * (size // len(unit)) + end


def _layout(name: str, size: int) -> bytes:
    write = layouts.WRITERS[name]
    each = (len(write(layouts.papers(400))) - len(write(layouts.papers(200)))) // 200
    return write(layouts.papers(size // each))


def _peak(folder: Path, data: bytes) -> int:
    """What reading this takes beyond reading a little of it.

    A process of its own, started by one that is small: the system counts what the starting
    one held.
    """
    large, small = folder / "large", folder / "small"
    large.write_bytes(data)
    small.write_bytes(data[: 1 << 12])
    command = [sys.executable, "-c", _STARTER, "-c", _READ, str(small), str(large)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(said.split()[-1])


@pytest.mark.parametrize(
    ("write", "name"),
    [(_layout, "announcements"), (_layout, "BibTeX"), (_odd, "JSON of empty objects")],
)
def test_a_large_file_takes_what_is_promised(
    write: Callable[[str, int], bytes], name: str, tmp_path: Path
) -> None:
    """The costly ones, at three megabytes."""
    data = write(name, 3_000_000)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(layouts.WRITERS))
def test_every_layout_takes_what_is_promised(name: str, tmp_path: Path) -> None:
    """At twenty megabytes, where the 64 MiB are no longer most of it."""
    data = _layout(name, 20_000_000)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(ODD))
def test_no_odd_file_takes_more(name: str, tmp_path: Path) -> None:
    """Small things in great numbers cost many times their size in most libraries."""
    data = _odd(name, 20_000_000)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["plain text", "JSON Lines", "scraped JSON", "arXiv's API", "RIS"])
def test_a_packed_file_takes_no_more_than_its_own_size_allows(name: str, tmp_path: Path) -> None:
    """It is read from a file beside, or refused where its form is held at once."""
    data = gzip.compress(_layout(name, 60_000_000), compresslevel=1)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)
