"""Render the editor's note on an issue, written in Markdown, as HTML and as Markdown.

No script, style, image or form of a note reaches a page. The libraries that render it are
imported only when there is a note: most runs have none.
"""

from __future__ import annotations

import re

import msgspec

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
_HEADING = re.compile(r"(?m)^(#{1,4})(?=\s)")


class NoteView(msgspec.Struct, frozen=True):
    """A note, escaped for both kinds of page."""

    html: EscapedText
    markdown: EscapedText


def render_note(source: str) -> NoteView | None:
    """Render the Markdown of a note. Returns None if it is blank."""
    text = escape.xml_chars(source).strip()
    if not text:
        return None
    return NoteView(EscapedText(_html(text)), EscapedText(_markdown(text)))


def _html(text: str) -> str:
    # Imported here because both are slow to import and most runs have no note.
    import markdown
    import nh3

    extensions = ["toc", "tables", "fenced_code", "sane_lists"]
    configs = {"toc": {"baselevel": _TOP_LEVEL}}
    converted = markdown.markdown(text, extensions=extensions, extension_configs=configs)
    # Markdown lets raw HTML through, so the result is cleaned and not the source.
    return nh3.clean(
        converted,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
    )


def _markdown(text: str) -> str:
    """Return the note as Markdown with lower headings, and with raw HTML turned into text."""
    deeper = "#" * (_TOP_LEVEL - 1)
    return _RAW_HTML.sub("&lt;", _HEADING.sub(rf"{deeper}\1", text.replace("\r\n", "\n")))
