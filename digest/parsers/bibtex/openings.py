"""Recognise where an entry opens (``@article{key, title = ``), in BibTeX and in text around it."""

from __future__ import annotations

import itertools
import re

LOOK_AHEAD = 1_000  # characters, more than any pattern below takes after an "@"
TYPES = frozenset(
    "article artwork audio bibnote book bookinbook booklet collection commentary conference "
    "dataset electronic image inbook incollection inproceedings inreference jurisdiction "
    "legislation letter manual mastersthesis misc movie music mvbook mvcollection mvproceedings "
    "mvreference online patent performance periodical phdthesis proceedings reference report "
    "review software standard suppbook suppcollection suppperiodical techreport thesis "
    "unpublished video www".split()
)

OPENING = re.compile(
    r"@[ \t]{0,9}(?:([A-Za-z][\w-]{0,40})|\[[^\[\]{}\n]{0,200}\])[ \t\n]{0,9}([{(])"
)
# What an entry begins with: perhaps a key and more, then a name and an equals sign.
_FIELDS_AHEAD = {
    "{": re.compile(r"[^={}]{0,300}="),
    "(": re.compile(r"(?:[^={}()]{0,300},)?\s{0,99}[\w-]{1,40}\s{0,99}="),
}
_KEY_AND_FIELD = re.compile(r"[^,{}()=\n\"]{0,200},\s{0,99}[\w-]{1,40}\s{0,9}=\s{0,9}[{\"\w]")
_FIELD = re.compile(r"(?:^|[,\s])([A-Za-z][\w-]{0,40})\s{0,9}=\s{0,9}[{\"\w]")
_MAX_OPENINGS = 1_000
_NO_ENTRIES = frozenset({"comment", "preamble"})


def has_fields(text: str, opening: re.Match[str]) -> bool:
    """Return whether fields seem to follow an opening."""
    return _FIELDS_AHEAD[opening[2]].match(text, opening.end()) is not None


def is_in_word(text: str, at: int) -> bool:
    """Return whether the character before is of a word, as in an address of mail."""
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in "_\\")


def is_whole(text: str, opening: re.Match[str]) -> bool:
    """Return whether a key and a field of an entry of a known type follow an opening."""
    kind = (opening[1] or "").lower()
    return kind in TYPES and _KEY_AND_FIELD.match(text, opening.end()) is not None


def is_first(text: str, at: int) -> bool:
    """Return whether an ``@`` stands first on its line, or after the end of an entry or value."""
    before = _before(text, at)
    return before in {"", "\n", "}", ")"}


def begins_entry(text: str, opening: re.Match[str]) -> bool:
    """Return whether an entry of a known type, with a key and a field, opens a line here."""
    return _before(text, opening.start()) in {"", "\n"} and is_whole(text, opening)


def first_whole(text: str) -> re.Match[str] | None:
    """Return the opening of the first whole entry in a text that may hold none, or None.

    It stands first on its line. Its type is known and a field follows, or two do, or a title.
    """
    candidates = itertools.islice(OPENING.finditer(text), _MAX_OPENINGS)
    return next((opening for opening in candidates if _opens_whole(text, opening)), None)


def _opens_whole(text: str, opening: re.Match[str]) -> bool:
    if _before(text, opening.start()) not in {"", "\n"} or not has_fields(text, opening):
        return False
    kind, start = (opening[1] or "").lower(), opening.end()
    if kind in _NO_ENTRIES:
        return False
    next_one = text.find("\n@", start, start + LOOK_AHEAD)
    end = start + LOOK_AHEAD if next_one < 0 else next_one
    names = [name.lower() for name in _FIELD.findall(text, start, end)]
    is_known = not kind or kind == "string" or kind in TYPES
    return len(names) > 1 or "title" in names or (is_known and bool(names))


def _before(text: str, at: int) -> str:
    """Return the character before, passing over blanks on the same line."""
    while at > 0 and text[at - 1] in " \t":
        at -= 1
    return text[at - 1 : at]
