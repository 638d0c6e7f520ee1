"""Remove bullets, headings' marks and emphasis from the lines of a page."""

from __future__ import annotations

import re

from digest.parsers.input import lines

_BULLET = re.compile(r"(?:(?:#{1,6}|>|[*+•‧◦‣▪●○-])[ \t]+|[·⋅∙|][ \t]*)+")
LINE_PREFIX = re.compile(
    r"(?:[#>*+•‧◦‣▪●○\s\[_|·⋅∙-]|\d{1,4}[.)]|\[\d{1,5}\])*"
)  # all that may stand before the first word of a line
_NO_WORDS = re.compile(r"[#*_·⋅∙‧•◦‣▪●○+|\[\]>~=\s]*|\d{1,4}[.)]|-{2,}")
_REPEATED_SPACES = re.compile(r" {2,}")


def strip(row: str) -> tuple[str, int]:
    """Return a line without bullets and emphasis, and its level as a heading."""
    row = row.strip(lines.BLANKS)
    if _NO_WORDS.fullmatch(row):
        return "", 0
    level = len(row) - len(row.lstrip("#")) if row[0] == "#" else 0
    bullet = _BULLET.match(row)
    text = row[bullet.end() :] if bullet else row
    for mark in ("**", "__", "*", "_") if text[-1:] in "*_" else ():
        inside = text[len(mark) : -len(mark)]
        if inside and text == f"{mark}{inside}{mark}" and mark not in inside:
            return inside, level
    return _REPEATED_SPACES.sub(" ", text) if "  " in text else text, level if text != row else 0
