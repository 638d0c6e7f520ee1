"""Turn fields into text, whether they are HTML or plain text: no format states which.

Only well-formed tags with one of HTML's names count as markup; ``a<b and c>d`` stays as it
is. The result is text, and must still be escaped where it is printed.
"""

from __future__ import annotations

import re

_BLOCK = "p|div|br|li|ul|ol|h[1-6]|tr|table|tbody|td|th|blockquote|pre|hr|section|article|sec|title"
_INLINE = "a|abbr|b|cite|code|em|font|i|img|italic|bold|mark|q|s|small|span|strong|sub|sup|tt|u"
# The bounds keep a text of unclosed tags linear.
_ATTRIBUTES = r"""(?:\s+[\w:-]{1,40}\s*=\s*(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}')){0,12}"""
_TAG = re.compile(
    rf"</?(?:jats:)?(?:(?P<block>{_BLOCK})|{_INLINE}){_ATTRIBUTES}\s{{0,9}}/?>", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_BLANKS = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*")


def to_text(field: str) -> str:
    """Return the text of a field, each block element on a line of its own.

    Plain text keeps its line feeds; only blanks at both ends are removed.
    """
    if "<" in field:
        field = _COMMENT.sub("", field)
        field, tags = _TAG.subn(lambda tag: "\n" if tag["block"] else "", field)
        if tags:
            field = re.sub(r"\n{2,}", "\n", _BLANKS.sub("\n", field))
    if "&" in field:
        from html import unescape  # its table of names takes 2 ms, and most fields need none

        field = unescape(field)
    return field.strip()


def to_line(field: str) -> str:
    """Return the text of a field on one line: every run of blanks becomes one space."""
    return " ".join(to_text(field).split())


def real_abstract(text: str | None, title: str) -> str | None:
    """Return an abstract, or None if it is empty or only repeats the title."""
    if not text:
        return None
    # The length is compared first: it spares most abstracts the conversion.
    if len(text) < 2 * len(title) + 99 and to_line(text).casefold() == to_line(title).casefold():
        return None
    return text
