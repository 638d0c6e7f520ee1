"""Unpack an answer that was sent with gzip, within a bound."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 1 << 20


class NotWhole(Exception):
    """The packed bytes are cut or damaged, or something else follows them."""


def unpack(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the unpacked bytes of gzip of one or more members, at most a MiB at a time.

    Raises `NotWhole` for what is cut, damaged, or followed by anything else than gzip: most
    libraries take these in silence.
    """
    member = zlib.decompressobj(_GZIP)
    for piece in pieces:
        packed = piece
        while packed:
            if member.eof:
                member = zlib.decompressobj(_GZIP)
            try:
                yield member.decompress(packed, _STEP)
            except zlib.error as error:
                raise NotWhole from error
            packed = member.unused_data if member.eof else member.unconsumed_tail
    while not member.eof:
        # The last bytes may still hold unpacked ones back.
        if not (rest := member.decompress(b"", _STEP)):
            raise NotWhole
        yield rest
