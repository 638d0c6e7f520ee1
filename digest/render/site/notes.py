"""The editor's note on an issue: Markdown by a person, shown as HTML and as Markdown.

The libraries are imported only here and only when there is a note. Whatever a note holds,
no script, style, image or form of it reaches a page.
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
_DROPPED = {"script", "style", "iframe", "object", "svg", "math"}  # with what is inside
_SCHEMES = {"http", "https", "mailto"}
_BELOW = 3  # the heading level of a note's "#": the page has the first, the note itself a second

_RAW_HTML = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]*>)")
_HEADING = re.compile(r"(?m)^(#{1,4})(?=\s)")


class NoteView(msgspec.Struct, frozen=True):
    """A note ready for both sinks; nothing in it has to be escaped."""

    html: EscapedText
    markdown: EscapedText


def render(source: str) -> NoteView | None:
    """The note, or none where it says nothing."""
    text = escape.xml_chars(source).strip()
    if not text:
        return None
    return NoteView(EscapedText(_html(text)), EscapedText(_markdown(text)))


def _html(text: str) -> str:
    import markdown
    import nh3

    extensions = ["toc", "tables", "fenced_code", "sane_lists"]
    configs = {"toc": {"baselevel": _BELOW}}
    made = markdown.markdown(text, extensions=extensions, extension_configs=configs)
    return nh3.clean(
        made,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
    )


def _markdown(text: str) -> str:
    """The note's own Markdown, its headings below the page's, its raw HTML as text."""
    below = "#" * (_BELOW - 1)
    return _RAW_HTML.sub("&lt;", _HEADING.sub(rf"{below}\1", text.replace("\r\n", "\n")))
