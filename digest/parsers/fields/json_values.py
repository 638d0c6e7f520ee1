"""Decode JSON in the forms that tools write: whole, cut off, one value a line, Python literals.

Decodes values and converts them by type; does not depend on the fields of any listing.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Reject
from digest.parsers.input import lines
from digest.parsers.input.input_file import InputFile

Json = dict[str, Any]

DECODE_ERRORS = (msgspec.MsgspecError, ValueError, TypeError, RecursionError, MemoryError)
# Python's parser takes forty times the text. A record with 664 authors has 330 kB.
_MAX_LITERAL_CHARS = 1 << 20
_FIRST_CHARACTERS = frozenset("[{\"'-0123456789")  # of JSON and of Python literals
_MAX_BARE_VALUE_CHARS = 16
_BASE_MEMORY = 40 << 20  # bytes that decoded values may take besides two and a half times the text
_HOLDER_BYTES, _VALUE_BYTES = 120, 40  # memory of a list or an object, and of a value in one
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_LIST = re.compile(r'\[\s{0,99}(?=[{"])')
_BETWEEN = re.compile(r"[\s,]*")
_STARTS = re.compile(rb"[\[{]\s*[\[{\"'\]}]|[\[{]\s*$")
_SCALAR = re.compile(rb"(?:-?\d+(?:\.\d+)?|true|false|null|\"[^\"]*\")\s*")


# Accepts NaN. A number of 20 digits or more becomes None: it is no count, and slow to convert.
_LENIENT_DECODER = json.JSONDecoder(
    parse_int=lambda digits: int(digits) if len(digits) < 20 else None
)


class JsonSpan(NamedTuple):
    """A value and the line it starts on."""

    value: Any
    line: int


class LoadedJson(NamedTuple):
    """The values of a text: one, or several if it is damaged; ``form`` describes it in words."""

    values: list[JsonSpan]
    form: str
    rejects: list[Reject]


def may_be_json(input_file: InputFile) -> bool:
    """Return False if the first character alone rules JSON out.

    Formats call this before they decode anything.
    """
    # A bare null, true or None begins with a letter: only a very short text can be one.
    is_short = len(input_file.head_text) < _MAX_BARE_VALUE_CHARS
    return input_file.first_character in _FIRST_CHARACTERS or is_short


def looks_like_json(head: bytes) -> bool:
    """Return whether a text begins as JSON, or as a list or an object in Python's syntax."""
    start = to_utf8(head).lstrip()[:256]
    return bool(_STARTS.match(start) or _SCALAR.fullmatch(start))


def to_utf8(data: bytes) -> bytes:
    """Return the bytes in UTF-8 without a byte order mark."""
    try:
        data.decode()  # all of it: msgspec checks only the strings it keeps
    except UnicodeDecodeError:
        data = lines.decode(data).encode(errors="replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def check_memory(data: bytes) -> None:
    """Raise `Unreadable` for a text of very many small values, before they are decoded.

    Decoded, a listing takes once or twice the size of its text, but ``[{},{},{}]`` takes fifty
    times.
    """
    limit = _BASE_MEMORY + 5 * len(data) // 2
    if _HOLDER_BYTES * len(data) <= limit:
        return  # small enough even if every byte began an object
    holders = data.count(b"{") + data.count(b"[")
    if _HOLDER_BYTES * holders + _VALUE_BYTES * data.count(b",") > limit:
        raise Unreadable("too many small values for a list of papers")


def load(data: bytes) -> LoadedJson:
    """Return every value that can be decoded; damage becomes a reject.

    Raises `Unreadable`, with the line of the damage, if no value can be decoded.
    """
    check_memory(data)
    try:
        return LoadedJson([JsonSpan(msgspec.json.decode(data), 1)], "JSON", [])
    except DECODE_ERRORS:
        pass
    try:
        value = _LENIENT_DECODER.decode(decode_repaired(data))
    except (ValueError, RecursionError):
        pass
    else:
        return LoadedJson([JsonSpan(value, 1)], "JSON", [])
    value = parse_embedded(lines.decode(data))
    return LoadedJson([JsonSpan(value, 1)], "Python literals", []) if value else salvage(data)


def salvage(data: bytes) -> LoadedJson:
    """Return the complete values of a list that is cut off, or of several values in a row.

    Raises `Unreadable` if there is none.
    """
    text = decode_repaired(data)
    first_list = _LIST.search(text)
    position = first_list.end() if first_list else 0
    spans: list[JsonSpan] = []
    line = 1 + text.count("\n", 0, position)
    problem = "nested too deeply"
    while position < len(text) and text[position] != "]":
        try:
            value, end = _LENIENT_DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            problem = f"not JSON from here on: {error.msg}"
            line = line if spans else error.lineno
            break
        except RecursionError:
            break
        spans.append(JsonSpan(value, line))
        separator = _BETWEEN.match(text, end)
        end = separator.end() if separator else end
        line += text.count("\n", position, end)
        position = end
    else:
        problem = "the list is not closed" if position >= len(text) else ""
    if not any(isinstance(span.value, dict | str) for span in spans):
        raise Unreadable(problem or "not JSON", line=line)
    rejects = [Reject(line, problem)] if position < len(text) and problem else []
    return LoadedJson(spans, "damaged JSON", rejects)


def decode_repaired(data: bytes) -> str:
    """Return the text with each escaped half of a surrogate pair replaced.

    Python's decoder accepts such a half; a database does not.
    """
    return _LONE_SURROGATE.sub(r"\\ufffd", lines.decode(data))


def looks_like_json_lines(head: bytes) -> bool:
    """Return whether the first line of a text is a whole object and more text follows."""
    first, _, rest = to_utf8(head).lstrip().partition(b"\n")
    return first.startswith(b"{") and bool(rest.strip()) and _parse_object(first) is not None


def iter_json_lines(rows: Iterable[bytes]) -> Iterator[JsonSpan | Reject]:
    """Yield the object of each line, and a reject for each line that is no object."""
    for number, row in enumerate(rows, start=1):
        if row.strip():
            value = _parse_object(row)
            if value is None:
                yield Reject(number, "a line that is not a JSON object")
            else:
                yield JsonSpan(value, number)


def _parse_object(row: bytes) -> Json | None:
    check_memory(row)
    try:
        value = msgspec.json.decode(row)
    except DECODE_ERRORS:
        try:
            value = _LENIENT_DECODER.decode(decode_repaired(row))
        except (ValueError, RecursionError):
            return None
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
        match = re.fullmatch(
            r"([\d,]{1,12}|\d{1,6}\.\d{1,3}(?=[kKmM]))([kKmM]?)", value.strip(), re.ASCII
        )
        digits = match[1].replace(",", "") if match else ""
        if not match or not digits:
            return None
        value = round(float(digits) * {"": 1, "k": 1_000, "m": 1_000_000}[match[2].lower()])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):  # a bool is an int in Python
        return None
    return value if 0 <= value < 1 << 53 else None
