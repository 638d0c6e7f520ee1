"""Render the editor's note on an issue, written in Markdown, as HTML and as Markdown.

No script, style, image or form of a note reaches a page. The libraries that render it are
imported only when there is a note: most runs have none. Notes are rendered in linear time, and
those for which the library has none are refused.
"""

from __future__ import annotations

import re

import msgspec

from digest.errors import Unreadable
from digest.render import escape
from digest.render.site.templates import EscapedText

_TAGS = {
    "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "a", "ul", "ol", "li",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_DROPPED = {"script", "style", "iframe", "object", "svg", "math"}  # with their content
_SCHEMES = {"http", "https", "mailto"}
# A note's "#" becomes a third level: the page's title has the first, the note's heading a second.
_TOP_LEVEL = 3

# A "<" that would open a tag. Addresses in angle brackets are Markdown and stay.
_RAW_HTML = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]*>)")
_DEEPEST = 50  # levels of nesting
_BRACKET = re.compile(r"(?P<open>\[)|\]|(?P<end>\n[ \t]*\n)")
_TAG = re.compile(r"(?P<open><(?!br|hr)[a-z])|</|(?P<end>\Z)")
_HEADING = re.compile(r"(?m)^(#{1,4})(?=\s)")


class NoteView(msgspec.Struct, frozen=True):
    """A note, escaped for both kinds of page."""

    html: EscapedText
    markdown: EscapedText


def render_note(source: str) -> NoteView | None:
    """Render the Markdown of a note. Returns None if it is blank.

    Raises `Unreadable` if lists, quotes, brackets or other marks are nested too deep.
    """
    text = escape.xml_chars(source).strip()
    if not text:
        return None
    return NoteView(EscapedText(_html(text)), EscapedText(_markdown(text)))


def _html(text: str) -> str:
    # Imported here because both are slow to import and most runs have no note.
    import markdown_it
    import nh3

    if _depth(text, _BRACKET) > _DEEPEST:  # these alone take the library quadratic time
        raise Unreadable("too many brackets are open at once to make a page of it")
    # Deeper than a note may be, so that nothing is left out without being noticed.
    options = {"maxNesting": 2 * _DEEPEST}
    parser = markdown_it.MarkdownIt("commonmark", options).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + _TOP_LEVEL - 1, 6)}"
    # Markdown lets raw HTML through, so the result is cleaned and not the source.
    cleaned = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
    )
    if _depth(cleaned, _TAG) > _DEEPEST:
        raise Unreadable("its lists, quotes or marks are nested too deep to make a page of it")
    return cleaned


def _depth(text: str, pattern: re.Pattern[str]) -> int:
    """Return how many groups ``open`` of a pattern are open at most; a group ``end`` ends all."""
    depth = deepest = 0
    for match in pattern.finditer(text):
        if match["open"]:
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth = 0 if match["end"] else max(0, depth - 1)
    return deepest


def _markdown(text: str) -> str:
    """Return the note as Markdown with lower headings, and with raw HTML turned into text."""
    deeper = "#" * (_TOP_LEVEL - 1)
    return _RAW_HTML.sub("&lt;", _HEADING.sub(rf"{deeper}\1", text.replace("\r\n", "\n")))
