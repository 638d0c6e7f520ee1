"""Render the editor's note on an issue, written in Markdown, as HTML and as Markdown.

No script, style, image or form of a note reaches a page. The libraries that render it are
imported only when there is a note: most runs have none.

Python-Markdown takes quadratic time, or more, for many marks in one text. So a note may hold no
more marks, lines and levels than `MOST` and the numbers beside it say. No note that somebody
writes for readers comes near them, and within them the longest note takes about a second.
"""

from __future__ import annotations

import re

import msgspec

from digest.errors import Unreadable
from digest.render import escape
from digest.render.site.environments import EscapedText

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

# How many of each a note may hold. Measured: with so many, alone or in pairs with any other
# character, the longest note takes the library less than a second.
MOST = {"[": 500, "<": 300, "`": 2000, "*": 3000, "_": 3000, "\n": 1500}
_TOO_DEEP = "its lists, quotes or marks are nested too deep to make a page of it"
_DEEPEST = 50  # levels of nesting: lists, quotes, brackets, marks
_BRACKETS = (
    re.compile(r"(?P<open>\[)|\]|(?P<end>\n[ \t]*\n)"),
    re.compile(r"(?P<open>\()|\)|(?P<end>\n[ \t]*\n)"),
)
_TAG = re.compile(r"(?P<open><(?!br|hr)[a-z])|</|(?P<end>\Z)")
# The marks of quotes and lists, and the indentation, with which a line begins.
_LINE_START = re.compile(r"(?m)^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}\.)(?=[ \t])))*[ \t]*")
_LEVEL = re.compile(r">|[-+*.]|    |\t")


class NoteView(msgspec.Struct, frozen=True):
    """A note, escaped for both kinds of page."""

    html: EscapedText
    markdown: EscapedText


def render_note(source: str) -> NoteView | None:
    """Render the Markdown of a note. Returns None if it is blank.

    Raises `Unreadable` if it holds too many marks or nests them too deep, or if the library fails.
    """
    text = escape.xml_chars(source).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return None
    _check_bounds(text)
    return NoteView(EscapedText(_html(text)), EscapedText(_markdown(text)))


def _check_bounds(text: str) -> None:
    """Raise `Unreadable` for a text for which the library could take more than a moment."""
    for mark, most in MOST.items():
        if (count := text.count(mark)) > most:
            name = "lines" if mark == "\n" else f'"{mark}"'
            raise Unreadable(f"it has {count:,} {name}; a note has at most {most:,}")
    if any(_depth(text, pattern) > _DEEPEST for pattern in _BRACKETS):
        raise Unreadable("too many brackets are open at once to make a page of it")
    if max(len(_LEVEL.findall(start)) for start in _LINE_START.findall(text)) > _DEEPEST:
        raise Unreadable(_TOO_DEEP)


def _html(text: str) -> str:
    # Imported here because both are slow to import and most runs have no note.
    import markdown
    import nh3

    extensions = ["toc", "tables", "fenced_code", "sane_lists"]
    configs = {"toc": {"baselevel": _TOP_LEVEL}}
    try:
        converted = markdown.markdown(text, extensions=extensions, extension_configs=configs)
    except Exception as error:  # a note costs itself alone
        raise Unreadable(f"Markdown cannot be made of it: {type(error).__name__}") from error
    # Markdown lets raw HTML through, so the result is cleaned and not the source.
    cleaned = nh3.clean(
        converted,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href", "title"}},
        url_schemes=_SCHEMES,
    )
    if _depth(cleaned, _TAG) > _DEEPEST:
        raise Unreadable(_TOO_DEEP)
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
    return _RAW_HTML.sub("&lt;", _HEADING.sub(rf"{deeper}\1", text))
