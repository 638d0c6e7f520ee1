from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from email.message import EmailMessage

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers import LIMITS
from digest.parsers.input import mail
from tests.support import layouts

PAPERS = layouts.papers(9)
PAGE = layouts.plain_text(PAPERS).encode()


def read(data: bytes, name: str = "papers.bin") -> Dump:
    """The dump in these bytes, from a file of 21 November 2026."""
    return parsers.read_dump(name, io.BytesIO(data), date(2026, 11, 21))


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_a_packed_page_is_the_page() -> None:
    """Packing changes the witness and nothing else."""
    plain, packed = read(PAGE, "papers.txt"), read(gzip.compress(PAGE), "papers.txt.gz")
    assert plain.sightings == packed.sightings
    assert (plain.format_name, "gzip") == (packed.format_name, packed.evidence["wrapping"])
    assert "papers.txt.gz" == packed.name


def test_several_parts_of_a_gzip_file_are_one_file() -> None:
    """RFC 1952 lets parts follow each other, and padding follow them."""
    half = len(PAGE) // 2
    packed = gzip.compress(PAGE[:half]) + gzip.compress(PAGE[half:]) + b"\0" * 9
    assert read(PAGE).sightings == read(packed).sightings


def test_of_a_cut_gzip_file_the_rest_is_read() -> None:
    """What unpacked well is used; the damage is a reject."""
    dump = read(gzip.compress(PAGE)[:-200])
    assert 0 < len(dump.sightings) < len(PAPERS)
    assert "the compressed data break off" in {one.reason for one in dump.rejects}


def test_members_of_a_zip_are_one_dump() -> None:
    """Sightings of all members in their order; a bad member is a reject with its name."""
    members = {
        "a/first.txt": layouts.plain_text(PAPERS[:4]).encode(),
        "../../second.md": layouts.inline_links(PAPERS[4:]).encode(),
        "third\n.txt": b"nothing of interest",
        "__MACOSX/a/first.txt": b"\0\0",
        "page_files/style.css": b"body { }",
        ".hidden": b"\0",
    }
    dump = read(zipped(members))
    assert [paper.title for paper in PAPERS] == [one.title for one in dump.sightings]
    assert "plain-text, linked-text" == dump.format_name
    assert ["third?.txt: not a listing of papers in a known format"] == [
        one.reason for one in dump.rejects
    ]


def test_a_zip_in_which_nothing_can_be_read_says_why() -> None:
    """The first member's reason stands for all."""
    with pytest.raises(Unreadable, match=r"a\.txt: not a listing"):
        read(zipped({"a.txt": b"nothing", "b.txt": b"nothing else"}))
    with pytest.raises(Unreadable, match="there is no file in the zip"):
        read(zipped({}))


@pytest.mark.parametrize("flag", [0x20, 0x40])
def test_what_is_no_damage_is_not_called_so(flag: int) -> None:
    """Patches and strong encryption (APPNOTE 4.4.4) are ways of packing."""
    packed = bytearray(zipped({"a.txt": PAGE}))
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(header) + place] |= flag
    with pytest.raises(Unreadable, match="packed in a way we do not read"):
        read(bytes(packed))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_ways_of_packing_are_refused(compression: int) -> None:
    """Their memory cannot be bounded before they are unpacked."""
    with pytest.raises(Unreadable, match="packed in a way we do not read"):
        read(zipped({"a.txt": PAGE}, compression))


def test_a_bomb_is_not_unpacked() -> None:
    """Size and ratio are counted while unpacking, over all members."""
    zeros = bytes(2 << 20)
    with pytest.raises(Unreadable, match="times its size"):
        read(gzip.compress(zeros * 8))
    with pytest.raises(Unreadable, match="times its size"):
        read(zipped({str(number): zeros for number in range(8)}))


def test_too_many_members_are_refused() -> None:
    """Before a record is built for each of them."""
    members = {str(number): b"" for number in range(LIMITS.members + 1)}
    with pytest.raises(Unreadable, match="more than 1,000 files"):
        read(zipped(members))


def test_wrappings_in_wrappings_end_somewhere() -> None:
    """Three layers are read, more are refused."""
    packed = PAGE
    for _ in range(LIMITS.layers):
        packed = gzip.compress(packed)
    assert len(PAPERS) == len(read(packed).sightings)
    with pytest.raises(Unreadable, match="wrapped more than 3 times"):
        read(gzip.compress(packed))


def test_the_attachment_of_a_mail_is_read() -> None:
    """A note as the body is no damage beside a page that is attached, even in a zip."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 02 Jan 2026 07:00:00 +0000"
    message.set_content("Here it is.")
    packed = zipped({"page.txt": PAGE})
    message.add_attachment(packed, maintype="application", subtype="zip", filename="../p.zip")
    dump = read(message.as_bytes())
    assert [paper.title for paper in PAPERS] == [one.title for one in dump.sightings]
    assert () == dump.rejects


def test_the_mail_s_day_is_a_witness_for_the_year() -> None:
    """A page without a year is of the mail's time, whenever the file was written."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 21 Nov 2025 07:00:00 +0100"
    message.set_content(PAGE.decode().replace("Sep 3, 2024", "Nov 2"))
    assert "2025-11-20" == read(message.as_bytes()).page_date


def test_a_quoted_printable_page_in_another_charset_is_read() -> None:
    """Transfer encoding and charset are undone before the page is read."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 21 Nov 2025 07:00:00 +0100"
    page = layouts.saved_html(PAPERS).replace("Lantern-0", "Lant\xe9rn-0")
    message.set_content(page, subtype="html", charset="iso-8859-1", cte="quoted-printable")
    assert next(iter(read(message.as_bytes()).sightings)).title.startswith("Lant\xe9rn-0")


def test_parts_within_parts_are_refused() -> None:
    """Each layer costs a look at every line below it."""
    head = b"MIME-Version: 1.0\nDate: Fri, 21 Nov 2025 07:00:00 +0100\n"
    part = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    layers = b"".join(part % (n, n) for n in range(mail.MOST_PARTS_AROUND + 1))
    with pytest.raises(Unreadable, match="parts within parts"):
        read(head + layers)
