"""Encode the parts of a message (RFC 2045, RFC 2046), with marks where a recipient's words go.

A mark begins a line, after a soft line break of quoted-printable, so whatever takes its place can
be encoded by itself. It holds NUL, which no encoded text does.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping

_LINE = 76  # octets of a line at most: RFC 2045, section 6.7
_SOFT = b"=\r\n"  # a line break that is not part of the text


def part(kind: str, text: str, names: Mapping[str, str]) -> bytes:
    """Return the fields and the body of a text part of this kind, ``plain`` or ``html``.

    ``names`` are texts that stand for a recipient's words, each with the name of its mark.
    """
    fields = (
        f"Content-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    pieces = re.split("|".join(map(re.escape, names)), text) if names else [text]
    places = re.findall("|".join(map(re.escape, names)), text) if names else []
    body = [quoted(pieces[0])]
    for place, piece in zip(places, pieces[1:], strict=True):
        mark = b"\0%b:%b\0" % (kind.encode(), names[place].encode())
        body[-1] = _open_ended(body[-1])
        body += [mark, quoted(piece)]
    return fields.encode() + b"".join(body)


def alternative(plain: bytes, html: bytes) -> bytes:
    """Return the fields and the body of a message that is shown as text or as HTML."""
    # "=_" is no quoted-printable, so no line of a part can be the boundary.
    boundary = f"=_{hashlib.blake2b(plain + html, digest_size=12).hexdigest()}"
    opening = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"'
    dashes = f"\r\n--{boundary}".encode()
    return b"".join(
        [
            opening.encode(),
            b"\r\n",
            dashes,
            b"\r\n",
            plain,
            dashes,
            b"\r\n",
            html,
            dashes,
            b"--\r\n",
        ]
    )


def fill(body: bytes, words: Mapping[str, str]) -> bytes:
    """Return the body with each mark replaced by the words of its name, such as "html:why"."""
    pieces = body.split(b"\0")  # every other one is the name of a mark
    pieces[1::2] = [_open_ended(quoted(words[name.decode()])) for name in pieces[1::2]]
    return b"".join(pieces)


def _open_ended(encoded: bytes) -> bytes:
    """Return encoded text with a soft line break at its end, so that more can follow."""
    start = encoded.rfind(b"\n") + 1
    if len(encoded) - start < _LINE:
        return encoded + _SOFT
    # A full line has no room for the sign of a soft break. No "=C3" must be cut.
    cut = len(encoded) - 3
    cut -= 1 if encoded[cut - 1 : cut] == b"=" else 2 if encoded[cut - 2 : cut - 1] == b"=" else 0
    return encoded[:cut] + _SOFT + encoded[cut:] + _SOFT


def quoted(text: str) -> bytes:
    """Return the text in UTF-8 as quoted-printable, with CRLF at the ends of its lines."""
    # With line feeds alone, because it looks at the first line end to choose its own.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = binascii.b2a_qp(lines.encode())
    # Some mailboxes take such a line for the beginning of the next message, and change it.
    encoded = re.sub(rb"(?m)^From ", b"=46rom =\n", encoded)
    return encoded.replace(b"\n", b"\r\n")
