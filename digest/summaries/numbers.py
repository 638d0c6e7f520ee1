"""Compare the numbers of a summary with those of its paper."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

# Thousands may be parted by a comma, an apostrophe or one of the narrow blanks.
_NARROW = re.compile("(?<=\\d)[\u00a0\u2009\u202f'’](?=\\d{3}(?!\\d))")
_SCALES = {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "billion": 9, "t": 12}
_SCALES["trillion"] = 12
_SCALE = r"(?:[ -]?(thousand|million|billion|trillion)|([kmbt]))(?![^\W\d_])"
_NUMBER = re.compile(
    rf"(\d+(?:,\d{{3}})*(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)(?:{_SCALE})?", re.IGNORECASE
)
_COMMA_NUMBER = re.compile(
    rf"(\d+(?:\.\d{{3}})*(?!\d)(?:,\d+)?|\d+(?:,\d+)?)(?:{_SCALE})?", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
).split()
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)
_LONGEST = 28  # characters of a number that is compared by its value
_COUNTED = 3  # from here on a number in words counts; "one" and "two" are also plain words


def invented(summary: str, source: str, *, english: bool) -> str | None:
    """Return the first number of the summary that does not stand in the source; else None.

    A comma between thousands, words up to twenty, "k" and "million" make no difference. In other
    languages than English a comma may also stand for the decimal point, and a point between
    thousands.
    """
    known = _known(_plain(source))
    text, place = _plain(summary), 0
    forms = (_NUMBER,) if english else (_NUMBER, _COMMA_NUMBER)
    while digit := _DIGIT.search(text, place):
        readings = [match for form in forms if (match := form.match(text, digit.start()))]
        good = [match.end() for match in readings if _value(match) in known]
        if not good:
            return readings[0][1]
        place = max(good)
    for match in _WORD.finditer(text) if english else ():
        number = _WORDS.index(match[0].lower())
        if number >= _COUNTED and str(number) not in known:
            return match[0]
    return None


def _known(source: str) -> set[str]:
    """Return the numbers of a text, each with and without its scale."""
    known = set[str]()
    for match in _NUMBER.finditer(source):
        known |= {_normal(match[1], ""), _normal(match[1], match[2] or match[3] or "")}
    known |= {str(_WORDS.index(word.lower())) for word in _WORD.findall(source)}
    return known


def _value(match: re.Match[str]) -> str:
    number = match[1]
    if match.re is _COMMA_NUMBER:
        number = number.translate({ord("."): ",", ord(","): "."})
    return _normal(number, match[2] or match[3] or "")


def _normal(number: str, scale: str) -> str:
    number = number.replace(",", "")
    if len(number) > _LONGEST:  # `Decimal` would round it, or fail
        return number + scale.lower()
    value = Decimal(number).scaleb(_SCALES.get(scale.lower(), 0))
    return format(value.normalize(), "f")


def _plain(text: str) -> str:
    """Return the text with ASCII digits and without marks between thousands that are no comma."""
    text = unicodedata.normalize("NFKC", _NARROW.sub(",", text))
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
