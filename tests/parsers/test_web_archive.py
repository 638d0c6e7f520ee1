"""Reading the web archives of Safari, and single files of SingleFile."""

from __future__ import annotations

import base64
import io
import plistlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from tests.support import layouts

PAPERS = layouts.papers(6)


def resource(page: bytes, label: str = "UTF-8") -> dict[str, Any]:
    """Return a page as an archive holds it."""
    return {
        "WebResourceData": page,
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": label,
        "WebResourceURL": "https://huggingface.co/papers",
        "WebResourceFrameName": "",
    }


def archive(kind: plistlib.PlistFormat = plistlib.FMT_BINARY, label: str = "UTF-8") -> bytes:
    """Return an archive with a page, a frame and many pictures."""
    picture = {**resource(b"GIF89a"), "WebResourceMIMEType": "image/gif"}
    first, second = (layouts.saved_html(group) for group in (PAPERS[:4], PAPERS[4:]))
    content = {
        "WebMainResource": resource(first.encode(label), label),
        "WebSubresources": [{**picture, "WebResourceURL": str(n)} for n in range(300)],
        "WebSubframeArchives": [{"WebMainResource": resource(second.encode())}],
    }
    return plistlib.dumps(content, fmt=kind)


def read(data: bytes) -> Dump:
    """Return the dump of a file."""
    return parsers.read_dump("page.webarchive", io.BytesIO(data))


@pytest.mark.parametrize("kind", [plistlib.FMT_BINARY, plistlib.FMT_XML])
@pytest.mark.parametrize("label", ["UTF-8", "windows-1252", "utf-16"])
def test_the_page_and_its_frames_are_read(kind: plistlib.PlistFormat, label: str) -> None:
    """In both forms, and in the encoding that the archive names."""
    dump = read(archive(kind, label))
    assert [paper.title for paper in PAPERS] == [paper.title for paper in dump.sightings]
    assert ((), "webarchive") == (dump.rejects, dump.evidence["wrapping"])


@settings(deadline=None)
@given(position=st.integers(0, 2**20), value=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_archive_is_refused_or_read(position: int, value: int, cut: bool) -> None:
    """No error of another kind leaves the parser."""
    data = bytearray(archive())
    # Counted from the end, where the structure stands.
    position = len(data) - 1 - position % min(len(data), 6000)
    data[position] = value
    try:
        read(bytes(data[:position] if cut else data))
    except Unreadable:
        return


def test_other_property_lists_are_refused() -> None:
    """A list of settings, an empty one, and one without a page."""
    lists: tuple[Any, ...] = ({"a": 1}, [], {"WebMainResource": 5})
    for content in lists:
        with pytest.raises(Unreadable):
            read(plistlib.dumps(content, fmt=plistlib.FMT_BINARY))


def test_a_page_of_singlefile_is_read() -> None:
    """Its comment stands at the top, and pictures as data are larger than all the rest."""
    picture = base64.b64encode(bytes(2_000_000)).decode()
    page = layouts.saved_html(PAPERS)
    head = "<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: https://x \n-->"
    link = f'<link rel=icon href="data:image/png;base64,{picture}">'
    assert "<html>" in page
    page = page[page.index("<html>") :].replace("<html>", f"{head}<meta charset=utf-8>{link}", 1)
    assert [paper.title for paper in PAPERS] == [
        paper.title for paper in read(page.encode()).sightings
    ]
