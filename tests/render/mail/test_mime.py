"""The encoding of a message's parts, and the words that are put in afterwards."""

from __future__ import annotations

import quopri

from hypothesis import given
from hypothesis import strategies as st

from digest.render.mail import mime
from tests.support import mails

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
LINES = st.lists(
    st.sampled_from(["From here", ".", "", " x ", "=", "é" * 50, "y" * 90]), max_size=9
)


@given(TEXT | LINES.map("\n".join))
def test_any_text_comes_back(text: str) -> None:
    """Lines are short and in ASCII, and none is a lone dot or begins as a mailbox's first line."""
    encoded = mime.quoted(text)
    lines = encoded.split(b"\r\n")
    assert encoded.isascii()
    for line in lines:
        assert 76 >= len(line)
        assert b"\n" not in line
        assert not line.startswith(b"From ")
        assert b"." != line
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert expected == quopri.decodestring(encoded).decode().replace("\r\n", "\n")


@given(TEXT, TEXT, TEXT)
def test_words_put_in_afterwards_are_those_of_a_whole_encoding(
    before: str, words: str, after: str
) -> None:
    """What a recipient reads is what one encoding of the whole text would give."""
    part = mime.part("plain", f"{before}<<why>>{after}", {"<<why>>": "why"})
    filled = mime.fill(part, {"plain:why": words})
    _fields, _, body = filled.partition(b"\r\n\r\n")
    whole = f"{before}{words}{after}" if "<<why>>" not in before + after else None
    decoded = quopri.decodestring(body).decode().replace("\r\n", "\n")
    if whole is not None:
        parts = (before, words, after)  # each by itself: a CR and a LF may meet
        lines = (text.replace("\r\n", "\n").replace("\r", "\n") for text in parts)
        assert "".join(lines) == decoded
    assert b"\0" not in filled
    for line in body.split(b"\r\n"):
        assert 76 >= len(line)


def test_two_parts_are_alternatives() -> None:
    """The text comes first, and programs find no defect."""
    plain, html = (mime.part(kind, f"{kind} ü", {}) for kind in ("plain", "html"))
    read = mails.parse(mime.alternative(plain, html))
    assert "multipart/alternative" == read.get_content_type()
    kinds = [each.get_content_type() for each in read.iter_parts()]
    assert ["text/plain", "text/html"] == kinds
    assert ["plain ü", "html ü"] == [each.get_content() for each in read.iter_parts()]
