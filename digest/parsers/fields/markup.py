"""Words out of fields that are HTML or text, and do not say which.

Only well-formed tags with a name of HTML's own are markup; ``a<b and c>d`` stays as it is.
Gives text, never markup: what is left is still escaped by whoever prints it.
"""

from __future__ import annotations

import html
import re

_BLOCK = "p|div|br|li|ul|ol|h[1-6]|tr|table|tbody|td|th|blockquote|pre|hr|section|article|sec|title"
_INLINE = "a|abbr|b|cite|code|em|font|i|img|italic|bold|mark|q|s|small|span|strong|sub|sup|tt|u"
# Bounds keep a text of unclosed tags linear.
_ATTRIBUTES = r"""(?:\s+[\w:-]{1,40}\s*=\s*(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}')){0,12}"""
_TAG = re.compile(
    rf"</?(?:jats:)?(?:(?P<block>{_BLOCK})|{_INLINE}){_ATTRIBUTES}\s{{0,9}}/?>", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_BLANKS = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*")


def words(text: str) -> str:
    """The text of a field, block by block on lines of their own; plain text unchanged.

    Blanks at both ends go. Line feeds inside a paragraph stay.
    """
    if "<" in text:
        text = _COMMENT.sub("", text)
        text, tags = _TAG.subn(lambda tag: "\n" if tag["block"] else "", text)
        if tags:
            text = re.sub(r"\n{2,}", "\n", _BLANKS.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    return text.strip()


def repeats(text: str, title: str) -> bool:
    """Whether an abstract says no more than the title: such a one is none."""
    return len(text) < 2 * len(title) + 99 and line(text).casefold() == line(title).casefold()


def line(text: str) -> str:
    """The same for a field of one line, such as a title: every run of blanks is one blank."""
    return " ".join(words(text).split())
