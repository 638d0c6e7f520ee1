"""Keep the files that are asked for in memory, with their tags, as they are and packed."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from io import BufferedReader
from typing import NamedTuple

from digest.render.media_types import media_type
from digest.web.files import documents

_LARGEST = 8 << 20  # bytes of a file that is kept in memory; a larger one is read each time
_ALL = 64 << 20  # bytes of all of them
_MOST = 20_000  # files whose tags are kept
_PACKED = ("text/", "application/", "image/svg+xml")  # files of others are sent as they are


class CachedFile(NamedTuple):
    """What a file was when it was read: its tag, and its bytes, also packed, unless too large."""

    mark: tuple[int, int, int]
    tag: str
    body: bytes | None
    packed: bytes | None

    @property
    def size(self) -> int:
        """The bytes it takes in memory."""
        return len(self.body or b"") + len(self.packed or b"")

    @property
    def seconds(self) -> int:
        """When the file was written, in whole seconds as HTTP has them."""
        return self.mark[1] // 1_000_000_000


class FileCache:
    """The files that were asked for last, in a bounded part of the memory.

    ``largest`` is the size of the largest file that is kept, and ``in_all`` that of all of them.
    ``size`` is what they take now.
    """

    def __init__(self, *, largest: int = _LARGEST, in_all: int = _ALL) -> None:
        self._largest, self._in_all = largest, in_all
        self._lock = threading.Lock()
        self._files: OrderedDict[str, CachedFile] = OrderedDict()
        self.size = 0

    def load(self, path: str, file: BufferedReader) -> CachedFile:
        """Return an open file from memory, or read it: one that was changed has another mark.

        A large file is read for its tag only, and left at its beginning.
        """
        stat = os.fstat(file.fileno())
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            cached = self._files.get(path)
            if cached and cached.mark == mark:
                self._files.move_to_end(path)
                return cached
        read = _read_large(mark, file) if stat.st_size > self._largest else _read(path, mark, file)
        self._keep(path, read)
        return read

    def _keep(self, path: str, file: CachedFile) -> None:
        with self._lock:
            if former := self._files.pop(path, None):
                self.size -= former.size
            self._files[path] = file
            self.size += file.size
            while self.size > self._in_all or len(self._files) > _MOST:
                _, oldest = self._files.popitem(last=False)
                self.size -= oldest.size


def _read(path: str, mark: tuple[int, int, int], file: BufferedReader) -> CachedFile:
    body = file.read()
    # Of its content and not its time: a publication that writes the same bytes changes no tag.
    return CachedFile(mark, documents.tag_of(body), body, _packed(path, body))


def _read_large(mark: tuple[int, int, int], file: BufferedReader) -> CachedFile:
    content = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
    file.seek(0)
    return CachedFile(mark, content.hexdigest(), None, None)


def _packed(path: str, body: bytes) -> bytes | None:
    """Return the bytes packed by gzip, without a date; None where that does not pay."""
    kind = media_type(path)
    is_text = kind.startswith(_PACKED) and kind != "application/octet-stream"
    return documents.pack(body) if is_text else None
