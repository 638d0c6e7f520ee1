"""Reading mails: several in a file, several pages in one, and the damage of their way."""

from __future__ import annotations

import base64
import io
import quopri
from collections.abc import Sequence
from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.model.papers import Dump
from tests.support import layouts
from tests.support.layouts import Paper

PAPERS = layouts.papers(12)
HEADER = b"From: a@example.org\nDate: Fri, 20 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\n"
SEPARATOR = b"From a@example.org Fri Nov 20 09:00:00 2026\n"


def read(data: bytes) -> Dump:
    """Return the dump of a file that was written on 21 November 2026."""
    return parsers.read_dump("mail.eml", io.BytesIO(data), date(2026, 11, 21))


def titles(data: bytes) -> list[str]:
    """Return the titles read in a file, in its order."""
    return [sighting.title for sighting in read(data).sightings]


def names(papers: Sequence[Paper]) -> list[str]:
    """Return the titles of papers."""
    return [paper.title for paper in papers]


def part(content: bytes, content_type: str = "text/html; charset=utf-8", *more: str) -> bytes:
    """Return a part of a mail with its header."""
    lines = [f"Content-Type: {content_type}", *more, "", ""]
    return "\n".join(lines).encode() + content + b"\n"


def multipart(kind: str, *parts: bytes, boundary: str = "b1", end: bool = True) -> bytes:
    """Return a part that holds others."""
    line = f"--{boundary}\n".encode()
    close = f"--{boundary}--\n".encode() if end else b""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode()
    return head + line + line.join(parts) + close


def html(papers: Sequence[Paper]) -> bytes:
    """Return a page with these papers."""
    return layouts.saved_html(papers).encode()


def text(papers: Sequence[Paper]) -> bytes:
    """Return the same page as text."""
    return layouts.plain_text(papers).encode()


def mbox(*mails: bytes) -> bytes:
    """Return mails in a file, as mail programs store them."""
    return b"\n".join(SEPARATOR + mail.replace(b"\nFrom ", b"\n>From ") for mail in mails)


def test_every_mail_of_an_mbox_is_read() -> None:
    """Each is a member of its own; boundaries may repeat."""
    mails = [
        HEADER + multipart("mixed", part(html(PAPERS[n : n + 2])), part(b"note", "text/plain"))
        for n in range(0, 12, 2)
    ]
    assert names(PAPERS) == titles(mbox(*mails))
    assert () == read(mbox(*mails)).rejects


def test_a_mail_without_papers_in_an_mbox_is_one_reject() -> None:
    """It has the line on which the mail begins."""
    note = HEADER + multipart("alternative", part(b"Hello.", "text/plain"), part(b"<p>Hello.</p>"))
    whole = mbox(HEADER + part(html(PAPERS[:2])), note, HEADER + part(html(PAPERS[2:4])))
    dump = read(whole)
    assert 4 == len(dump.sightings)
    (reject,) = dump.rejects
    assert "mail 2, text/html: not a listing of papers in a known format" == reject.reason
    assert SEPARATOR.decode().strip() == whole.decode().split("\n")[reject.line - 1]


def test_a_line_that_begins_with_from_is_text() -> None:
    """Only a line with a mail's header behind it separates two, and quoting is undone."""
    papers = [PAPERS[0]._replace(title="From Pixels to Words"), PAPERS[1]]
    body = text(papers).replace(b"From Pixels", b"\nFrom Pixels")
    assert names(papers) == titles(SEPARATOR + HEADER + part(body, "text/plain; charset=utf-8"))
    assert names(papers) == titles(mbox(HEADER + part(text(papers), "text/plain; charset=utf-8")))


def test_two_mails_without_a_line_between_them_are_read() -> None:
    """As ``cat`` puts them into one file; the second stands behind the last boundary."""
    one, two = (HEADER + multipart("mixed", part(html(PAPERS[n : n + 2]))) for n in (0, 2))
    assert names(PAPERS[:4]) == titles(one + two)


def test_every_page_of_a_mail_is_read() -> None:
    """Bodies one after the other, attachments, a forwarded mail, and one encoded as a whole."""
    forwarded = b"Content-Type: message/rfc822\n\n" + HEADER + part(html(PAPERS[4:6]))
    packed = base64.encodebytes(HEADER + part(html(PAPERS[6:8])))
    data = HEADER + multipart(
        "mixed",
        part(html(PAPERS[:2])),
        part(html(PAPERS[2:4])),
        forwarded,
        part(packed, "message/rfc822", "Content-Transfer-Encoding: base64"),
        part(html(PAPERS[8:10]), 'application/octet-stream; name="page.html"'),
    )
    assert names(PAPERS[:10]) == titles(data)


def test_two_forms_of_a_page_are_one() -> None:
    """Of alternatives, and of a text and an HTML body with the same papers, one is used."""
    forms = (part(text(PAPERS[:3]), "text/plain; charset=utf-8"), part(html(PAPERS[:3])))
    related = multipart("related", forms[1], part(b"GIF", "image/gif"), boundary="b2")
    for data in (
        multipart("alternative", *forms),
        multipart("alternative", forms[0], related),
        multipart("alternative", forms[0], multipart("alternative", *forms, boundary="b2")),
        multipart("mixed", *forms),
    ):
        assert names(PAPERS[:3]) == titles(HEADER + data)


def test_of_two_forms_the_readable_one_is_used() -> None:
    """HTML that has fewer papers than the text is a picture of the page or an advertisement."""
    note = part(b"<html><body><p>Your reader shows no text.</p></body></html>")
    plain = part(text(PAPERS[:3]), "text/plain; charset=utf-8")
    assert names(PAPERS[:3]) == titles(HEADER + multipart("alternative", plain, note))
    few = part(html(PAPERS[:1]))
    assert names(PAPERS[:3]) == titles(HEADER + multipart("alternative", plain, few))


def test_an_attachment_inside_an_alternative_is_read() -> None:
    """Some programs put the files between the HTML of the body; they are in no other form."""
    mixed = multipart(
        "mixed",
        part(html(PAPERS[:2])),
        part(html(PAPERS[2:4]), "text/html", 'Content-Disposition: attachment; filename="a.html"'),
        boundary="b2",
    )
    plain = part(text(PAPERS[:2]), "text/plain; charset=utf-8")
    assert names(PAPERS[:4]) == titles(HEADER + multipart("alternative", plain, mixed))


def test_a_part_that_holds_papers_and_fails_is_a_reject() -> None:
    """Signatures, pictures and notes are none."""
    bad = part(b"@article{a, title={A\x8b}, eprint={2611.00001}}", "text/plain; charset=x-klingon")
    note = part(b"\x89PNG\0", "application/octet-stream")
    dump = read(HEADER + multipart("mixed", part(html(PAPERS[:2])), bad, note))
    assert 2 == len(dump.sightings)
    assert ["text/plain: text in the unknown encoding 'x-klingon'"] == [
        reject.reason for reject in dump.rejects
    ]


def test_blanks_after_a_soft_break_go() -> None:
    """Relays pad lines (RFC 2045, section 6.7)."""
    encoded = quopri.encodestring(html(PAPERS[:3])).replace(b"=\n", b"= \t\n")
    assert b"= \t\n" in encoded
    more = "Content-Transfer-Encoding: quoted-printable"
    for ends in (b"\n", b"\r\n"):
        data = HEADER + part(encoded, "text/html; charset=utf-8", more)
        assert names(PAPERS[:3]) == titles(data.replace(b"\n", ends))


def test_damage_of_base64_stays_in_its_line() -> None:
    """A lost symbol, a missing padding, another content behind it, and a header that is wrong."""
    more = "Content-Transfer-Encoding: base64"
    encoded = base64.encodebytes(html(PAPERS)).splitlines(keepends=True)
    middle = len(encoded) // 2
    lost = [*encoded[:middle], encoded[middle][5:], *encoded[middle + 1 :]]
    read_titles = titles(HEADER + part(b"".join(lost), "text/html; charset=utf-8", more))
    assert 10 <= len(set(names(PAPERS)) & set(read_titles))
    for whole in (
        b"".join(encoded).replace(b"\n", b""),
        b"".join(encoded).rstrip(b"=\n"),
        b"".join(encoded) + b"_____________\nTo leave the list, write to us.",
        base64.encodebytes(html(PAPERS)[:3002]) + base64.encodebytes(html(PAPERS)[3002:]),
        html(PAPERS),
    ):
        assert names(PAPERS) == titles(HEADER + part(whole, "text/html; charset=utf-8", more))


def test_flowed_lines_are_joined() -> None:
    """With and without ``DelSp``; blanks between words stay (RFC 3676)."""
    for option in ("", "; delsp=yes"):
        flowed = text(PAPERS[:3]).replace(b" of ", b" of \n").replace(b" the ", b" the \n")
        content_type = f"text/plain; charset=utf-8; format=flowed{option}"
        dump = read(HEADER + part(flowed, content_type))
        plain = read(text(PAPERS[:3]))
        assert [(paper.title, paper.abstract) for paper in plain.sightings] == [
            (paper.title, paper.abstract) for paper in dump.sightings
        ]


def test_boundaries_may_be_missing() -> None:
    """The last one, and one that the header does not name or names otherwise."""
    pages = (part(html(PAPERS[:2])), part(html(PAPERS[2:4])))
    whole = HEADER + multipart("mixed", *pages, end=False)
    for data in (
        whole,
        whole.replace(b'; boundary="b1"', b""),
        whole.replace(b'boundary="b1"', b'boundary="c1"'),
    ):
        assert names(PAPERS[:4]) == titles(data)


def test_the_lines_of_a_mail_may_end_as_on_an_old_mac() -> None:
    """Also those of its parts."""
    data = HEADER + multipart("mixed", part(html(PAPERS[:2])), part(html(PAPERS[2:4])))
    assert names(PAPERS[:4]) == titles(data.replace(b"\n", b"\r"))


def test_the_day_of_a_forwarded_mail_is_its_own() -> None:
    """The mail around it may be a year younger."""
    page = text(PAPERS[:2]).replace(b"Nov 20", b"Nov 19")
    inner = HEADER.replace(b"2026", b"2024") + part(page, "text/plain; charset=utf-8")
    data = HEADER + multipart("mixed", b"Content-Type: message/rfc822\n\n" + inner)
    assert "2024-11-19" == read(data).page_date


def test_names_of_attachments_are_decoded() -> None:
    """Encoded words (RFC 2047), parameters in pieces (RFC 2231) and plain UTF-8."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Date"] = "Fri, 20 Nov 2026 09:00:00 +0000"
    message.set_content("see below")
    message.add_attachment(
        b"@article{a, title={Kelp", "application", "x-bibtex", filename="Bücher.bib"
    )
    for data in (
        message.as_bytes(),
        HEADER
        + part(b"@article{a, title={Kelp", 'text/x-bibtex; name="=?iso-8859-1?Q?B=FCcher.bib?="'),
        HEADER + part(b"@article{a, title={Kelp", 'text/x-bibtex; name="Bücher.bib"'),
    ):
        with pytest.raises(Unreadable, match=r"^Bücher\.bib: "):
            read(data)


MAILS = st.lists(st.tuples(st.sampled_from("ahtmb"), st.integers(1, 3)), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None)
@given(mails=MAILS, lost=st.integers(0, 4), position=st.floats(0, 1))
def test_damage_in_one_mail_changes_no_other(
    mails: list[tuple[str, int]], lost: int, position: float
) -> None:
    """Each mail of an mbox is read or rejected, whatever is cut out of one of them."""
    written, expected, start = [], [], 0
    for kind, count in mails:
        papers = PAPERS[start : start + count]
        start = (start + count) % 9
        expected.append(set(names(papers)))
        written.append(HEADER + _content(kind, papers))
    lost %= len(mails)
    damaged = list(written)
    cut = len(HEADER) + int(position * (len(damaged[lost]) - len(HEADER)))
    damaged[lost] = damaged[lost][:cut]
    try:
        dump = read(mbox(*damaged))
    except Unreadable:
        assert 1 == len(mails)
        return
    found = [paper.title for paper in dump.sightings]
    others = [name for n, group in enumerate(expected) if n != lost for name in group]
    for name in others:
        assert others.count(name) <= found.count(name)
    if not expected[lost] & set(found):
        assert dump.rejects


def _content(kind: str, papers: Sequence[Paper]) -> bytes:
    plain = part(text(papers), "text/plain; charset=utf-8")
    page = part(base64.encodebytes(html(papers)), "text/html", "Content-Transfer-Encoding: base64")
    return {
        "a": multipart("alternative", plain, page),
        "h": part(html(papers)),
        "t": plain,
        "m": multipart("mixed", part(b"note", "text/plain"), page),
        "b": page,
    }[kind]
