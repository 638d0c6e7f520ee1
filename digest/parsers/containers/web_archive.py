"""Unpack Safari's web archives: the page itself, and the pages in its frames.

They are property lists, binary or XML. Of a binary one only the objects on the way to the pages
are read, because the standard library makes an object of every value, which takes many times
the size of a file of tiny ones. Pictures, styles and scripts are left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from digest.errors import Unreadable
from digest.parsers.containers.members import Member
from digest.parsers.input import encodings

if TYPE_CHECKING:
    from digest.parsers.input.input_file import InputFile
    from digest.parsers.input.unpack_budget import UnpackBudget

_BINARY = b"bplist00"
_XML = re.compile(rb"\s{0,99}<\?xml[^<>]{0,99}>\s{0,99}<!DOCTYPE plist[^<>]{0,200}>\s{0,99}<plist")
_MAIN, _FRAMES = "WebMainResource", "WebSubframeArchives"
_DAMAGED = "a damaged web archive"
_MAX_XML_TAGS = 100_000  # of a page with a thousand pictures, ten thousand
_MAX_VALUES = 10_000  # in one dictionary or list
_TRAILER_BYTES = 32
_ERRORS = (ValueError, LookupError, TypeError, AttributeError, OverflowError, EOFError)


def detect(head: bytes) -> bool:
    """Return whether a file begins as a property list with the names of a web archive."""
    is_list = head.startswith(_BINARY) or _XML.match(head)
    return bool(is_list) and (_MAIN.encode() in head or head.startswith(_BINARY))


def unpack(input_file: InputFile, budget: UnpackBudget) -> Iterator[Member]:
    """Yield the page and the pages of its frames. Raises `Unreadable` for a damaged archive."""
    try:
        archive = _archive(input_file)
        for resource in _resources(archive, budget.limits.layers):
            budget.spend_members(1)
            data = resource["WebResourceData"]
            name = str(resource.get("WebResourceURL") or "page")
            if not isinstance(data, bytes):
                raise Unreadable(_DAMAGED)
            budget.spend_bytes(len(data))
            label = resource.get("WebResourceTextEncodingName")
            in_utf8 = encodings.in_utf8(data, label if isinstance(label, str) else None)
            yield Member(name, io.BytesIO(in_utf8), input_file.modified)
    except _ERRORS as error:
        raise Unreadable(_DAMAGED) from error


def _archive(input_file: InputFile) -> Any:
    if input_file.head.startswith(_BINARY):
        return _BinaryList(input_file.stream, input_file.size).top()
    import plistlib
    from xml.parsers.expat import ExpatError

    data = input_file.read_all()
    if data.count(b"<") > _MAX_XML_TAGS:
        raise Unreadable(f"more than {_MAX_XML_TAGS:,} tags in a web archive")
    try:
        return plistlib.loads(data, fmt=plistlib.FMT_XML)
    except ExpatError as error:
        raise Unreadable(_DAMAGED) from error


def _resources(archive: Any, layers: int) -> Iterator[Any]:
    """Yield the page of an archive, then those of its frames."""
    if _MAIN in archive:
        yield archive[_MAIN]
    frames = archive.get(_FRAMES, ()) if layers else ()
    for frame in frames:
        yield from _resources(frame, layers - 1)


class _BinaryList:
    """A binary property list (``bplist00``), read where it is asked for.

    Its trailer says how long references are and where the table of positions stands.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        trailer = self.read(max(size - _TRAILER_BYTES, 0), _TRAILER_BYTES)
        self._offset_bytes, self._reference_bytes = trailer[6], trailer[7]
        self._count, self._top, self._table = (
            int.from_bytes(trailer[start : start + 8], "big") for start in (8, 16, 24)
        )

    def top(self) -> Any:
        """Return the outermost value."""
        return self.value(self._top)

    def read(self, position: int, size: int) -> bytes:
        """Return bytes of the file. Raises `EOFError` if they are not all there."""
        self._stream.seek(position)
        data = self._stream.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def value(self, reference: int) -> Any:
        """Return a text, data, or a dictionary or list that reads its values when asked."""
        if reference >= self._count:
            raise IndexError
        entry = self._table + reference * self._offset_bytes
        position = int.from_bytes(self.read(entry, self._offset_bytes), "big")
        kind, count = divmod(self.read(position, 1)[0], 16)
        position += 1
        if count == 0xF and kind >= 4:
            length = 1 << (self.read(position, 1)[0] & 0xF)
            count = int.from_bytes(self.read(position + 1, length), "big")
            position += 1 + length
        if kind == 0x4:
            return self.read(position, count)
        if kind in (0x5, 0x6):
            text = self.read(position, count if kind == 0x5 else 2 * count)
            return text.decode("ascii" if kind == 0x5 else "utf-16-be")
        if kind in (0xA, 0xD):
            return self._collection(position, count, is_dictionary=kind == 0xD)
        return None  # a number, a date: nothing on the way to a page

    def _collection(self, position: int, count: int, *, is_dictionary: bool) -> Any:
        if count > _MAX_VALUES:
            raise Unreadable("too many values for a web archive")
        size = self._reference_bytes
        data = self.read(position, count * size * (2 if is_dictionary else 1))
        references = [
            int.from_bytes(data[start : start + size], "big") for start in range(0, len(data), size)
        ]
        if not is_dictionary:
            return map(self.value, references)
        keys = [self.value(key) for key in references[:count]]
        return _Lazy(self, dict(zip(keys, references[count:], strict=True)))


class _Lazy:
    """A dictionary whose values are read when they are asked for."""

    def __init__(self, plist: _BinaryList, references: dict[Any, int]) -> None:
        self._plist, self._references = plist, references

    def __contains__(self, key: str) -> bool:
        return key in self._references

    def __getitem__(self, key: str) -> Any:
        return self._plist.value(self._references[key])

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value, or the default if there is none."""
        reference = self._references.get(key)
        return default if reference is None else self._plist.value(reference)
