"""Decode bytes by the label of their encoding, as browsers do.

The table is that of the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/), in which
many labels mean a superset: ``gb2312`` is GBK, ``shift_jis`` windows-31j, ``iso-8859-1``
windows-1252. Mail, HTML, XML and references are all decoded here.
"""

from __future__ import annotations

import codecs

from digest.errors import Unreadable

# The codec for a name of the standard where Python's of that name is another. The standard
# decodes GBK as GB18030.
_SUPERSETS = {
    "gbk": "gb18030",
    "x-user-defined": "cp1252",
}
# In these, bytes below 128 are not ASCII text, so a valid UTF-8 text proves nothing.
_NOT_ASCII = ("iso2022", "utf-7", "utf_7", "hz", "utf-16", "utf-32")
# Names of Python's that are transformations or escapes, and no encodings that a file can be in.
_NOT_ENCODINGS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}


def lookup(label: str) -> str | None:
    """Return the name of Python's codec for a label; None for a label that nobody knows.

    Labels of the standard come first; a label that only Python knows is its own.
    """
    import webencodings  # most dumps have no label

    encoding = webencodings.lookup(label)
    if encoding is not None and encoding.name != "replacement":
        return _SUPERSETS.get(encoding.name, encoding.codec_info.name)
    return _python_codec(label.strip())


def decode(data: bytes, label: str | None) -> str:
    """Return text by its byte order mark, else as UTF-8 if it is valid, else by the label.

    Without a label, other bytes than UTF-8 are windows-1252. A byte without a character becomes
    U+FFFD. Raises `Unreadable` with the label if nobody knows it and the bytes are not UTF-8.
    """
    codec = lookup(label) if label else "cp1252"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if codec is None or not codec.startswith(_NOT_ASCII) or data.startswith(codecs.BOM_UTF8):
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            if codec is None:
                raise Unreadable(f"text in the unknown encoding {label!r:.60}") from None
    return data.decode(codec, "replace")


def _python_codec(label: str) -> str | None:
    try:
        "".encode(label)  # raises LookupError also for codecs that are not of text
        codec = codecs.lookup(label)
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if codec.name in _NOT_ENCODINGS else codec.name
