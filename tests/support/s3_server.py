"""A server on loopback that speaks as much of S3 as copying and deleting files needs.

It keeps objects in memory and checks no signature. Lists are of the first version of the API, and
have all objects at once.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_WHEN = "2026-11-20T08:00:00.000Z"
_WHEN_HTTP = "Fri, 20 Nov 2026 08:00:00 GMT"


class StoredObject(NamedTuple):
    """An object, and the headers that its owner gave it."""

    body: bytes
    headers: dict[str, str]

    @property
    def etag(self) -> str:
        """Its hash, in quotes."""
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class S3Server(ThreadingHTTPServer):
    """The server with its objects, by bucket and key: ``papers/daily/latest.html``."""

    daemon_threads = True
    request_queue_size = 64  # rclone opens many connections at once

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, StoredObject] = {}

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, key: str, body: bytes) -> None:
        """Store an object that somebody else has put there."""
        self.objects[key] = StoredObject(body, {})

    def files(self, bucket: str) -> dict[str, bytes]:
        """Return the bytes of each object of a bucket, by key."""
        start = f"{bucket}/"
        return {
            key.removeprefix(start): stored.body
            for key, stored in sorted(self.objects.items())
            if key.startswith(start)
        }


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server during the block."""
    with S3Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: S3Server

    def do_GET(self) -> None:
        key = self._key()
        if "/" not in key:
            self._answer(200, self._list(key), {"Content-Type": "application/xml"})
        else:
            self._object(key)

    def do_HEAD(self) -> None:
        self._object(self._key())

    def do_PUT(self) -> None:
        # rclone copies an object onto itself to give it another time.
        source = unquote(self.headers.get("x-amz-copy-source", "")).strip("/")
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if source:
            body = self.server.objects[source].body
        kept = {
            name: value
            for name, value in self.headers.items()
            if name.lower().startswith("x-amz-meta-") or name.lower() == "content-type"
        }
        stored = StoredObject(body, kept)
        self.server.objects[self._key()] = stored
        etag, when = escape(stored.etag), f"<LastModified>{_WHEN}</LastModified>"
        result = f"<CopyObjectResult>{when}<ETag>{etag}</ETag></CopyObjectResult>"
        self._answer(200, result.encode() if source else b"", {"ETag": stored.etag})

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._key(), None)
        self._answer(204, b"", {})

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).strip("/")

    def _object(self, key: str) -> None:
        stored = self.server.objects.get(key)
        if stored is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", {})
            return
        self._answer(
            200, stored.body, {**stored.headers, "ETag": stored.etag, "Last-Modified": _WHEN_HTTP}
        )

    def _list(self, bucket: str) -> bytes:
        query = parse_qs(urlsplit(self.path).query)
        prefix, delimiter = query.get("prefix", [""])[0], query.get("delimiter", [""])[0]
        rows, folders = [], dict[str, None]()
        for key, body in self.server.files(bucket).items():
            head, found, _ = key.removeprefix(prefix).partition(delimiter or "\0")
            if not key.startswith(prefix):
                continue
            if delimiter and found:
                folders[f"{prefix}{head}{delimiter}"] = None
                continue
            etag = escape(self.server.objects[f"{bucket}/{key}"].etag)
            rows.append(
                f"<Contents><Key>{escape(key)}</Key><LastModified>{_WHEN}</LastModified>"
                f"<ETag>{etag}</ETag><Size>{len(body)}</Size></Contents>"
            )
        rows += (
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders
        )
        head = f"<Name>{bucket}</Name><IsTruncated>false</IsTruncated>"
        return f"<ListBucketResult>{head}{''.join(rows)}</ListBucketResult>".encode()

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
