"""Encode a file anew, and pack it as mails and archives do. What is in it stays the same."""

from __future__ import annotations

import base64
import gzip
import io
import quopri
import random
import zipfile
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.fuzz.papers import FLAVOURS


class Encoding(NamedTuple):
    """A codec, a label for it, the words it can hold, and whether its label is wrong.

    A wrong label never matters for bytes that are UTF-8; ``unknown`` labels of other bytes make
    the file refused.
    """

    codec: str
    label: str
    flavours: tuple[str, ...]
    unknown: bool = False


_ALL = tuple(flavour for flavour in FLAVOURS if flavour != "ascii")
# The codec, the words it can hold, and its labels by the WHATWG Encoding Standard
# (https://encoding.spec.whatwg.org/#names-and-labels), where a label means a superset:
# iso-8859-1 is windows-1252, gb2312 is GBK. cp437 and cp850 are known to Python only.
_LABELS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("utf-8", _ALL, "utf-8 UTF8 iso-8859-1 windows-1252 us-ascii gb2312 windows-1251"),
    ("utf-8", _ALL, "shift_jis no-such-charset macintosh"),
    ("cp1252", ("latin",), "windows-1252 iso-8859-1 latin1 us-ascii"),
    ("cp1250", ("central",), "windows-1250 x-cp1250"),
    ("cp1251", ("cyrillic",), "windows-1251 cp1251 x-cp1251"),
    ("cp1253", ("greek",), "windows-1253"),
    ("iso8859_2", ("central",), "iso-8859-2"),
    ("iso8859_5", ("cyrillic",), "iso-8859-5"),
    ("iso8859_7", ("greek",), "iso-8859-7"),
    ("iso8859_15", ("latin",), "iso-8859-15"),
    ("koi8_r", ("cyrillic",), "koi8-r KOI8 koi"),
    ("koi8_u", ("cyrillic",), "koi8-u"),
    ("cp866", ("cyrillic",), "ibm866"),
    ("mac_cyrillic", ("cyrillic",), "x-mac-cyrillic"),
    ("mac_roman", ("latin",), "macintosh"),
    ("cp932", ("japanese",), "Shift_JIS windows-31j x-sjis ms_kanji"),
    ("euc_jp", ("japanese",), "EUC-JP"),
    ("iso2022_jp", ("japanese",), "iso-2022-jp"),
    ("gbk", ("chinese", "traditional"), "gbk gb2312 x-gbk chinese"),
    ("gb18030", _ALL, "gb18030"),
    ("big5hkscs", ("traditional",), "big5 Big5-HKSCS x-x-big5"),
    ("cp949", ("korean",), "EUC-KR windows-949 ks_c_5601-1987"),
    ("cp874", ("thai",), "windows-874 tis-620 iso-8859-11"),
    ("cp437", ("latin",), "cp437"),
    ("cp850", ("latin",), "cp850"),
)
ENCODINGS = (
    *(
        Encoding(codec, label, flavours)
        for codec, flavours, labels in _LABELS
        for label in labels.split()
    ),
    Encoding("cp1252", "no-such-charset", ("latin",), unknown=True),
    Encoding("cp1251", "x-unknown", ("cyrillic",), unknown=True),
)
BY_MARK = ("utf-8-sig", "utf-16")  # need no label

_BOUNDARY = "=_part_7"
_HEADER = (
    "From: Ann Reader <ann@example.org>\nTo: digest@example.org\n"
    "Date: Fri, 20 Nov 2026 07:00:00 +0000\nSubject: Papers of the day\nMIME-Version: 1.0\n"
)
_FROM = b"From ann@example.org Fri Nov 20 07:00:00 2026\n"


def gzipped(files: Sequence[bytes], draw: random.Random) -> bytes:
    """Pack one file into one or more gzip members."""
    data = b"".join(files)
    cuts = sorted(draw.randrange(len(data) + 1) for _ in range(draw.choice((0, 0, 1, 3))))
    ends = [*cuts, len(data)]
    starts = [0, *cuts]
    return b"".join(
        gzip.compress(data[start:end], 1, mtime=0) for start, end in zip(starts, ends, strict=True)
    )


def zipped(files: Sequence[bytes], draw: random.Random) -> bytes:
    """Pack files into a zip file."""
    packed = io.BytesIO()
    method = draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number, data in enumerate(files):
            archive.writestr(zipfile.ZipInfo(f"papers/{number}.dat"), data)
    return packed.getvalue()


def _encoded(data: bytes, draw: random.Random) -> tuple[str, bytes]:
    if draw.random() < 0.5:
        return "base64", base64.encodebytes(data)
    return "quoted-printable", quopri.encodestring(data)


def _kind(data: bytes) -> str:
    return "text/html" if data.lstrip()[:14].lower() == b"<!doctype html" else "text/plain"


def mailed(files: Sequence[bytes], draw: random.Random, charset: str = "utf-8") -> bytes:
    """Send one file as the text of a mail."""
    data = b"".join(files)
    transfer, body = _encoded(data, draw)
    header = f"{_HEADER}Content-Type: {_kind(data)}; charset={charset}\n"
    return f"{header}Content-Transfer-Encoding: {transfer}\n\n".encode() + body


def attached(files: Sequence[bytes], draw: random.Random) -> bytes:
    """Send files as attachments of a mail with a text of its own."""
    parts = [b"Content-Type: text/plain; charset=utf-8\n\nHere are the papers.\n"]
    for number, data in enumerate(files):
        transfer, body = _encoded(data, draw)
        name = f"papers-{number}.dat"
        parts.append(
            f"Content-Type: application/octet-stream; name={name}\n"
            f"Content-Disposition: attachment; filename={name}\n"
            f"Content-Transfer-Encoding: {transfer}\n\n".encode()
            + body
        )
    mark = f"--{_BOUNDARY}".encode()
    header = f'{_HEADER}Content-Type: multipart/mixed; boundary="{_BOUNDARY}"\n\n'.encode()
    return header + b"".join(mark + b"\n" + part + b"\n" for part in parts) + mark + b"--\n"


def boxed(files: Sequence[bytes], draw: random.Random) -> bytes:
    """Put each file into a mail of its own, and the mails into one mailbox (RFC 4155)."""
    return b"".join(_FROM + mailed([data], draw) + b"\n" for data in files)


# Those that may hold several files, and those that hold one.
SEVERAL: dict[str, Callable[[Sequence[bytes], random.Random], bytes]] = {
    "zip": zipped,
    "attachments": attached,
    "mailbox": boxed,
}
ONE: dict[str, Callable[[Sequence[bytes], random.Random], bytes]] = {
    "gzip": gzipped,
    "mail": mailed,
}
