"""Find where an object in JSON ends, by its brackets and strings, without decoding it.

Takes NaN, trailing commas and line feeds in strings for valid; the decoder decides on those.
"""

from __future__ import annotations

import re
from typing import NamedTuple

TOO_DEEP = "nested too deeply"
CUT_OFF = "the text ends inside a record"
INVALID = "a record that is not valid JSON"

_STRING = rb'"(?:[^"\\]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_NUMBER = rb"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?|NaN|-?Infinity"
_SIMPLE = rb"(?:" + _STRING + rb"|true|false|null|" + _NUMBER + rb")"
_KEY = rb"\s*+" + _STRING + rb"\s*+:\s*+"
# Simple members or elements, and what stands before the next inner bracket or the end. So many
# at a time, because a greedy group keeps its way back in memory. A possessive one would not, but
# up to Python 3.11.4, as Debian 12 has it, it is wrong where another one stands in it (gh-106052).
_MEMBERS = re.compile(rb"(?:" + _KEY + _SIMPLE + rb"\s*+(?:,|(?=\}))){1,200}", re.DOTALL)
_ELEMENTS = re.compile(rb"(?:\s*+" + _SIMPLE + rb"\s*+(?:,|(?=\]))){1,200}", re.DOTALL)
_AFTER_MEMBERS = re.compile(_KEY + rb"(?=[\[{])|\s*+(?=\})", re.DOTALL)
_AFTER_ELEMENTS = re.compile(rb"\s*+(?=[\[{\]])")
_AFTER = re.compile(rb"\s*+(?:,|(?=[\]}]))")
_WHOLE_STRING = re.compile(_STRING, re.DOTALL)
# A single quote opens a string in Python's syntax. One that is never closed ends with the text.
_TOKEN = re.compile(rb""""(?:[^"\\]++|\\.)*+"?|'(?:[^'\\\n]++|\\[^\n])*+'?|[\[\]{}]""", re.DOTALL)
_CLOSER = {ord("{"): ord("}"), ord("["): ord("]")}
_MAX_TAIL = 1 << 16  # bytes of a record in which the text ends
_MAX_DEPTH = 100  # records have less than ten brackets in one another


class End(NamedTuple):
    """Where an object ends; or where it breaks off, and the reason."""

    position: int
    reason: str = ""


def find_end(data: bytes, start: int) -> End:
    """Find the end of the object, list or string that begins at ``start``."""
    if data[start] == ord('"'):
        string = _WHOLE_STRING.match(data, start)
        return End(string.end()) if string else End(len(data), CUT_OFF)
    position, expected = start, bytearray()  # the closing brackets still to come
    while True:
        if len(expected) >= _MAX_DEPTH:
            return End(position, TOO_DEEP)
        expected.append(_CLOSER[data[position]])
        position += 1
        while True:
            is_list = expected[-1] == ord("]")
            simple = _ELEMENTS if is_list else _MEMBERS
            while match := simple.match(data, position):
                position = match.end()
            match = (_AFTER_ELEMENTS if is_list else _AFTER_MEMBERS).match(data, position)
            if match is None:
                return _broken(data, position)
            position = match.end()
            if data[position] in _CLOSER:
                break
            position += 1
            expected.pop()
            if not expected:
                return End(position)
            match = _AFTER.match(data, position)
            if match is None:
                return _broken(data, position)
            position = match.end()


def _broken(data: bytes, position: int) -> End:
    is_last = len(data) - position <= _MAX_TAIL and b"}" not in data[position:]
    return End(position, CUT_OFF if is_last else INVALID)


def find_loose_end(data: bytes, start: int, limit: int) -> int | None:
    """Find the bracket that closes the one at ``start``, in JSON that breaks other rules.

    Counts brackets outside of strings. Returns None if they do not match, or if the end is not
    before ``limit``.
    """
    expected = bytearray()
    for token in _TOKEN.finditer(data, start, limit):
        character = data[token.start()]
        if character in _CLOSER:
            if len(expected) >= _MAX_DEPTH:
                return None
            expected.append(_CLOSER[character])
        elif character in b"]}":
            if not expected or character != expected.pop():
                return None
            if not expected:
                return token.end()
    return None
