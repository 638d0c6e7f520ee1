"""Decode JSON in the forms that tools write: whole, cut off, one value a line, Python literals.

Decodes values and converts them by type; does not depend on the fields of any listing.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import Any, NamedTuple

import msgspec

from digest.parsers.input import encodings, lines
from digest.parsers.input.input_file import InputFile

Json = dict[str, Any]

DECODE_ERRORS = (msgspec.MsgspecError, ValueError, TypeError, RecursionError, MemoryError)
# Python's parser takes forty times the text. A record with 664 authors has 330 kB.
_MAX_LITERAL_CHARS = 1 << 20
_FIRST_CHARACTERS = frozenset("[{\"'-0123456789")  # of JSON and of Python literals
_MAX_BARE_VALUE_CHARS = 16
_MAX_SCALAR_BYTES = 256
# Bytes that decoded values may take besides one and a half times the text. The text itself and the
# characters of its strings come on top.
_BASE_MEMORY = 40 << 20
_OBJECT_BYTES, _LIST_BYTES, _STRING_BYTES, _NUMBER_BYTES, _ENTRY_BYTES = 200, 72, 64, 32, 100
_WIDE_STRING = 1000  # characters
_ENTRIES_IN_OBJECT = 5  # have room in the memory of an object
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_TRAILING_COMMA = re.compile(r"""("(?:[^"\\]|\\.)*+")|,(?=\s*[}\]])""", re.DOTALL)
_MAX_LENIENT_BYTES = 4 << 20  # Python's decoder takes several times the text
# The beginning of an object or a list, also in Python's syntax. A page in Markdown may begin with
# "[[Logo] Home][1]", "[ ] to do" or '["Quoted" words][1]'. JSON has no line feed in a string.
_QUOTED = rb""""(?:[^"\\\n]|\\.)*+(?:"|\Z)|'(?:[^'\\\n]|\\.)*+(?:'|\Z)"""
_MEMBER = (
    rb"""["'](?=\{)|(?:"""
    + _QUOTED
    + rb""")\s*+(?:[,:]|\]\s*+(?:[,\]]|\Z)|\Z)|(?:null|None)\s*+,"""
)
_STARTS = re.compile(
    rb"""(?:\[\s*+)*+\{\s*+(?:["'}]|\Z)|(?:\[\s*+)++(?:"""
    + _MEMBER
    + rb"""|\]\s*+(?:[,\]]|\Z)|\Z)"""
)
_SCALAR = re.compile(rb"(?:-?\d+(?:\.\d+)?|true|false|null|\"[^\"]*\")\s*")


_COUNT = re.compile(r"([\d,]{1,12}|\d{1,6}\.\d{1,3}(?=[kKmM]))([kKmM]?)", re.ASCII)

# Accepts NaN and line feeds in strings. A number of 20 digits or more becomes None: it is no
# count, and slow to convert.
_LENIENT_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: int(digits) if len(digits) < 20 else None
)


class JsonSpan(NamedTuple):
    """A value, the line it starts on, and its key in the object around it."""

    value: Any
    line: int
    key: str = ""


class JsonDamage(NamedTuple):
    """A place where a text is damaged. ``is_cut`` says that the text ends there."""

    line: int
    reason: str
    is_cut: bool = False


class LoadedJson(NamedTuple):
    """The value of a text; ``form`` describes in words how it was written."""

    value: Any
    form: str


def may_be_json(input_file: InputFile) -> bool:
    """Return False if the first character alone rules JSON out.

    Formats call this before they decode anything.
    """
    # A bare null, true or None begins with a letter: only a very short text can be one.
    is_short = len(input_file.head_text) < _MAX_BARE_VALUE_CHARS
    return input_file.first_character in _FIRST_CHARACTERS or is_short


def looks_like_json(head: bytes) -> bool:
    """Return whether a text begins as JSON, or as a list or an object in Python's syntax."""
    start = encodings.in_utf8(head, None).lstrip()
    return bool(_STARTS.match(start) or _SCALAR.fullmatch(start[:_MAX_SCALAR_BYTES]))


def fits_memory(data: bytes) -> bool:
    """Return whether the values of a text take little more memory than the text, when decoded.

    A listing does; ``[{},{},{}]`` takes fifty times.
    """
    limit = _BASE_MEMORY + 3 * len(data) // 2
    if _OBJECT_BYTES * len(data) <= limit:
        return True  # even if every byte began an object
    objects, entries = data.count(b"{"), data.count(b'":')
    strings = max(0, data.count(b'"') // 2 - entries)
    numbers = max(0, data.count(b",") - strings)
    return limit >= (
        _OBJECT_BYTES * objects
        + _LIST_BYTES * data.count(b"[")
        + _STRING_BYTES * strings
        + _NUMBER_BYTES * numbers
        + _ENTRY_BYTES * max(0, entries - _ENTRIES_IN_OBJECT * objects)
        # One such character makes each of a string's characters take four bytes.
        + 3 * min(len(data), _WIDE_STRING * (data.count(b"\xf0") + data.count(b"\\ud8")))
    )


def load(data: bytes) -> LoadedJson | None:
    """Return the value of a text in UTF-8, or None if it must be read in pieces.

    A text with small mistakes, as Python's writers make them, is valid if it is short.
    """
    if not fits_memory(data):
        return None
    try:
        return LoadedJson(msgspec.json.decode(data), "JSON")
    except DECODE_ERRORS:
        pass
    if len(data) > _MAX_LENIENT_BYTES:
        return None
    if (value := decoded(data)) is not None:
        return LoadedJson(value, "JSON")
    value = mended(data) if len(data) <= _MAX_LITERAL_CHARS else None
    return None if value is None else LoadedJson(value, "Python literals")


def decoded(data: bytes) -> Any:
    """Return the value of a text; None if it is damaged, or null.

    Accepts NaN, line feeds in strings, huge numbers and halves of surrogate pairs.
    """
    try:
        return msgspec.json.decode(data)
    except DECODE_ERRORS:
        pass
    try:
        return _LENIENT_DECODER.decode(decode_repaired(data))
    except DECODE_ERRORS:
        return None


def mended(data: bytes) -> Any:
    """Return the list or object of a text with trailing commas or in Python's syntax, else None."""
    text = decode_repaired(data)
    if _TRAILING_COMMA.search(text):
        try:
            value = _LENIENT_DECODER.decode(_TRAILING_COMMA.sub(r"\1", text))
        except DECODE_ERRORS:
            pass
        else:
            return value if isinstance(value, dict | list) else None
    return parse_embedded(text)


def decode_repaired(data: bytes) -> str:
    """Return the text with each escaped half of a surrogate pair replaced.

    Python's decoder accepts such a half; a database does not.
    """
    return _LONE_SURROGATE.sub(r"\\ufffd", lines.decode(data))


def looks_like_json_lines(head: bytes) -> bool:
    """Return whether the first line of a text is a whole object and more text follows."""
    first, _, rest = encodings.in_utf8(head, None).lstrip().partition(b"\n")
    return first.startswith(b"{") and bool(rest.strip()) and parse_object(first) is not None


def parse_object(row: bytes) -> Json | None:
    """Return the object of a line of JSON Lines, else None."""
    value = decoded(row) if fits_memory(row) else None
    return value if isinstance(value, dict) else None


def parse_embedded(text: str) -> Any:
    """Return the list or object that a string holds as JSON or as a Python literal, else None.

    Runs no code: `ast.literal_eval` only builds values. Returns None also for texts that are
    longer than a record can be, or nested deeply.
    """
    text = text.strip()
    if text[:1] not in {"{", "["} or len(text) > _MAX_LITERAL_CHARS:
        return None
    try:
        value = msgspec.json.decode(text)
    except DECODE_ERRORS:
        value = _parse_literal(text)
    return value if isinstance(value, dict | list) else None


def _parse_literal(text: str) -> Any:
    import ast  # takes 3 ms, and few files hold Python literals

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes inside the text
        try:
            value = ast.literal_eval(text)
            return msgspec.json.decode(msgspec.json.encode(value))  # keys become text
        except (*DECODE_ERRORS, SyntaxError):
            return None


def object_at(value: Any, key: str) -> Json:
    """Return the object under a key, or an empty one."""
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def as_text(value: Any) -> str | None:
    """Return a string that is not blank, else None."""
    return value if isinstance(value, str) and value.strip() else None


def as_count(value: Any) -> int | None:
    """Return a count (``12``, ``"12"``, ``"1,234"``, ``"3.29k"``), else None; never negative."""
    if isinstance(value, str):
        match = _COUNT.fullmatch(value.strip())
        digits = match[1].replace(",", "") if match else ""
        if not match or not digits:
            return None
        value = round(float(digits) * {"": 1, "k": 1_000, "m": 1_000_000}[match[2].lower()])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):  # a bool is an int in Python
        return None
    return value if 0 <= value < 1 << 53 else None
