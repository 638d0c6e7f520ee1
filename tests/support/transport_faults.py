"""Faults of the transport: slow, cut, endless, broken off, wrongly packed. One line each."""

from __future__ import annotations

import gzip

from tests.support.fault_cases import Case, case, tls
from tests.support.misbehaving import (
    BOMB,
    GOOD,
    JSON,
    PACKED,
    body,
    chunk,
    chunks,
    deflated,
    endless,
    good,
    packed,
    raw,
    slowly,
    status,
    whole,
)
from tests.support.wires import Wire, head

LENGTH = len(GOOD)
OK = head(200, [("Content-Type", JSON), ("Content-Length", LENGTH)])
CHUNKED = head(200, [("Transfer-Encoding", "chunked")])
GZIP = [("Content-Encoding", "gzip"), ("Content-Length", len(PACKED))]


def _greet_slowly(wire: Wire) -> None:
    wire.trickle(b"\x16\x03\x03\x00\x7a\x02" + bytes(4096))


SLOW = [
    case("trickle in the status line", "again", slowly(b"", OK + GOOD)),
    case("trickle in the headers", "again", slowly(OK[:20], OK[20:] + GOOD)),
    case("trickle in the body", "again", slowly(OK, GOOD)),
    case(
        "trickle in chunk sizes",
        "again",
        slowly(CHUNKED, b"".join(b"1;x=%d\r\n[\r\n" % n for n in range(999))),
    ),
    case(
        "trickle in a trailer", "again", slowly(CHUNKED + chunk(GOOD) + b"0\r\n", b"X: y\r\n" * 999)
    ),
    case("trickle in a gzip body", "again", slowly(head(200, GZIP), PACKED)),
    tls("trickle in the TLS handshake", "again", greet=_greet_slowly),
    case("silence before the status", "again", raw(b"", Wire.hang)),
    case("silence in the headers", "again", raw(OK[:30], Wire.hang)),
    case("silence in the body", "again", raw(OK + GOOD[:50], Wire.hang)),
    tls("silence in the TLS handshake", "again", greet=Wire.hang),
    case("endless 100 Continue", "fails", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
]
PACKING = [
    case("gzip", "good", packed(PACKED)),
    case(
        "gzip in two members",
        "good",
        packed(gzip.compress(GOOD[:40], mtime=0) + gzip.compress(GOOD[40:], mtime=0)),
    ),
    case("gzip cut in the middle", "again", packed(PACKED[: len(PACKED) // 2])),
    case("gzip cut before its sum", "again", packed(PACKED[:-8])),
    case("gzip cut within its sum", "again", packed(PACKED[:-3])),
    case("gzip with a wrong sum", "again", packed(PACKED[:-8] + bytes(4) + PACKED[-4:])),
    case("gzip with garbage after it", "fails", packed(PACKED + b"<!-- cached -->")),
    case("gzip of nothing", "fails", packed(b"")),
    case("gzip bomb", "final", packed(BOMB)),
    case("said to be gzip, and is not", "fails", packed(GOOD)),
    case("gzip that nobody said", "good", whole(PACKED))._replace(body=PACKED),
    case("brotli that nobody asked for", "fails", packed(b"\x0b\x02\x80hello\x03", "br")),
    case("deflate that nobody asked for", "fails", packed(deflated(GOOD), "deflate")),
    case("gzip around gzip", "fails", packed(PACKED, "gzip, gzip")),
    case("an unknown coding", "fails", packed(GOOD, "rot13")),
]
LENGTHS = [
    case("chunks", "good", chunks(chunk(GOOD[:40]), chunk(GOOD[40:]), b"0\r\n\r\n")),
    case("neither length nor chunks", "good", body(GOOD)),
    case("chunks cut between two", "again", chunks(chunk(GOOD[:40]))),
    case("chunks cut within one", "again", chunks(chunk(GOOD)[:60])),
    case("a chunk longer than said", "again", chunks(chunk(GOOD, LENGTH - 9), b"0\r\n\r\n")),
    case("a chunk size that is no number", "again", chunks(b"zz\r\n", GOOD, b"\r\n0\r\n\r\n")),
    case("a negative chunk size", "fails", chunks(b"-5\r\n", GOOD, b"\r\n0\r\n\r\n")),
    case("a huge chunk size", "again", chunks(b"ffffffffffffffff\r\n", GOOD)),
    case("a chunk size line without end", "fails", endless(CHUNKED, b"0" * 4096)),
    case("shorter than its length", "again", body(GOOD, ("Content-Length", LENGTH + 1))),
    case("longer than its length", "strange", body(GOOD, ("Content-Length", LENGTH - 9))),
    case("a negative length", "strange", body(GOOD, ("Content-Length", -5))),
    case("a length that is no number", "strange", body(GOOD, ("Content-Length", "many"))),
    case(
        "two lengths that differ",
        "fails",
        body(GOOD, ("Content-Length", LENGTH), ("Content-Length", LENGTH - 9)),
    ),
    case("a length beyond the bound", "fails", body(GOOD, ("Content-Length", 10**12))),
    case(
        "length and chunks",
        "strange",
        body(chunk(GOOD) + b"0\r\n\r\n", ("Content-Length", 9), ("Transfer-Encoding", "chunked")),
    ),
    case("an endless body", "final", endless(head(200), b"[" * 65_536)),
    case("endless chunks", "final", endless(CHUNKED, chunk(b"[" * 65_536))),
    case("endless headers", "fails", endless(b"HTTP/1.1 200 OK\r\n", b"X-More: of it\r\n" * 99)),
    case("an endless header", "fails", endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 65_536)),
    case("an endless status line", "fails", endless(b"HTTP/1.1 200 ", b"OK " * 9999)),
]
BREAKS = [
    case("closed before the status", "again", raw(b"")),
    case("reset before the status", "again", raw(b"", Wire.reset)),
    case("reset in the status line", "again", raw(OK[:9], Wire.reset)),
    case("reset in the headers", "again", raw(OK[:30], Wire.reset)),
    case("closed in the headers", "again", raw(OK[:30])),
    case("reset in the body", "again", raw(OK + GOOD[:50], Wire.reset)),
    case("closed in the body", "again", raw(OK + GOOD[:50])),
    Case("reset at the connection", "again", greet=Wire.reset),
    tls("closed in the TLS handshake", "again", greet=lambda _: None),
    case("closed once, then good", "good", raw(b""), good),
    case("HTTP/0.9", "fails", raw(GOOD)),
    case("garbage for a status line", "fails", raw(b"\x00\x01\x02\xff" * 99 + b"\r\n\r\n")),
    case("a banner of SSH", "fails", raw(b"SSH-2.0-OpenSSH_9.2\r\n")),
    case("a status that is no number", "fails", raw(b"HTTP/1.1 abc OK\r\n\r\n")),
    case("a status of 999", "fails", status(999)),
    case("a status of 099", "fails", raw(b"HTTP/1.1 099 Low\r\nContent-Length: 2\r\n\r\n{}")),
    case("headers without colons", "strange", raw(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n" + GOOD)),
    case("header of 1 MB", "fails", body(GOOD, ("X-Long", "x" * 1_000_000))),
    case("5,000 headers", "fails", body(GOOD, *[("X-More", "x")] * 5000)),
]
CASES = (*SLOW, *PACKING, *LENGTHS, *BREAKS)
