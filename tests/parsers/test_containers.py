"""Reading pages that are packed in gzip, zip or mail."""

from __future__ import annotations

import gzip
import io
import quopri
import zipfile
from datetime import date
from email.message import EmailMessage

import pytest

from digest import parsers
from digest.errors import Unreadable
from digest.model.limits import Limits
from digest.model.papers import Dump
from digest.parsers import LIMITS
from digest.parsers.containers import mail
from tests.support import layouts
from tests.support.folders import page

PAPERS = layouts.papers(9)
PAGE = layouts.plain_text(PAPERS).encode()


def read(data: bytes, name: str = "papers.bin") -> Dump:
    """Return the dump of a file that was written on 21 November 2026."""
    return parsers.read_dump(name, io.BytesIO(data), date(2026, 11, 21))


def test_a_gzipped_page_gives_the_same_sightings() -> None:
    """Packing changes only the name and the evidence of the dump."""
    plain, packed = read(PAGE, "papers.txt"), read(gzip.compress(PAGE), "papers.txt.gz")
    assert plain.sightings == packed.sightings
    assert (plain.format_name, "gzip") == (packed.format_name, packed.evidence["wrapping"])
    assert "papers.txt.gz" == packed.name


def test_the_members_of_a_gzip_file_are_one_file() -> None:
    """RFC 1952 allows several members in a row, and padding after them."""
    half = len(PAGE) // 2
    packed = gzip.compress(PAGE[:half]) + gzip.compress(PAGE[half:]) + b"\0" * 9
    assert read(PAGE).sightings == read(packed).sightings


def test_the_beginning_of_a_truncated_gzip_file_is_read() -> None:
    """The records before the damage are read; the damage is a reject."""
    dump = read(gzip.compress(PAGE)[:-200])
    assert 0 < len(dump.sightings) < len(PAPERS)
    assert "the compressed data break off" in {reject.reason for reject in dump.rejects}


def test_many_members_of_a_gzip_file_are_read() -> None:
    """Together they are larger than what is unpacked at a time, and each is smaller."""
    listing = layouts.papers(2000)
    whole = layouts.WRITERS["RIS"](listing)
    size = len(whole) // 30
    pieces = (whole[start : start + size] for start in range(0, len(whole), size))
    dump = read(b"".join(gzip.compress(piece, 1) for piece in pieces))
    assert (2000, ()) == (len(dump.sightings), dump.rejects)


def test_a_line_end_behind_a_gzip_file_is_no_damage() -> None:
    """A mail adds one to an attachment in quoted-printable."""
    content = quopri.encodestring(gzip.compress(PAGE))
    mail = b"From: a@example.org\nDate: Fri, 20 Nov 2026 07:00:00 +0000\nMIME-Version: 1.0\n"
    mail += b"Content-Type: application/gzip\nContent-Transfer-Encoding: quoted-printable\n\n"
    dump = read(mail + content + b"\r\n\n")
    assert (read(PAGE).sightings, ()) == (dump.sightings, dump.rejects)


def test_damage_in_one_member_of_a_gzip_file_changes_no_other() -> None:
    """A broken one, one that breaks off, and bytes that are no gzip between them."""
    groups = [layouts.papers(60)[start : start + 20] for start in (0, 20, 40)]
    members = [gzip.compress(layouts.WRITERS["RIS"](group)) for group in groups]
    broken = members[1][:300] + b"\xff" * 40 + members[1][340:]
    for middle, reason in (
        (broken, "the compressed data are damaged"),
        (members[1][:-300], "the compressed data are damaged"),
        (b"<html>no gzip</html>", "after the compressed data come bytes that are no gzip"),
    ):
        dump = read(members[0] + middle + members[2])
        titles = [sighting.title for sighting in dump.sightings]
        for paper in (*groups[0], *groups[2]):
            assert paper.title in titles
        assert reason in {reject.reason for reject in dump.rejects}


def test_the_members_of_a_zip_make_one_dump() -> None:
    """It holds the sightings of all in order, and a reject for each unreadable member."""
    members = {
        "a/first.txt": layouts.plain_text(PAPERS[:4]).encode(),
        "../../second.md": layouts.inline_links(PAPERS[4:]).encode(),
        "third\n.txt": b"nothing of interest",
        "__MACOSX/a/first.txt": b"\0\0",
        "page_files/style.css": b"body { }",
        ".hidden": b"\0",
    }
    dump = read(layouts.zip_file(members))
    assert [paper.title for paper in PAPERS] == [sighting.title for sighting in dump.sightings]
    assert "plain-text, linked-text" == dump.format_name
    assert ["third?.txt: not a listing of papers in a known format"] == [
        reject.reason for reject in dump.rejects
    ]


def test_a_zip_without_a_readable_member_is_unreadable() -> None:
    """The reason is the first member's."""
    with pytest.raises(Unreadable, match=r"a\.txt: not a listing"):
        read(layouts.zip_file({"a.txt": b"nothing", "b.txt": b"nothing else"}))
    with pytest.raises(Unreadable, match="there is no file in the zip"):
        read(layouts.zip_file({}))


@pytest.mark.parametrize("flag", [0x20, 0x40])
def test_patches_and_encryption_are_unsupported_and_not_damage(flag: int) -> None:
    """The flags 0x20 (patch) and 0x40 (strong encryption) are of APPNOTE 4.4.4."""
    packed = bytearray(layouts.zip_file({"a.txt": PAGE}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + offset] |= flag
    with pytest.raises(Unreadable, match="packed with a method that is not supported"):
        read(bytes(packed))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_compression_methods_are_unsupported(compression: int) -> None:
    """The memory they take cannot be bounded before unpacking."""
    with pytest.raises(Unreadable, match="packed with a method that is not supported"):
        read(layouts.zip_file({"a.txt": PAGE}, compression))


def test_a_decompression_bomb_is_refused() -> None:
    """The unpacked bytes of all members are counted during unpacking."""
    zeros = bytes(2 << 20)
    with pytest.raises(Unreadable, match="times its size"):
        read(gzip.compress(zeros * 8))
    with pytest.raises(Unreadable, match="times its size"):
        read(layouts.zip_file({str(number): zeros for number in range(8)}))


def test_too_many_members_are_refused() -> None:
    """They are counted before the library builds a record of each."""
    members = {str(number): b"" for number in range(LIMITS.members + 1)}
    with pytest.raises(Unreadable, match="more than 1,000 files"):
        read(layouts.zip_file(members))


def test_more_than_three_layers_are_refused() -> None:
    """Three containers inside each other are read."""
    packed = PAGE
    for _ in range(LIMITS.layers):
        packed = gzip.compress(packed)
    assert len(PAPERS) == len(read(packed).sightings)
    with pytest.raises(Unreadable, match="packed more than 3 times"):
        read(gzip.compress(packed))


def test_the_attachment_of_a_mail_is_read() -> None:
    """The page may be in a zip, and a note as the body gives no reject."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 02 Jan 2026 07:00:00 +0000"
    message.set_content("Here it is.")
    packed = layouts.zip_file({"page.txt": PAGE})
    message.add_attachment(packed, maintype="application", subtype="zip", filename="../p.zip")
    dump = read(message.as_bytes())
    assert [paper.title for paper in PAPERS] == [sighting.title for sighting in dump.sightings]
    assert () == dump.rejects


def test_the_day_of_a_mail_decides_the_year() -> None:
    """It decides before the file's time for a page that writes no year."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 21 Nov 2025 07:00:00 +0100"
    message.set_content(PAGE.decode().replace("Sep 3, 2024", "Nov 2"))
    assert "2025-11-20" == read(message.as_bytes()).page_date


def test_a_quoted_printable_page_in_another_charset_is_read() -> None:
    """Transfer encoding and charset are decoded before the page is read."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 21 Nov 2025 07:00:00 +0100"
    page = layouts.saved_html(PAPERS).replace("Lantern-0", "Lant\xe9rn-0")
    message.set_content(page, subtype="html", charset="iso-8859-1", cte="quoted-printable")
    assert next(iter(read(message.as_bytes()).sightings)).title.startswith("Lant\xe9rn-0")


def test_deeply_nested_parts_are_refused() -> None:
    """Each level costs another pass over every line inside it."""
    head = b"MIME-Version: 1.0\nDate: Fri, 21 Nov 2025 07:00:00 +0100\n"
    part = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    layers = b"".join(part % (n, n) for n in range(mail.MAX_NESTED_PARTS + 2))
    with pytest.raises(Unreadable, match="nested parts"):
        read(head + layers)


def test_an_attached_page_is_read_beside_the_body() -> None:
    """Only the HTML and the text of a body are two forms of one page."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 02 Jan 2026 07:00:00 +0000"
    message.set_content(layouts.plain_text(PAPERS[:2]))
    message.add_attachment(layouts.plain_text(PAPERS[2:4]), filename="page.txt")
    titles = [sighting.title for sighting in read(message.as_bytes()).sightings]
    assert [paper.title for paper in PAPERS[:4]] == titles


def test_the_newest_page_date_of_the_members_is_that_of_the_dump() -> None:
    """They may be the pages of several days."""
    days = ("2026-11-17", "2026-11-19", "2026-11-18")
    members = {f"{number}.txt": page(day, [number]) for number, day in enumerate(days)}
    assert "2026-11-19" == read(layouts.zip_file(members)).page_date


def test_the_members_of_all_containers_are_counted_together() -> None:
    """Two zips with a page each inside a zip are four files."""
    pages = [layouts.plain_text(listing).encode() for listing in (PAPERS[:4], PAPERS[4:])]
    inner = {f"{number}.zip": layouts.zip_file({"page": page}) for number, page in enumerate(pages)}
    packed = io.BytesIO(layouts.zip_file(inner))
    dump = parsers.read_dump("papers.zip", packed, limits=Limits(members=3))
    assert [paper.title for paper in PAPERS[:4]] == [sighting.title for sighting in dump.sightings]
    assert ["1.zip: more than 3 files in it"] == [
        reject.reason.rpartition(": ")[0] for reject in dump.rejects
    ]
