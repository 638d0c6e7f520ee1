"""Cut an HTML page into pieces: each stretch of text, and the address it links to.

Uses headings, links and paragraphs but no class names: the site changes those every few months.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from digest.errors import Unreadable
from digest.parsers.input import encodings, lines
from digest.parsers.input.input_file import InputFile
from digest.parsers.listing_page import furniture
from digest.parsers.listing_page.paragraphs import PagePiece

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    _LinkedNode: TypeAlias = tuple[LexborNode, str | None]  # and the address of the link around

# A parsed tree takes some 230 bytes a tag, and each tag costs a step for every open element.
# With these limits no file takes more than 50 MiB or a few seconds. A saved page has 3,000
# tags, 40 deep.
MAX_TAGS = 200_000
MAX_UNCLOSED = 2_000
MAX_ATTRIBUTES = 500
_MAX_TEXT_CHARS = 1 << 20  # of one piece; an abstract has 2,000
_MIN_SENTENCE_CHARS = furniture.METADATA_CHARS

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_ATTRIBUTE = re.compile(rb"[^\s=>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?|>")
_VOID_TAGS = frozenset(
    b"area base br col embed hr img input link meta param source track wbr path circle "
    b"rect line polygon polyline ellipse stop use".split()
)
_INVISIBLE_TAGS = ["script", "style", "svg", "template", "noscript", "head", "select", "textarea"]
_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCK_TAGS = frozenset(("article", "div", "p", "ul", *_HEADING_TAGS))
_TEXT_TAGS = frozenset(("-text", "p"))  # all text inside is one piece
_INLINE_TAGS = frozenset("-text -comment b i em strong code span sub sup small mark br u s".split())


def read_page(input_file: InputFile) -> bytes:
    """Return a page in UTF-8.

    Raises `Unreadable` for markup too costly to parse, and as `encodings.in_utf8` does.
    """
    page = encodings.in_utf8(input_file.read_all(), encodings.declared_in_html(input_file.head))
    check_markup(page)
    return page


def check_markup(data: bytes) -> None:
    """Raise `Unreadable` for markup that would cost far more to parse than its size."""
    if data.count(b"<") > MAX_TAGS:
        raise Unreadable(f"more than {MAX_TAGS:,} tags")
    open_tags: Counter[bytes] = Counter()
    # The pattern matches only the beginnings of tags; long gaps between them hold attributes.
    depth, previous_end = 0, len(data)
    for tag in _TAG.finditer(data):
        if tag.start() - previous_end > 2 * MAX_ATTRIBUTES:
            _check_attributes(data, previous_end, tag.start())
        previous_end = tag.end()
        name = tag[2].lower()
        if name in _VOID_TAGS:
            continue
        if not tag[1]:
            open_tags[name] += 1
            depth += 1
        elif open_tags[name]:  # a closing tag without an opening one closes nothing
            open_tags[name] -= 1
            depth -= 1
        if depth > MAX_UNCLOSED:
            raise Unreadable(f"more than {MAX_UNCLOSED:,} tags left open")
    if len(data) - previous_end > 2 * MAX_ATTRIBUTES:
        _check_attributes(data, previous_end, len(data))


def page_pieces(tree: LexborHTMLParser, data: bytes) -> Iterator[PagePiece]:
    """Yield the visible text of a page in order, with the addresses it links to."""
    tree.strip_tags(_INVISIBLE_TAGS)
    search = lines.LineSearch(data, max_misses=1)
    # A stack instead of recursion: elements may be nested 2,000 deep.
    stack: list[_LinkedNode] = [(tree.body, None)] if tree.body else []
    while stack:
        node, href = stack.pop()
        tag = node.tag or ""
        if tag in _HEADING_TAGS:
            link = node.css_first("a[href]")
            own_href = _href(link) if link else href
            line = _line_of_link(search, own_href)
            below = _blocks_below_link(node)
            text = _text_of(link if link and below else node)
            yield PagePiece(line, text, own_href, own_href is not None, int(tag[1]))
            stack += [(child, href) for child in reversed(below)]
            continue
        children = [] if tag in _TEXT_TAGS else list(node.iter(include_text=True))
        if tag in _TEXT_TAGS or _is_sentence(node, children):
            if text := _text_of(node):
                yield PagePiece(search.line, text, href, href is not None)
        else:
            inner_href = (_href(node) or href) if tag == "a" else href
            stack += [(child, inner_href) for child in reversed(children)]


def _check_attributes(data: bytes, start: int, stop: int) -> None:
    for count, attribute in enumerate(_ATTRIBUTE.finditer(data, start, stop)):
        if attribute[0] == b">":
            return
        if count > MAX_ATTRIBUTES:
            raise Unreadable(f"more than {MAX_ATTRIBUTES} attributes in a tag")


def _blocks_below_link(heading: LexborNode) -> list[LexborNode]:
    """Return what follows the link of a heading that was never closed; nothing if it was."""
    children = list(heading.iter(include_text=True))
    own = next((n for n, child in enumerate(children) if child.tag == "a"), len(children))
    below = children[own + 1 :]
    return below if any(child.tag in _BLOCK_TAGS for child in below) else []


def _href(link: LexborNode) -> str | None:
    return link.attributes.get("href") or None


def _text_of(node: LexborNode) -> str:
    text = " ".join(node.text(deep=True)[:_MAX_TEXT_CHARS].split())
    return text if text.isascii() else text.strip(lines.BLANKS)


def _is_sentence(node: LexborNode, children: Sequence[LexborNode]) -> bool:
    """Return whether an element holds only text, some of it emphasised."""
    if len(children) < 2:
        return False
    tags = {child.tag for child in children}
    is_text = len(tags) > 1 and "-text" in tags and tags <= _INLINE_TAGS
    return is_text and len(_text_of(node)) > _MIN_SENTENCE_CHARS


def _line_of_link(search: lines.LineSearch, href: str | None) -> int:
    """Return the line of a link to a paper or an owner, else that of the last such link."""
    if href and furniture.link_target(href):
        # In the bytes of the page an ampersand is escaped.
        return search.find(href.partition("&")[0].encode(errors="replace"))
    return search.line
