"""Acts of servers that misbehave: parts of answers that are cut, slow, endless or wrong."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from tests.support import source_json
from tests.support.wires import Act, Asked, Wire, head, reply

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GOOD = source_json.daily_papers({"date": "2026-11-19"}, MOMENT).body
JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
PACKED = gzip.compress(GOOD, mtime=0)
BOMB = gzip.compress(b" " * 24_000_000, mtime=0)

Ending = Callable[[Wire], None]
Headers = Sequence[tuple[str, object]]


def close(_: Wire) -> None:
    """End the connection properly."""


def good(wire: Wire, asked: Asked) -> None:
    """Give the good answer."""
    reply(200, GOOD, JSON)(wire, asked)


def raw(data: bytes, end: Ending = close) -> Act:
    """Send these bytes and end the connection."""

    def act(wire: Wire, _: Asked) -> None:
        wire.send(data)
        end(wire)

    return act


def body(data: bytes, *headers: tuple[str, object], end: Ending = close, status: int = 200) -> Act:
    """Answer with these headers, whatever the body is."""
    return raw(head(status, [("Content-Type", JSON), *headers]) + data, end)


def status(number: int, *headers: tuple[str, object], text: bytes = b"{}") -> Act:
    """Answer with this status and a short body of its proper length."""
    return reply(number, text, JSON, headers)


def whole(data: bytes, kind: str = JSON, *headers: tuple[str, object]) -> Act:
    """Answer 200 with this body of this type, of its proper length."""
    return reply(200, data, kind, headers)


def packed(data: bytes, coding: str = "gzip") -> Act:
    """Answer with a body that says it is packed."""
    return whole(data, JSON, ("Content-Encoding", coding))


def chunks(*lines: bytes, end: Ending = close) -> Act:
    """Answer in chunks, with these bytes as their lines."""
    return body(b"".join(lines), ("Transfer-Encoding", "chunked"), end=end)


def chunk(data: bytes, size: int | None = None) -> bytes:
    """Return a chunk that says it has this size."""
    return b"%x\r\n%b\r\n" % (len(data) if size is None else size, data)


def slowly(quick: bytes, slow: bytes) -> Act:
    """Send the first bytes at once, and the others a byte at a time."""

    def act(wire: Wire, _: Asked) -> None:
        wire.send(quick)
        wire.trickle(slow)

    return act


def endless(quick: bytes, piece: bytes) -> Act:
    """Send the first bytes, and then the piece for ever."""

    def act(wire: Wire, _: Asked) -> None:
        wire.send(quick)
        wire.pour(piece)

    return act


def redirect(location: str | None, status: int = 302) -> Act:
    """Redirect; ``{host}`` in the location is the host as asked, with the port, ``{name}`` without.

    ``{port}`` is the port, ``{path}`` the path.
    """

    def act(wire: Wire, asked: Asked) -> None:
        host = asked.headers["host"]
        name, _, port = host.rpartition(":")
        where = (location or "").format(host=host, name=name or host, port=port, path=asked.path)
        headers = [] if location is None else [("Location", where)]
        reply(status, b"moved", "text/plain", headers)(wire, asked)

    return act


def hops(count: int, status: int = 302) -> Act:
    """Redirect so many times, and then give the good answer."""

    def act(wire: Wire, asked: Asked) -> None:
        hop = int(asked.query.get("hop", "0"))
        following = redirect(f"http://{{host}}/listing?hop={hop + 1}", status)
        (following if hop < count else good)(wire, asked)

    return act


def at_home(first: Act, elsewhere: Act) -> Act:
    """Act in one way for the path /listing, and in another for all others."""

    def act(wire: Wire, asked: Asked) -> None:
        (first if asked.path == "/listing" else elsewhere)(wire, asked)

    return act


def wants_cookie(wire: Wire, asked: Asked) -> None:
    """Send to the same place until a cookie comes back."""
    if "cookie" in asked.headers:
        good(wire, asked)
        return
    headers = [("Set-Cookie", "seen=1; Path=/"), ("Location", asked.path)]
    reply(302, b"", "text/plain", headers)(wire, asked)


def deflated(data: bytes) -> bytes:
    """Return the data in zlib's form."""
    return zlib.compress(data)
