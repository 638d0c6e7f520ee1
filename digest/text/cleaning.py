"""Clean the characters of a text: no controls, entities decoded, single blanks, NFC.

TeX and the words around it are repaired elsewhere (`digest.text.mending`).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

# Control characters that separate: removing them without a blank would join two words.
_SEPARATORS = re.compile("[\x0b\x0c\x1c-\x1f]")

# Controls, lone surrogates and noncharacters are invalid in XML 1.0 and HTML. The others are
# invisible and reorder or hide text: bidi overrides and isolates (Unicode TR 36, "Trojan
# Source"), soft hyphen, zero-width space, word joiner, byte order mark, tags.
_FORBIDDEN = (
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(chr(last) + chr(last + 1) for last in range(0x1FFFE, 0x110000, 0x10000))
    + "]"
)

# Left-to-right, right-to-left and Arabic letter mark.
_DIRECTION = re.compile("[\u200e\u200f\u061c]")

_REFERENCE = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30})\Z")
_MAX_REFERENCE = 33  # characters of the longest reference, without its semicolon


class CleanedText(NamedTuple):
    """A cleaned text, and the number of characters removed from it.

    ``repaired`` counts invalid characters (controls, lone surrogates, noncharacters) and
    invisible ones that hide or reorder text (bidi overrides and isolates, zero-width and tag
    characters). It does not count repaired words.
    """

    text: str
    repaired: int


def remove_forbidden(text: str) -> CleanedText:
    """Remove and count the characters of `_FORBIDDEN`.

    Controls that separate (vertical tab, form feed, FS to US) become a blank. Line breaks and
    tabs become a blank too, but are not counted.
    """
    text = _one_line(text)
    if text.isprintable():
        return CleanedText(text, 0)
    text, separators = _SEPARATORS.subn(" ", text)
    text, others = _forbidden().subn("", text)
    return CleanedText(text, separators + others)


def _one_line(text: str) -> str:
    """Replace line breaks and tabs by blanks."""
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ")


@functools.cache
def _forbidden() -> re.Pattern[str]:
    """Compile the pattern of forbidden characters on first use: printable texts need none."""
    return re.compile(_FORBIDDEN)


def decode(text: str) -> str:
    """Decode HTML character references, including those that were escaped several times.

    Decodes only references that end in a semicolon, so "AT&T" and "?a=1&copy=2" stay. A
    reference to a forbidden character is removed. The result holds no reference.
    """
    if "&" not in text or ";" not in text:
        return text
    first, *rest = text.split(";")
    pieces: list[str] = []
    tail = first
    for part in rest:
        tail = _append_semicolon(tail) + part
        # A reference ends in the tail, so flush all before it: this keeps the loop linear.
        if len(tail) > 8 * _MAX_REFERENCE:
            pieces.append(tail[:-_MAX_REFERENCE])
            tail = tail[-_MAX_REFERENCE:]
    return "".join((*pieces, tail))


def _append_semicolon(tail: str) -> str:
    """Append a semicolon to ``tail``, or replace the reference that it completes."""
    # A loop, because a reference to a semicolon (&semi;) may complete the one before it.
    while match := _REFERENCE.search(tail, max(0, len(tail) - _MAX_REFERENCE)):
        character = _referenced_character(match[1])
        if character is None:
            break
        tail = tail[: match.start()]
        if character != ";":
            return tail + character
    return tail + ";"


def _referenced_character(name: str) -> str | None:
    """Return the character for ``&name;``: "" if it is forbidden, None if there is none."""
    import html  # most texts have no reference, and the tables take time to load
    import html.entities

    if not name.startswith("#"):
        character = html.entities.html5.get(name + ";")
    else:
        character = html.unescape(f"&{name};")
    if character is None:
        return None
    return remove_forbidden(unicodedata.normalize("NFC", character)).text


def tidy(text: str) -> str:
    """Decode entities and collapse each run of blanks to one blank.

    Does not repair TeX and removes no other character; lone surrogates stay.
    """
    return " ".join(decode(text).split())


def shown(identifier: str) -> str:
    """Return an identifier, such as a DOI, without blanks and characters that are not shown.

    These are controls, marks of direction and all others that Python calls unprintable.
    """
    if identifier.isprintable() and " " not in identifier:
        return identifier
    return "".join(sign for sign in identifier if sign.isprintable() and sign != " ")


def clean(text: str) -> CleanedText:
    """Remove forbidden characters, decode entities, collapse blanks and convert to NFC.

    Removes the marks that only set a direction of writing as well.
    """
    # NFC turns no unprintable character into a printable one, so the check can follow it.
    line = nfc(_one_line(text))
    if line.isprintable() and "&" not in line and "  " not in line:
        return CleanedText(line.strip(), 0)
    text, repaired = remove_forbidden(text)
    # Not in `remove_forbidden`, which the keys of titles depend on.
    text, marks = _DIRECTION.subn("", decode(nfc(text)))
    # Once more, because a decoded character may combine with the one before it.
    return CleanedText(nfc(" ".join(text.split())), repaired + marks)


def nfc(text: str) -> str:
    """Convert to Unicode NFC, so that equal texts are equal strings."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
