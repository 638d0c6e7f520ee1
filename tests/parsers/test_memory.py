"""Reading a file takes at most 64 MiB and four times its size, whatever its format."""

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

# A beginning, a repeated unit and an end: files that only an accident or an attacker writes.
DENSE_FILES: dict[str, tuple[bytes, bytes, bytes]] = {
    "JSON of empty objects": (b'[{"title":"A b","id":"2611.00001"}', b",{}", b"]"),
    "JSON of short strings": (b'["a"', b',"ab"', b"]"),
    "an answer of empty entries": (b'[{"paper":{"id":"2611.00001","title":"x"}}', b",{}", b"]"),
    "an answer with a title of nested lists": (
        b'[{"paper":{"id":"2611.00001","title":[0', b"," + b"[" * 60 + b"]" * 60, b"]}}]",
    ),
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
    "labels of one record": (b"Title: a\nPDF: 2611.00001\n", b"DOI:x\n", b""),
    "short lines of an abstract": (b"Title: a\nPDF: 2611.00001\nAbstract: b\n", b"ab\n", b""),
    "a mail of backslashes": (b"\\\\\narXiv:2611.00001\n", b"\\\\\n", b""),
    "a listing of one item": (b"[1] arXiv:2611.00001 [pdf]\nTitle: a\nb\n\n", b"ab\n", b""),
    "a feed of other tags": (b'<rss version="2.0"><channel>', b"<a/>", b"</channel></rss>"),
    "a harvest of other tags": (b"<OAI-PMH>", b"<a/>", b"</OAI-PMH>"),
    **{
        f"a feed with {sign.decode()}": (
            b"<feed><entry><id>http://arxiv.org/abs/2611.00001v1</id><title>A</title></entry>",
            sign,
            b"</feed>",
        )
        for sign in (b"&", b"<a>", b"<![CDATA[", b"]]>", b"&amp;", b"<item>", b"<entry><id>")
    },
    "one BibTeX entry": (b"@misc{a,title={b}", b",\na={b}", b"}"),
    "BibTeX openings": (b"@misc{a,title={b}}\n", b"@a{b,", b""),
    "BibTeX quotes": (b"@misc{a,title={b}}\n", b'@misc{a,title="{",', b""),
    "abbreviations in abbreviations": (b"@misc{a,title={b}}\n", b"@string{a=a#a#a}\n", b""),
    "a table of quotes": (b"title,id\na,2611.00001\n", b'"', b""),
    "a table of short rows": (b"title,id\na,2611.00001\n", b"a\n", b""),
    "a table of one row": (b"title,id\na,2611.00001\n", b'"a\n",', b""),
    "BibTeX abbreviations": (b"@misc{a,title={b}}\n", b'@string{a="b"}\n', b""),
    "one RIS reference": (b"TY  - JOUR\nTI  - a\n", b"AU  - b\n", b"ER  - \n"),
    "a page of one paragraph": (b"<html><body>and the research community ", b"word ", b""),
    "a mail of short lines": (b"From: a\nDate: b\nSubject: c\n\n", b"a\n", b""),
    "a mail of boundaries": (
        b"From: a\nDate: b\nContent-Type: multipart/mixed; boundary=b\n\n", b"--b\n", b"",
    ),
    "a mail of header lines": (b"From: a\nDate: b\n", b"X: y\n", b""),
    "a mail of soft breaks": (
        b"From: a\nDate: b\nContent-Transfer-Encoding: quoted-printable\n\n", b"=\n", b"",
    ),
    "a mail of padding": (
        b"From: a\nDate: b\nContent-Transfer-Encoding: base64\n\n", b"A===", b"",
    ),
    "a mail of flowed lines": (
        b"From: a\nDate: b\nContent-Type: text/plain; format=flowed\n\n", b"a \n", b"",
    ),
    "an mbox of broken mails": (b"From a\nFrom: a\nDate: b\n\n", b"\nFrom a\nX: y\n", b""),
}  # fmt: skip


def _dense_file(name: str, size: int) -> bytes:
    begin, unit, end = DENSE_FILES[name]
    return begin + unit * (size // len(unit)) + end


def _listing(name: str, size: int) -> bytes:
    write = layouts.WRITERS[name]
    paper_bytes = (len(write(layouts.papers(400))) - len(write(layouts.papers(200)))) // 200
    return write(layouts.papers(size // paper_bytes))


def _peak(folder: Path, data: bytes) -> int:
    """Return the bytes that reading takes beyond reading the first 4 KiB of it.

    Reads in a process of its own, which a small process starts: the system's count includes
    the memory of the process that starts another.
    """
    large, small = folder / "large", folder / "small"
    large.write_bytes(data)
    small.write_bytes(data[: 1 << 12])
    command = [sys.executable, "-c", _STARTER, "-c", _READ, str(small), str(large)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(output.split()[-1])


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (_listing, "BibTeX"),
        (_dense_file, "JSON of empty objects"),
        (_dense_file, "a feed with &"),
    ],
)
def test_a_costly_file_keeps_within_the_memory_limit(
    write: Callable[[str, int], bytes], name: str, tmp_path: Path
) -> None:
    """Those that take the most memory and least time, at three megabytes."""
    data = write(name, 3_000_000)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize("name", sorted(layouts.WRITERS))
def test_every_layout_keeps_within_the_memory_limit(name: str, tmp_path: Path) -> None:
    """At twenty megabytes, where the size of the file decides, and not the 64 MiB."""
    data = _listing(name, 20_000_000)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize("name", sorted(DENSE_FILES))
def test_dense_files_keep_within_the_memory_limit(name: str, tmp_path: Path) -> None:
    """Most libraries take many times the size of a file of very many tiny values."""
    data = _dense_file(name, 20_000_000)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["plain text", "JSON Lines", "scraped JSON", "arXiv's API", "RIS", "BibTeX", "table"]
)
def test_a_packed_file_keeps_within_the_limit_of_its_packed_size(name: str, tmp_path: Path) -> None:
    """It is unpacked into a file, and refused if its format must be read at once."""
    data = gzip.compress(_listing(name, 60_000_000), compresslevel=1)
    assert _peak(tmp_path, data) <= MEMORY + 4 * len(data)
