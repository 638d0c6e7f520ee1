"""Cut an mbox into its messages, without reading it into memory.

A message begins with a line "From", an address and a date, at the start of the file or behind a
blank line; a line of its text that begins so has ">" before it.
Source: RFC 4155, appendix A, and https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator

_CHUNK = 1 << 20  # bytes looked through at a time
_BEHIND = 1024  # bytes of a chunk's end that are seen again with the next: a line and a header
_START = re.compile(
    rb"From \S[^\n]{0,300}?\d\d:\d\d[^\n]{0,40}\b(?:19|20)\d\d\b[^\n]{0,40}\n"
    rb"(?:>?From |[!-9;-~]{1,76}:)"
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER_END = re.compile(rb"\n(?=\r?\n)")
# What a mail program writes into the message itself when somebody reads it.
_NOTES = re.compile(
    rb"^(?:X-)?(?:Status|Keywords|UID|IMAP|IMAPbase|Mozilla-Status2?|Mozilla-Keys|Content-Length"
    rb"|Lines):[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)


def messages(descriptor: int, size: int, most: int) -> Iterator[bytes]:
    """Yield the messages in the first ``size`` bytes of a file, as they were sent.

    One of more than ``most`` bytes is left out. The line with "From", the marks of what was read,
    and the quoting are removed, so that a message stays the same wherever it stands.
    """
    start: int | None = None
    for end in itertools.chain(_starts(descriptor, size), [size]):
        if start is not None and end - start <= most:
            yield _as_sent(os.pread(descriptor, end - start, start))
        start = end


def _starts(descriptor: int, size: int) -> Iterator[int]:
    """Yield where each message begins."""
    for base in range(0, size, _CHUNK):
        before = min(base, 3)  # a blank line may end right before the chunk
        length = min(before + _CHUNK + _BEHIND, size - base + before)
        window = os.pread(descriptor, length, base - before)
        for place in _places(window, is_first=base == 0):
            if before <= place < before + _CHUNK and _is_start(window, place):
                yield base - before + place


def _places(window: bytes, *, is_first: bool) -> Iterator[int]:
    """Yield where a line may begin a message."""
    if is_first:
        yield 0
    place = window.find(b"\nFrom ") + 1
    while place:
        yield place
        place = window.find(b"\nFrom ", place) + 1


def _is_start(window: bytes, place: int) -> bool:
    """Return whether a message begins here: at the start of the file, or behind a blank line."""
    is_apart = place == 0 or window[max(place - 3, 0) : place].endswith((b"\n\n", b"\n\r\n"))
    return is_apart and _START.match(window, place) is not None


def _as_sent(message: bytes) -> bytes:
    message = message[message.find(b"\n") + 1 :]
    end = _HEADER_END.search(message)
    border = end.end() if end else len(message)
    header, body = _NOTES.sub(b"", message[:border]), message[border:]
    return (header + _QUOTED.sub(rb"\1", body)).rstrip(b"\r\n") + b"\n"
