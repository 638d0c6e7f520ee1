"""Which characters may pass: controls out, entities decoded, blanks single, NFC.

Knows nothing of TeX or English.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

# The separators among the controls; removing them would glue words together.
_SEPARATORS = re.compile("[\x0b\x0c\x1c-\x1f]")

# Controls, lone surrogates, noncharacters (none of them valid XML 1.0 or HTML), and what
# steers or hides text without showing: bidi overrides and isolates (Unicode TR 36, "Trojan
# Source"), soft hyphen, zero-width space, word joiner, byte order mark, tags.
_FORBIDDEN = (
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(chr(last) + chr(last + 1) for last in range(0x1FFFE, 0x110000, 0x10000))
    + "]"
)

_REFERENCE = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30})\Z")
_LONGEST = 33  # of a reference, without its semicolon


class CleanedText(NamedTuple):
    """A text after `mend`, and how many characters had to go.

    ``repaired`` counts only what no document may carry (controls, lone surrogates,
    noncharacters) or what hides or reorders text (bidi overrides and isolates, zero-width
    and tag characters), never a mended word.
    """

    text: str
    repaired: int


def strip(text: str) -> CleanedText:
    """Take out the characters that no document may carry, and count them.

    Controls that separate (vertical tab, form feed, FS to US) leave a blank behind, and so
    do line breaks and tabs, which are not counted.
    """
    text = _line(text)
    if text.isprintable():
        return CleanedText(text, 0)
    text, separators = _SEPARATORS.subn(" ", text)
    text, others = _forbidden().subn("", text)
    return CleanedText(text, separators + others)


def _line(text: str) -> str:
    """Make blanks of line breaks and tabs."""
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ")


@functools.cache
def _forbidden() -> re.Pattern[str]:
    """Compile the long class only where a text has something that is not printable."""
    return re.compile(_FORBIDDEN)


def decode(text: str) -> str:
    """Decode HTML character references, however often they were escaped.

    Only references that end in a semicolon count, so "AT&T" and "?a=1&copy=2" stay. Works
    from left to right on what is already decoded: linear, and nothing is left to decode.
    A reference to a character that no document may carry vanishes.
    """
    if "&" not in text or ";" not in text:
        return text
    first, *rest = text.split(";")
    done: list[str] = []
    tail = first
    for part in rest:
        tail = _close(tail) + part
        if len(tail) > 8 * _LONGEST:
            done.append(tail[:-_LONGEST])
            tail = tail[-_LONGEST:]
    return "".join((*done, tail))


def _close(tail: str) -> str:
    """Put a semicolon behind ``tail``, or the character of the reference it completes."""
    while match := _REFERENCE.search(tail, max(0, len(tail) - _LONGEST)):
        character = _referred(match[1])
        if character is None:
            break
        tail = tail[: match.start()]
        if character != ";":
            return tail + character
    return tail + ";"


def _referred(name: str) -> str | None:
    """The character that ``&name;`` stands for, empty if no document may carry it."""
    import html
    import html.entities

    if not name.startswith("#"):
        character = html.entities.html5.get(name + ";")
    else:
        character = html.unescape(f"&{name};")
    return None if character is None else strip(unicodedata.normalize("NFC", character)).text


def tidy(text: str) -> str:
    """Decode entities and make every run of blanks one blank; change no word.

    Does not mend TeX and removes no character but blanks; lone surrogates stay.
    """
    return " ".join(decode(text).split())


def clean(text: str) -> CleanedText:
    """Do everything that concerns characters: forbidden ones, entities, blanks, NFC."""
    line = compose(_line(text))  # which leaves what is not printable so
    if line.isprintable() and "&" not in line and "  " not in line:
        return CleanedText(line.strip(), 0)
    text, repaired = strip(text)
    text = " ".join(decode(compose(text)).split())
    return CleanedText(compose(text), repaired)


def compose(text: str) -> str:
    """Bring to NFC; equal texts become equal strings."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
