"""Unpack the parts of mails that may hold a page, as files in UTF-8."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Iterator
from typing import BinaryIO

from digest.errors import Unreadable
from digest.parsers.containers import gzip_members, mail, mail_content, zip_members
from digest.parsers.containers.members import Member
from digest.parsers.input import encodings
from digest.parsers.input.input_file import HEAD_BYTES, InputFile
from digest.parsers.input.unpack_budget import UnpackBudget

_CHUNK_BYTES = 1 << 18
_PACKED = (gzip_members.MAGIC, *zip_members.MAGIC, b"bplist")
_DEFAULTS = ("utf-8", "us-ascii", "ascii")  # labels that programs state without looking


def unpack(input_file: InputFile, budget: UnpackBudget) -> Iterator[Member]:
    """Yield the parts of all mails in a file, in their order.

    A part in an unknown encoding comes without content and with that as its damage.
    """
    mails = _Mails(input_file, budget)
    several = len({part.mail for part in mails.parts}) > 1
    for part in mails.parts:
        try:
            stream, damage = mails.content(part), None
        except UnknownEncoding as error:
            stream, damage = io.BytesIO(), error.reason
        yield Member(
            name=f"mail {part.mail}, {part.header.name}" if several else part.header.name,
            stream=stream,
            modified=part.header.sent or input_file.modified,
            damage=damage,
            choice=part.choice,
            form=part.form,
            mail=part.mail,
            line=part.line,
            body=part.header.content_type if part.header.is_body else "",
        )


class UnknownEncoding(Unreadable):
    """A part names an encoding that nobody knows, and is not UTF-8."""


class _Mails:
    """A file of mails, and the parts that were found in it."""

    def __init__(self, input_file: InputFile, budget: UnpackBudget) -> None:
        self._stream, self._budget = input_file.stream, budget
        # The whole file stays in memory only while its parts are looked for.
        data = input_file.read_all()
        top = data[:HEAD_BYTES]
        self._has_old_line_ends = b"\n" not in top and b"\r" in top
        self._is_mbox = mail.is_mbox(data)
        if self._has_old_line_ends:
            data = data.replace(b"\r", b"\n")
        self.parts = list(mail.parts(data, budget.spend_members))

    def content(self, part: mail.MailPart) -> BinaryIO:
        """Return a file with the content of a part; text in a known encoding is in UTF-8.

        What was recoded begins with a byte order mark. It overrides the encoding that a page
        declares, which no longer holds.
        """
        decoded = self._budget.spill_factory()
        try:
            text = self._decode(part, decoded)
            codec = _codec(decoded, part, text)
        except Unreadable:
            decoded.close()
            raise
        if codec is None:
            decoded.seek(0)
            return decoded
        with decoded:
            return self._recode(decoded, codec, part)

    def _decode(self, part: mail.MailPart, decoded: BinaryIO) -> encodings.TextBytes:
        """Write out what is behind the transfer encoding; return what its bytes are like."""
        pieces = encodings.whole_lines(self._lines(part))
        if self._is_mbox:
            pieces = mail_content.unquote_from(pieces)
        text = encodings.TextBytes()
        for piece in mail_content.decode_transfer(pieces, part.header.transfer):
            self._budget.spend_bytes(len(piece))
            text.look_at(piece)
            decoded.write(piece)
        return text

    def _lines(self, part: mail.MailPart) -> Iterator[bytes]:
        for piece in _stretch(self._stream, part.start, part.end - part.start):
            yield piece.replace(b"\r", b"\n") if self._has_old_line_ends else piece

    def _recode(self, decoded: BinaryIO, codec: str, part: mail.MailPart) -> BinaryIO:
        recoded = self._budget.spill_factory()
        pieces: Iterator[bytes] = (
            text.encode(errors="replace")
            for text in encodings.decode_pieces(_stretch(decoded, 0), codec)
        )
        if part.header.is_flowed:
            lines = encodings.whole_lines(pieces)
            pieces = mail_content.join_flowed(lines, delete_space=part.header.deletes_space)
        recoded.write(codecs.BOM_UTF8)
        recoded.writelines(pieces)
        recoded.seek(0)
        return recoded


def _codec(decoded: BinaryIO, part: mail.MailPart, text: encodings.TextBytes) -> str | None:
    """Return the codec to recode a part from; None if it stays as it is."""
    decoded.seek(0)
    head, header = decoded.read(HEAD_BYTES), part.header
    is_text = header.content_type.startswith("text/") or header.content_type.endswith("xml")
    if not is_text or head.startswith(_PACKED):
        return None
    label = header.charset
    if label and label.lower() in _DEFAULTS and encodings.declared_in_html(head):
        label = None
    if label is None and not header.is_flowed:
        return None
    try:
        codec = text.codec(label)
    except Unreadable as error:
        raise UnknownEncoding(error.reason) from None
    return None if codec == "utf-8" and not header.is_flowed else codec


def _stretch(stream: BinaryIO, start: int, size: int = sys.maxsize) -> Iterator[bytes]:
    """Yield the bytes of a stretch of a file, in pieces."""
    stream.seek(start)
    while piece := stream.read(min(_CHUNK_BYTES, size)):
        yield piece
        size -= len(piece)
