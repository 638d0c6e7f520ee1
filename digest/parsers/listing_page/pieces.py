"""Text with links, cut into pieces: what is written, and where it points.

Takes Markdown links, numbered links (``[words][7]``, or ``[7]words`` before a list of
addresses) and addresses on lines of their own. A link may stretch over paragraphs. Lines
of running text are joined; what a piece means is for `digest.reading.cards`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from digest.parsers.input import lines
from digest.parsers.listing_page import numbered_links
from digest.parsers.listing_page.numbered_links import Addresses
from digest.parsers.listing_page.paragraphs import PagePiece, Paragraph

_ANCHORS = re.compile(r"<a\s[^<>\n]*>(?:</a>)?|</a>")
_LONGEST = 2_000  # lines of a block; longer lists of links are cut, not held
_FENCES = ("```", "~~~")


def pieces(page: Iterable[bytes], addresses: Addresses | None) -> Iterator[PagePiece]:
    """All pieces of a page in order, in linear time.

    An address after a piece (``][7]``, or on a line of its own) becomes the piece's.
    """
    held: PagePiece | None = None
    for number, block in _blocks(page, skip=numbered_links.is_entry if addresses else None):
        for piece in Paragraph(number, block, addresses).pieces():
            if piece.text:
                if held is not None:
                    yield held
                held = piece
            elif held is not None and not held.linked:
                held = held._replace(href=piece.href, linked=True)
    if held is not None:
        yield held


def _blocks(
    page: Iterable[bytes], *, skip: Callable[[bytes], bool] | None
) -> Iterator[tuple[int, str]]:
    """Lines without a blank one between, with the number of the first."""
    block: list[str] = []
    number = 0
    for number, raw in enumerate(page, start=1):
        line = _ANCHORS.sub("", raw.decode("utf-8", "replace")).strip(lines.EDGES)
        if line and not line.startswith(_FENCES) and not (skip and skip(raw)):
            block.append(line)
            if len(block) == _LONGEST:
                yield number - len(block) + 1, "\n".join(block)
                block = []
        elif block:
            yield number - len(block), "\n".join(block)
            block = []
    if block:
        yield number - len(block) + 1, "\n".join(block)
