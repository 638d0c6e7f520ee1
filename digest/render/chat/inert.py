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
    | (?P<point> (?<=\bwww)\. )
    | (?P<command> (?<![\w/.])/(?=[^\W_]) )              # /start
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS = {"emphasis": "ˍ", "colon": "∶", "point": "․", "command": "∕"}
_AT_START = re.compile(r"[-+=]|(?<=\d)[.)](?=\s|$)")  # lists and headings
_START_SIGNS = {"-": "‐", "+": "＋", "=": "＝", ".": "․", ")": "）"}
_NUMBER = re.compile(r"\d+[.)](?=\s|$)")


def text(words: str) -> str:
    """Return the words on one line, without mentions, links, emphasis, lists, tags and commands."""
    line = escape.chat(words).strip().translate(_LOOK_ALIKES)
    line = _SOMEWHERE.sub(lambda match: _SIGNS[str(match.lastgroup)], line)
    number = _NUMBER.match(line)
    place = number.end() - 1 if number else 0
    sign = line[place : place + 1]
    return f"{line[:place]}{_START_SIGNS.get(sign, sign)}{line[place + 1 :]}"


def shortened(words: str, most: int) -> str:
    """Return `text` of at most ``most`` characters, cut at a word where there is one."""
    line = text(words)
    if len(line) <= most:
        return line
    start = line[: most - 1]
    return f"{start.rpartition(' ')[0] or start}…"
