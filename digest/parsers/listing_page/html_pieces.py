"""A parsed HTML page to the pieces a linked text is read by, and the limits it must keep.

Knows headings, links and paragraphs; no class names, which change every few months.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from digest.errors import Unreadable
from digest.parsers.input import lines
from digest.parsers.listing_page import furniture
from digest.parsers.listing_page.paragraphs import PagePiece

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    _Within: TypeAlias = tuple[LexborNode, str | None]  # and where the link around it points

# The tree costs some 230 bytes a tag and a step per open element and tag: with these limits
# no file takes more than 50 MiB or a few seconds. A saved page has 3,000 tags, 40 deep.
MOST_TAGS = 200_000
MOST_OPEN = 2_000
MOST_ATTRIBUTES = 500
LONGEST = 1 << 20  # characters of a stretch of text; an abstract has 2,000

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_ATTRIBUTE = re.compile(rb"[^\s=>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?|>")
_VOID = frozenset(
    b"area base br col embed hr img input link meta param source track wbr path circle "
    b"rect line polygon polyline ellipse stop use".split()
)
_UNSEEN = ["script", "style", "svg", "template", "noscript", "head", "select", "textarea"]
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WHOLE = frozenset(("-text", "p"))  # their words are one piece
_INLINE = frozenset("-text -comment b i em strong code span sub sup small mark br u s".split())


def check(data: bytes) -> None:
    """Raises `Unreadable` for markup that would cost more than its size: no page has it."""
    if data.count(b"<") > MOST_TAGS:
        raise Unreadable(f"more than {MOST_TAGS:,} tags")
    opened: Counter[bytes] = Counter()
    depth, before = 0, len(data)
    for tag in _TAG.finditer(data):
        if tag.start() - before > 2 * MOST_ATTRIBUTES:
            _check_attributes(data, before, tag.start())
        before = tag.end()
        name = tag[2].lower()
        if name in _VOID:
            continue
        if not tag[1]:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > MOST_OPEN:
            raise Unreadable(f"more than {MOST_OPEN:,} tags left open")
    if len(data) - before > 2 * MOST_ATTRIBUTES:
        _check_attributes(data, before, len(data))


def pieces(tree: LexborHTMLParser, data: bytes) -> Iterator[PagePiece]:
    """Everything a reader of the page sees, in order, with where it points."""
    tree.strip_tags(_UNSEEN)
    places = _Places(data)
    stack: list[_Within] = [(tree.body, None)] if tree.body else []
    while stack:
        node, href = stack.pop()
        tag = node.tag or ""
        if tag in _HEADINGS:
            link = node.css_first("a[href]")
            href = _href(link) if link else href
            yield PagePiece(places.of(href), _words(node), href, href is not None, int(tag[1]))
            continue
        children = [] if tag in _WHOLE else list(node.iter(include_text=True))
        if tag in _WHOLE or _is_sentence(node, children):
            if text := _words(node):
                yield PagePiece(places.line, text, href, href is not None)
        else:
            inside = (_href(node) or href) if tag == "a" else href
            stack += [(child, inside) for child in reversed(children)]


def _check_attributes(data: bytes, start: int, stop: int) -> None:
    for count, attribute in enumerate(_ATTRIBUTE.finditer(data, start, stop)):
        if attribute[0] == b">":
            return
        if count > MOST_ATTRIBUTES:
            raise Unreadable(f"more than {MOST_ATTRIBUTES} attributes in a tag")


def _href(link: LexborNode) -> str | None:
    return link.attributes.get("href") or None


def _words(node: LexborNode) -> str:
    return " ".join(node.text(deep=True)[:LONGEST].split()).strip(lines.EDGES)


def _is_sentence(node: LexborNode, children: Sequence[LexborNode]) -> bool:
    """Whether an element holds words with some of them emphasised, and nothing else."""
    if len(children) < 2:
        return False
    tags = {child.tag for child in children}
    return len(tags) > 1 and "-text" in tags and tags <= _INLINE and len(_words(node)) > 60


class _Places:
    """The line of each paper's first link in the file, asked for in order."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.line = data, 0, 1

    def of(self, href: str | None) -> int:
        """The line where the address stands next; the last found one's where it does not."""
        if href and furniture.target(href):
            at = self.data.find(b'"' + href.encode(errors="replace"), self.at)
            if at < 0:
                self.at = len(self.data)  # a miss reads to the end: once is enough
            else:
                self.line += self.data.count(b"\n", self.at, at)
                self.at = at
        return self.line
