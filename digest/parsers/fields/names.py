"""Split a list of authors that is written as one text into names."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"\s*[,，、]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+", re.IGNORECASE)
_AND = re.compile(r"\s*,?\s+(?:and|&)\s+", re.IGNORECASE)
# A part that is no name of its own: it belongs to the part before the comma.
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]*)+|[A-Z]{1,2}")
_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV|Ph\.?\s?D)\.?", re.IGNORECASE)
_OTHERS = re.compile(r"(?:and\s+)?(?:et\.?\s+al\.?|others)", re.IGNORECASE)
_NICKNAME = re.compile(r"\([^\W\d_][\w.'’-]*\)")
_GOES_ON = re.compile(r"\s+(?!(?:and|et)\b)[^\W\d_]", re.IGNORECASE)


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in a text, without affiliations in round brackets.

    Splits at semicolons if there are any, else at commas, "and" and "&". A comma before
    initials or a suffix is inside a name ("Bee, A.", "Ann Bee, Jr."), and so is the only comma
    between two words ("Bee, Ann", also "Bee, Ann and Dee, Carl"). Changes the order of no
    name; leaves out "et al.".
    """
    text = _without_affiliations(text)
    if re.search("[;；]", text):
        parts = re.split(r"\s*[;；]\s*(?:(?:and|&)\s+)?", text)
    elif _is_family_first(people := _AND.split(text)):
        parts = people
    else:
        parts = _joined(_BETWEEN.split(text))
    names = (" ".join(part.split()).strip(" ,") for part in parts)
    return tuple(name for name in names if name and not _OTHERS.fullmatch(name))


def _is_family_first(people: list[str]) -> bool:
    """Return whether each person is written as ``Family, Given``, with one comma.

    A single person must have one word on each side: "Ann Bee, Carl Dee" is two.
    """
    parts = [person.split(",") for person in people]
    if any(len(part) != 2 for part in parts):
        return False
    return len(parts) > 1 or all(len(part.split()) == 1 for part in parts[0])


def _joined(parts: list[str]) -> list[str]:
    """Return the parts between commas, with initials and suffixes joined to what they follow."""
    names: list[str] = []
    for part in parts:
        is_initials = _INITIALS.fullmatch(part) and bool(names) and "," not in names[-1]
        if names and (is_initials or _SUFFIX.fullmatch(part)):
            names[-1] += f", {part}"
        else:
            names.append(part)
    return names


def _without_affiliations(text: str) -> str:
    """Return the text without its bracketed parts; a nickname inside a name stays.

    A bracket without its counterpart is text.
    """
    kept, end = [], 0
    for start, stop in _bracketed(text):
        is_nickname = _NICKNAME.fullmatch(text, start, stop) and _GOES_ON.match(text, stop)
        kept.append(text[end : stop if is_nickname else start])
        end = stop
    return "".join((*kept, text[end:])) if end else text


def _bracketed(text: str) -> list[tuple[int, int]]:
    """Return where the outermost pairs of round brackets begin and end."""
    open_at: list[int] = []
    spans: list[tuple[int, int]] = []
    for bracket in re.finditer(r"[()]", text):
        if bracket[0] == "(":
            open_at.append(bracket.start())
        elif open_at:
            start = open_at.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, bracket.end()))
    return spans
