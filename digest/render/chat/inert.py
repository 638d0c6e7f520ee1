"""Make a text of a paper inert in every chat service: it is words, and never markup.

Services differ in how markup is escaped, and some cannot escape it at all. So signs that one of
them would act on are replaced by signs that look like them.
"""

from __future__ import annotations

import re

from digest.render import escape

# Link texts, tables and spoilers, hashtags, escapes, strikethrough, formulas and cashtags.
_LOOK_ALIKES = str.maketrans(
    {"[": "［", "]": "］", "|": "∣", "#": "＃", "\\": "∖", "~": "∼", "$": "＄"}
)
_SOMEWHERE = re.compile(
    r"""
      (?P<emphasis> (?<![^\W_])_ | _(?![^\W_]) )         # but not in snake_case
    | (?P<colon> :(?=//) | :(?=[\w+'-]+:) )              # https://, and :smile:
    | (?P<point> (?<=www)\. )
    | (?P<command> (?<![\w/.])/(?=\S) )                  # /start
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS = {"emphasis": "ˍ", "colon": "∶", "point": "․", "command": "∕"}
_AT_START = re.compile(r"[-+=]|\d+[.)](?=\s|$)")  # lists and headings
_START_SIGNS = {"-": "‐", "+": "＋", "=": "＝", ".": "․", ")": "）"}


def text(words: str) -> str:
    """Return the words on one line, without mentions, links, emphasis, lists, tags and commands."""
    line = escape.chat(escape.xml_chars(words)).strip().translate(_LOOK_ALIKES)
    line = _SOMEWHERE.sub(lambda match: _SIGNS[str(match.lastgroup)], line)
    if start := _AT_START.match(line):
        place = start.end() - 1
        line = f"{line[:place]}{_START_SIGNS[line[place]]}{line[place + 1 :]}"
    return line


def units(words: str) -> int:
    """Return the length in units of UTF-16, as services in JavaScript and Java count."""
    return len(words.encode("utf-16-le")) // 2


def shortened(words: str, most: int) -> str:
    """Return `text` of at most ``most`` units, cut at a word where there is one."""
    line = text(words)
    if units(line) <= most:
        return line
    start = line.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    return f"{start.rpartition(' ')[0] or start}…"
