"""Decoding by the labels of the Encoding Standard, in every form that has labels."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digest import parsers
from digest.errors import Unreadable
from digest.parsers.input import encodings, lines

# A codec that encodes, the labels that mean it, and words in it.
WORDS = {
    "cp1252": (("iso-8859-1", "us-ascii", "latin1", "windows-1252"), "“Café” – Œuvres €"),
    "cp1251": (("windows-1251", "cp1251", "x-cp1251"), "Реки и камни № 5"),
    "cp1255": (("windows-1255",), "שלום לנהרות ₪"),
    "iso8859_8": (("iso-8859-8-i", "hebrew", "logical"), "שלום לנהרות"),
    "iso8859_2": (("iso-8859-2", "l2"), "Żółte rzeki"),
    "cp874": (("tis-620", "windows-874", "iso-8859-11"), "แม่น้ำและหิน"),
    "mac_roman": (("macintosh", "x-mac-roman"), "Café “Œuvres”"),
    "koi8_r": (("koi8-r", "koi8"), "Реки и камни"),
    "koi8_u": (("koi8-u",), "Річки і камені ґ"),
    "gbk": (("gb2312", "GBK", "x-gbk", "gb18030", "cp936"), "河流的梯度壓縮"),
    "big5hkscs": (("big5", "big5-hkscs", "x-x-big5"), "河流的梯度咗"),
    "cp950": (("big5", "cp950"), "河流的梯度‧€"),
    "cp932": (("shift_jis", "sjis", "windows-31j", "ms_kanji", "cp932"), "川の勾配①㈱～"),
    "cp949": (("euc-kr", "ks_c_5601-1987", "windows-949", "cp949", "uhc"), "강의 기울기 똠"),
    "euc_jp": (("euc-jp", "x-euc-jp"), "川の勾配ｶﾅ丂"),
    "iso2022_jp": (("iso-2022-jp", "csiso2022jp"), "川の勾配"),
    "iso2022_kr": (("iso-2022-kr",), "강의 기울기"),
    "hz": (("hz-gb-2312", "hz"), "河流的梯度"),
    "utf-7": (("utf-7",), "河流的梯度"),
    "utf-16-le": (("utf-16", "utf-16le"), "河流 rivers"),
}
CASES = [(codec, label) for codec, (labels, _) in WORDS.items() for label in labels]


def page(title: str, declaration: str = "") -> str:
    """Return a listing of one paper as HTML."""
    link = f'<a href="https://huggingface.co/papers/2611.00001">{title}</a>'
    body = (
        f"<article><h3>{link}</h3><p>It is long enough to be an abstract, of words.</p></article>"
    )
    return f"<html><head>{declaration}</head><body><h1>Daily Papers</h1>{body}</body></html>"


def mail(content: bytes, content_type: str) -> bytes:
    """Return a mail with this content."""
    head = (
        f"From: a@example.org\nDate: Fri, 20 Nov 2026 09:00:00 +0000\nContent-Type: {content_type}"
    )
    transfer = "Content-Transfer-Encoding: base64"
    return f"{head}\n{transfer}\n\n".encode() + base64.encodebytes(content)


def title_in(data: bytes) -> str:
    """Return the title of the only paper in a file."""
    (sighting,) = parsers.read_dump("x", io.BytesIO(data)).sightings
    return sighting.title


@pytest.mark.parametrize(("codec", "label"), CASES)
def test_words_come_back_through_mail_and_page(codec: str, label: str) -> None:
    """A label of the mail's header, and one that the page declares."""
    words = WORDS[codec][1]
    assert words == encodings.decode(words.encode(codec), label)
    assert words == title_in(mail(page(words).encode(codec), f'text/html; charset="{label}"'))
    if not label.startswith("utf-16"):
        declaration = f'<meta http-equiv=Content-Type content="text/html; charset={label}">'
        declared = page(words, declaration).encode(codec)
        assert words == title_in(declared)
        assert words == title_in(mail(declared, "text/html"))


@given(data=st.data(), case=st.sampled_from(CASES))
@settings(deadline=None)
def test_any_text_comes_back(data: st.DataObject, case: tuple[str, str]) -> None:
    """Of the characters that the codec encodes and the standard decodes to the same.

    Bytes that are also UTF-8 are read as that: a katakana of Big5 alone is one of them, and so
    are some signs of UTF-16.
    """
    codec, label = case
    # Microsoft's Big5 has kana in other places than the standard's.
    characters = sorted(set(WORDS[codec][1]) | set("aé北" if codec == "cp950" else "aé北カ"))
    text = "".join(data.draw(st.lists(st.sampled_from(characters), min_size=1, max_size=30)))
    encoded = text.encode(codec, "ignore")
    in_ascii = encoded.isascii() and not codec.startswith("utf-16")
    assume(in_ascii or "\ufffd" in encoded.decode(errors="replace"))
    assert encoded.decode(codec) == encodings.decode(encoded, label)


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_utf8_wins_over_any_label(text: str) -> None:
    """Unless a label of seven bits may be right, or the text is ASCII and means the same."""
    for label in ("gbk", "shift_jis", "windows-1252", "x-klingon", None):
        assert text == encodings.decode(text.encode(), label)


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_a_label(mark: str) -> None:
    """Also over one that nobody knows."""
    for label in ("gbk", "windows-1251", "x-klingon"):
        assert "Żółte" == encodings.decode("Żółte".encode(mark), label)


@pytest.mark.parametrize("label", ["rot13", "hex", "base64", "zip", "unicode_escape", "x\0", ""])
def test_transformations_are_no_encodings(label: str) -> None:
    """Python calls them codecs."""
    assert encodings.lookup(label) is None


def test_an_unknown_label_is_named() -> None:
    """Bytes that are not UTF-8 are not guessed."""
    with pytest.raises(Unreadable, match="text in the unknown encoding 'x-klingon'"):
        encodings.decode(b"\xcf\xcc", "x-klingon")
    with pytest.raises(Unreadable, match="'x-klingon'"):
        title_in(page("Реки", '<meta charset="x-klingon">').encode("cp1251"))


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        (b"\xad\xa1\xad\xb5\xf9\xa1", "euc-jp", "①Ⅰ纊"),
        (b"\x1b$B-!-5y!\x1b(B", "iso-2022-jp", "①Ⅰ纊"),
        (b"\x1b(I1\x1b(B", "iso-2022-jp", "ｱ"),
        (b"\x81\x8d\x90", "windows-1252", "\x81\x8d\x90"),
        (b"\xca", "windows-1255", "\u05ba"),
        (b"\xae\xbe", "koi8-u", "ўЎ"),
        (b"\x80", "gb2312", "€"),
        (b"\xa1\x45\xa3\xe1", "big5", "‧€"),
        (b"C++ and a+b", "utf-7", "C++ and a+b"),
    ],
)
def test_the_tables_of_the_standard_are_whole(data: bytes, label: str, text: str) -> None:
    """Python's codecs lack these, or have others in their place."""
    assert text == encodings.decode(data, label)


def test_a_header_without_knowledge_yields_to_the_page() -> None:
    """Programs state UTF-8 or ASCII without looking; the page's own label is then better."""
    for header in ("utf-8", "us-ascii"):
        data = page("Реки", '<meta charset="windows-1251">').encode("cp1251")
        assert "Реки" == title_in(mail(data, f"text/html; charset={header}"))
        data = page("Café", '<meta charset="latin1">').encode()
        assert "Café" == title_in(mail(data, f"text/html; charset={header}"))


def test_a_declaration_in_a_comment_is_none() -> None:
    """``utf-16`` in a page means UTF-8, and an XML declaration counts as well."""
    assert encodings.declared_in_html(b"<!-- <meta charset=koi8-r> --><p>") is None
    assert "utf-8" == encodings.declared_in_html(b"<meta charset=utf-16>")
    assert "koi8-r" == encodings.declared_in_html(b'<?xml version="1.0" encoding="koi8-r"?><html>')


@pytest.mark.parametrize("early", ["", "Żółw: a title before\n"])
def test_a_late_byte_decides_for_its_line(early: str) -> None:
    """It stands behind the first 64 KiB; the lines before it stay as they are."""
    late = "Café\n".encode("cp1252")
    data = early.encode() + b"words of a line\n" * 9000 + late
    expected = early + "words of a line\n" * 9000 + "Café\n"
    page = lines.iter_lines(io.BytesIO(data), data[:65536])
    found = "".join(map(encodings.decode_line, page))
    assert expected == found == lines.decode(data)


def test_a_damaged_character_changes_no_other() -> None:
    """In a text of UTF-8 the others of its line stay, and so do the other lines."""
    text = "Żółte rzeki\nŻółte źródła\n"
    damaged = text.encode().replace("źr".encode(), "źr".encode()[1:])
    assert "Żółte rzeki\nŻółte \ufffdródła\n" == lines.decode(damaged)
