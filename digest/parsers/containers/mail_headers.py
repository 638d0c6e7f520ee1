"""Read the headers of a mail or of one of its parts.

The standard library parses them. What it cannot make sense of counts as not stated.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from digest.errors import Unreadable
from digest.parsers.input import encodings

if TYPE_CHECKING:
    from email.message import Message

TEXT, MESSAGE = "text/plain", "message/rfc822"
# What the standard library raises for damaged headers.
_ERRORS = (ValueError, LookupError, TypeError, AttributeError, OverflowError)


class Header(NamedTuple):
    """What the header of a part says of its content.

    ``charset`` is the label as it stands there. ``sent`` is the day of the mail around it.
    """

    content_type: str
    name: str
    boundary: bytes
    charset: str | None
    transfer: str
    is_attachment: bool
    is_flowed: bool
    deletes_space: bool
    sent: date | None

    @property
    def is_encoded(self) -> bool:
        """Whether the content must be decoded before anything in it can be found."""
        return self.transfer in ("base64", "quoted-printable")

    @property
    def is_body(self) -> bool:
        """Whether it is a text of the mail itself, and no attachment."""
        return self.content_type in ("text/html", TEXT) and not self.is_attachment


def read(header: bytes, default_type: str, sent: date | None) -> Header:
    """Read the lines of a header; ``sent`` is the day if it has no ``Date``."""
    message = _parse(header)
    content_type = _content_type(message, default_type)
    name = _file_name(message)
    disposition = _first(message, "Content-Disposition")
    return Header(
        content_type=content_type,
        name=name or content_type,
        boundary=_parameter(message, "boundary").rstrip().encode(errors="replace"),
        charset=_parameter(message, "charset") or None,
        transfer=_first(message, "Content-Transfer-Encoding"),
        is_attachment=bool(name) or disposition == "attachment",
        is_flowed=content_type == TEXT and _parameter(message, "format").lower() == "flowed",
        deletes_space=_parameter(message, "delsp").lower() == "yes",
        sent=_sent_day(message) or sent,
    )


def _parse(header: bytes) -> Message:
    from email import parser, policy

    # As text: of bytes beyond ASCII the library makes U+FFFD.
    text = encodings.decode(header, None)
    return parser.HeaderParser(policy=policy.compat32).parsestr(text)


def _content_type(message: Message, default_type: str) -> str:
    message.set_default_type(default_type)
    try:
        return message.get_content_type()
    except _ERRORS:
        return default_type


def _first(message: Message, name: str) -> str:
    """Return the value of a header without parameters, in lower case."""
    return str(message.get(name, "")).partition(";")[0].strip().lower()


def _parameter(message: Message, name: str) -> str:
    """Return a parameter of the content type, "" if there is none."""
    from email import utils

    try:
        return utils.collapse_rfc2231_value(message.get_param(name, "") or "")
    except _ERRORS:
        return ""


def _file_name(message: Message) -> str:
    """Return the name of an attachment; its encoded words (RFC 2047) decoded."""
    from email import errors, header

    try:
        name = message.get_filename() or ""
        words = header.decode_header(name)
        return "".join(_word(word, charset) for word, charset in words)
    except (*_ERRORS, errors.HeaderParseError, Unreadable):
        return "attachment"


def _word(word: bytes | str, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    return encodings.decode(word, charset)


def _sent_day(message: Message) -> date | None:
    """Return the day in the mail's header: more reliable for a page's year than the file time."""
    from email import utils

    try:
        return utils.parsedate_to_datetime(str(message["Date"])).date()
    except (*_ERRORS, RecursionError):
        return None
