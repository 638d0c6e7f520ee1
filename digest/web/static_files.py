"""Answer with the files of the output, as the last publication left them.

Every file was put in its place by a rename, so an answer is one whole version of it.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import quote

from werkzeug import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from digest.operations.serving.output_files import find_file
from digest.render import paths
from digest.render.media_types import media_type
from digest.render.web.pages import WebPages

_PRIVATE = {paths.STATUS, paths.STATUS_DATA}
_METHODS = ("GET", "HEAD")
_LARGEST = 8 << 20  # bytes of a file that is kept in memory
_CACHED = 64 << 20  # bytes of all of them
_SMALLEST = 1000  # bytes of a file that is packed: below, it fits one packet as it is
_WORTH_IT = 0.9  # of its size that a packed file may have
_PACKED = ("text/", "application/", "image/svg+xml")  # files of others are sent as they are


class CachedFile(NamedTuple):
    """A file in memory: what it was when it was read, its bytes and their tag, also packed."""

    mark: tuple[int, int, int]
    tag: str
    body: bytes
    packed: bytes | None

    @property
    def size(self) -> int:
        """The bytes it takes."""
        return len(self.body) + len(self.packed or b"")


class StaticFiles:
    """Serves the files below ``output``; used by several threads.

    No hidden file, no listing of a folder, nothing outside. Pages of the status are served only
    if it ``is_private``. Before the first publication the style sheet comes from the templates.
    """

    def __init__(self, output: Path, pages: WebPages, *, is_private: bool) -> None:
        self._output, self._pages = output, pages
        self._is_private = is_private
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, CachedFile] = OrderedDict()
        self._cached = 0

    def __call__(self, request: Request) -> Response:
        """Return the file a request asks for. Raises `NotFound` and `MethodNotAllowed`."""
        found = find_file(self._output.resolve(), request.path)
        if found is None or (found in _PRIVATE and not self._is_private):
            return self._asset(request)
        if request.method not in _METHODS:
            raise MethodNotAllowed(_METHODS)
        if found.endswith("/"):
            return Response(status=301, headers={"Location": f"{self._pages.root}{quote(found)}"})
        return self._file(request, found)

    def _asset(self, request: Request) -> Response:
        asset = self._pages.find_asset(request.path.lstrip("/"))
        if asset is None or request.method not in _METHODS:
            raise NotFound
        return Response(asset.body, content_type=media_type(asset.path))

    def _file(self, request: Request, path: str) -> Response:
        try:
            with (self._output / path).open("rb") as file:
                cached = self._load(path, file)
        except OSError as error:  # removed, or made unreadable, in this moment
            raise NotFound from error
        takes_packed = cached.packed is not None and request.accept_encodings["gzip"] > 0
        body, tag = cached.body, cached.tag
        if takes_packed and cached.packed is not None:
            body, tag = cached.packed, f"{tag}-gz"
        response = Response(body, content_type=media_type(path))
        response.set_etag(tag)
        response.last_modified = datetime.fromtimestamp(cached.mark[1] // 1_000_000_000, UTC)
        response.headers["Cache-Control"] = "no-cache"  # stored, and asked for anew each time
        if cached.packed is not None:
            response.headers["Vary"] = "Accept-Encoding"
        if takes_packed:
            response.headers["Content-Encoding"] = "gzip"
        return response.make_conditional(request)

    def _load(self, path: str, file: BinaryIO) -> CachedFile:
        """Return an open file from memory, or read it: one that was changed has another mark."""
        stat = os.fstat(file.fileno())
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            cached = self._cache.get(path)
            if cached and cached.mark == mark:
                self._cache.move_to_end(path)
                return cached
        body = file.read()
        # Its content and not its time: a publication that writes the same bytes changes no tag.
        tag = hashlib.blake2b(body, digest_size=16).hexdigest()
        read = CachedFile(mark, tag, body, _packed(path, body))
        self._keep(path, read)
        return read

    def _keep(self, path: str, file: CachedFile) -> None:
        with self._lock:
            if former := self._cache.pop(path, None):
                self._cached -= former.size
            if file.size > _LARGEST:
                return
            self._cache[path] = file
            self._cached += file.size
            while self._cached > _CACHED:
                _, oldest = self._cache.popitem(last=False)
                self._cached -= oldest.size


def _packed(path: str, body: bytes) -> bytes | None:
    """Return the bytes packed by gzip, without a date; None where that does not pay."""
    kind = media_type(path)
    is_text = kind.startswith(_PACKED) and kind != "application/octet-stream"
    if len(body) < _SMALLEST or not is_text:
        return None
    packed = gzip.compress(body, mtime=0)
    return packed if len(packed) < _WORTH_IT * len(body) else None
