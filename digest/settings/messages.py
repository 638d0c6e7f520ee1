"""Rewrite the error messages of `msgspec` in the words of a TOML file."""

from __future__ import annotations

import re
from datetime import date, time

_SHOWN = 50  # characters of a value
_TYPES = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list in brackets",
    "object": "a table",
    "date": "a date without quotes",
    "time": "a time without quotes",
    "datetime": "a date and time without quotes",
}
_WRONG_TYPE = re.compile(r"Expected `(.*)`, got `(.*)`")
_OUT_OF_RANGE = re.compile(r"Expected `\w+` (>=|<=|>) (.*)")
_BOUNDS = {">=": "at least", "<=": "at most", ">": "more than"}
_MISSING = re.compile(r"Object missing required field `(.*)`")
_NO_CHOICE = re.compile(r"Invalid enum value (.*)")


def rewrite(message: str, value: object = None) -> str:
    """Rewrite a message about a wrong value: first the allowed values, then the value found.

    ``value`` is named as well, if it is text, a number or a date. Messages of other
    kinds are returned unchanged.
    """
    is_shown = isinstance(value, str | int | float | date | time)
    if match := _WRONG_TYPE.fullmatch(message):
        # TOML has no null: an optional key is left out.
        types = [name for name in match[1].split(" | ") if name != "null"]
        found = f": {_toml(value)}" if is_shown and not isinstance(value, bool) else ""
        return f"must be {' or '.join(map(_type, types))}, not {_type(match[2])}{found}"
    if match := _OUT_OF_RANGE.fullmatch(message):
        found = f", not {_toml(value)}" if is_shown else ""
        return f"must be {_BOUNDS[match[1]]} {float(match[2]):g}{found}"
    if match := _NO_CHOICE.fullmatch(message):
        return f"must not be {match[1]}"
    if match := _MISSING.fullmatch(message):
        return f"the key {match[1]} is missing"
    return message


def _toml(value: object) -> str:
    text = str(value)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return repr(text) if isinstance(value, str) else text


def _type(name: str) -> str:
    return _TYPES.get(name, name)
