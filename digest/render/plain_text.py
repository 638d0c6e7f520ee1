"""Lay out plain text in lines, for the text part of mails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.render import escape

_ADDRESS = re.compile(r"https?://|mailto:")
WIDTH = 78  # characters of a line at most: RFC 5322, section 2.1.1


def one_line(text: str) -> str:
    """Return the text in one line, without characters that no document may hold."""
    return " ".join(escape.xml_chars(text).split())


def wrap(text: str, indent: int = 0, mark: str = "") -> str:
    """Return the text in lines of at most `WIDTH` characters, each after ``indent`` blanks.

    ``mark``, such as "* ", begins the first line; the others stand below its text. A word that is
    longer than a line is broken, but not an address.
    """
    # Not by `textwrap`, which takes five times as long: most of the time of a mail.
    room = WIDTH - indent - len(mark)
    lines, line = [], ""
    for word in _words(one_line(text), room):
        if not line:
            line = word
        elif len(line) + len(word) < room:
            line = f"{line} {word}"
        else:
            lines.append(line)
            line = word
    lines.append(line)
    blanks = " " * indent
    return f"{blanks}{mark}" + f"\n{blanks}{' ' * len(mark)}".join(lines)


def _words(text: str, room: int) -> Iterator[str]:
    """Yield the words of the text, in pieces if they are longer than ``room`` and no address."""
    for word in text.split(" "):
        if len(word) <= room or _ADDRESS.search(word):
            yield word
        else:
            yield from (word[start : start + room] for start in range(0, len(word), room))


def wrap_lines(text: str) -> str:
    """Return the text with its lines kept, and those that are too long wrapped."""
    lines = escape.xml_chars(text).expandtabs(4).split("\n")
    return "\n".join(line if len(line) <= WIDTH else _wrap_line(line) for line in lines)


def _wrap_line(line: str) -> str:
    indent = len(line) - len(line.lstrip())
    # A line that is nearly all blanks has no room beside them.
    return wrap(line, min(indent, WIDTH // 2))
