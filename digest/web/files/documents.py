"""Answer with a document that does not change while its bytes do not: tagged, packed, or not sent.

The tag is made of the content, so it is the same after a new start, and on another machine.
"""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

from werkzeug import Request, Response
from werkzeug.wsgi import wrap_file

_SMALLEST = 1000  # bytes of a body that is packed: below, it fits one packet as it is
_WORTH_IT = 0.9  # of its size that a packed body may have


class Document(NamedTuple):
    """A body with its type and tag; ``packed`` is the same body packed, if it was worth it."""

    body: bytes
    content_type: str
    tag: str
    packed: bytes | None = None
    modified: datetime | None = None

    @property
    def size(self) -> int:
        """The bytes it takes in memory."""
        return len(self.body) + len(self.packed or b"")


def takes_packed(request: Request) -> bool:
    """Return whether the client takes an answer packed by gzip."""
    return request.accept_encodings["gzip"] > 0


def make_document(
    body: bytes, content_type: str, modified: datetime | None = None, *, is_packed: bool = True
) -> Document:
    """Return a document of text; it is packed unless ``is_packed`` is False."""
    packed = pack(body) if is_packed else None
    return Document(body, content_type, tag_of(body), packed, modified)


def tag_of(body: bytes) -> str:
    """Return the tag of a body: of its content, and not of when it was made."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def pack(body: bytes) -> bytes | None:
    """Return a body packed by gzip, without a date; None where that does not pay."""
    if len(body) < _SMALLEST:
        return None
    packed = gzip.compress(body, mtime=0)
    return packed if len(packed) < _WORTH_IT * len(body) else None


def respond(request: Request, document: Document) -> Response:
    """Answer with the document, or that it is what the client has already (304)."""
    is_packed = document.packed is not None and takes_packed(request)
    body = document.packed if is_packed and document.packed is not None else document.body
    # A wrapped body is not copied for each client that reads it slowly.
    wrapped = wrap_file(request.environ, BytesIO(body))
    response = Response(wrapped, content_type=document.content_type, direct_passthrough=True)
    response.content_length = len(body)
    # A tag of its own, so that no cache gives one for the other.
    response.set_etag(f"{document.tag}-gz" if is_packed else document.tag)
    if document.modified is not None:
        response.last_modified = document.modified
    response.headers["Cache-Control"] = "no-cache"  # kept, and asked for anew each time
    response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response.make_conditional(request)
