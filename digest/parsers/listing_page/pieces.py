"""Cut a text with links into pieces: each stretch of text, and the address it links to.

Recognises Markdown links, numbered links (``[words][7]``, or ``[7]words`` before a list of
addresses) and addresses on lines of their own. A link may span several paragraphs; wrapped
lines are joined. `digest.parsers.listing_page.cards` finds the records in the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from digest.parsers.input import encodings, lines
from digest.parsers.listing_page import numbered_links
from digest.parsers.listing_page.numbered_links import NumberedAddresses
from digest.parsers.listing_page.paragraphs import PagePiece, Paragraph

_ANCHORS = re.compile(r"<a\s[^<>\n]*>(?:</a>)?|</a>")
_MAX_BLOCK_LINES = 2_000  # longer blocks (lists of links) are cut, to bound the memory
_CODE_FENCES = ("```", "~~~")


def page_pieces(page: Iterable[bytes], addresses: NumberedAddresses | None) -> Iterator[PagePiece]:
    """Yield all pieces of a page in order, in linear time.

    An address that stands alone (``][7]``, or on a line of its own) belongs to the piece
    before it.
    """
    previous: PagePiece | None = None
    skip = numbered_links.is_address_line if addresses else None
    for number, block in _blocks(page, skip=skip):
        for piece in Paragraph(number, block, addresses).pieces():
            if piece.text:
                if previous is not None:
                    yield previous
                previous = piece
            elif previous is not None and not previous.linked:
                previous = previous._replace(href=piece.href, linked=True)
    if previous is not None:
        yield previous


def _blocks(
    page: Iterable[bytes], *, skip: Callable[[bytes], bool] | None
) -> Iterator[tuple[int, str]]:
    """Yield each stretch of lines without a blank line, with the number of its first line."""
    block: list[str] = []
    number = 0
    for number, row in enumerate(page, start=1):
        line = _ANCHORS.sub("", encodings.decode_line(row)).strip(lines.BLANKS)
        if line and not line.startswith(_CODE_FENCES) and not (skip and skip(row)):
            block.append(line)
            if len(block) == _MAX_BLOCK_LINES:
                yield number - len(block) + 1, "\n".join(block)
                block = []
        elif block:
            yield number - len(block), "\n".join(block)
            block = []
    if block:
        yield number - len(block) + 1, "\n".join(block)
