"""JSON as tools leave it: whole, cut off, one value a line, or as Python literals.

Decodes and picks values by type; knows no field of any listing.
"""

from __future__ import annotations

import ast
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

REFUSED = (msgspec.MsgspecError, ValueError, TypeError, RecursionError, MemoryError)
_LITERAL_CHARS = 1 << 20  # a record with 664 authors takes 330 kB; the parser 40 times its text
_FIRST = frozenset("[{\"'-0123456789")  # what JSON and Python literals begin with
_BARE_VALUE = 16  # characters
_ROOM = 40 << 20  # bytes that values may take besides two and a half times their text
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_LIST = re.compile(r'\[\s{0,99}(?=[{"])')
_BETWEEN = re.compile(r"[\s,]*")
_STARTS = re.compile(rb"[\[{]\s*[\[{\"'\]}]|[\[{]\s*$")
_SCALAR = re.compile(rb"(?:-?\d+(?:\.\d+)?|true|false|null|\"[^\"]*\")\s*")


_TOLERANT = json.JSONDecoder(  # takes NaN; a number of a thousand digits is no count
    parse_int=lambda digits: int(digits) if len(digits) < 20 else None
)


class JsonSpan(NamedTuple):
    """A value and the line it starts on."""

    value: Any
    line: int


class Loaded(NamedTuple):
    """What a text holds: one value, or several; ``form`` in words."""

    values: list[JsonSpan]
    form: str
    rejects: list[Reject]


def may_be_json(input_file: InputFile) -> bool:
    """Return False if the first character alone rules JSON out.

    Formats call this before they decode anything.
    """
    # A bare null, true or None begins with a letter: only a very short text can be one.
    return input_file.first_character in _FIRST or len(input_file.text) < _BARE_VALUE


def looks_like_json(head: bytes) -> bool:
    """Whether a text begins as JSON or as Python's way of writing the same."""
    start = plain(head).lstrip()[:256]
    return bool(_STARTS.match(start) or _SCALAR.fullmatch(start))


def plain(data: bytes) -> bytes:
    """The bytes in UTF-8 without a byte order mark."""
    try:
        data.decode()  # msgspec looks only at the strings it keeps
    except UnicodeDecodeError:
        data = lines.text(data).encode(errors="replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def check(data: bytes) -> None:
    """Raises `Unreadable` for a text of so many small values that they would not find room.

    A list or an object costs up to 120 bytes besides what is in it, a value 40; in a listing
    that is once or twice the text, in ``[{},{},{}]`` fifty times.
    """
    room = _ROOM + 5 * len(data) // 2
    if 120 * len(data) <= room:
        return  # not even if each byte began a value
    holders = data.count(b"{") + data.count(b"[")
    if 120 * holders + 40 * data.count(b",") > room:
        raise Unreadable("too many small values for a list of papers")


def load(data: bytes) -> Loaded:
    """All that can be read; what is damaged is a reject.

    Raises `Unreadable`, with the line where it breaks off, where nothing can.
    """
    check(data)
    try:
        return Loaded([JsonSpan(msgspec.json.decode(data), 1)], "JSON", [])
    except REFUSED:
        pass
    try:
        value = _TOLERANT.decode(repaired(data))
    except (ValueError, RecursionError):
        pass
    else:
        return Loaded([JsonSpan(value, 1)], "JSON", [])
    value = revive(lines.text(data))
    return Loaded([JsonSpan(value, 1)], "Python literals", []) if value else salvage(data)


def salvage(data: bytes) -> Loaded:
    """The whole values of a list that is cut off, or of a text with one value after another."""
    text = repaired(data)
    begin = _LIST.search(text)
    at = begin.end() if begin else 0
    found: list[JsonSpan] = []
    line = 1 + text.count("\n", 0, at)
    problem = "nested too deeply"
    while at < len(text) and text[at] != "]":
        try:
            value, end = _TOLERANT.raw_decode(text, at)
        except json.JSONDecodeError as error:
            problem = f"not JSON from here on: {error.msg}"
            line = line if found else error.lineno
            break
        except RecursionError:
            break
        found.append(JsonSpan(value, line))
        following = _BETWEEN.match(text, end)
        end = following.end() if following else end
        line += text.count("\n", at, end)
        at = end
    else:
        problem = "the list is not closed" if at >= len(text) else ""
    if not any(isinstance(one.value, dict | str) for one in found):
        raise Unreadable(problem or "not JSON", line=line)
    return Loaded(
        found, "damaged JSON", [Reject(line, problem)] if at < len(text) and problem else []
    )


def repaired(data: bytes) -> str:
    """The text with what Python's decoder would take but no database: half characters."""
    return _LONE_SURROGATE.sub(r"\\ufffd", lines.text(data))


def are_lines(head: bytes) -> bool:
    """Whether a text is JSON Lines: its first line is an object of its own, and more follows."""
    first, _, rest = plain(head).lstrip().partition(b"\n")
    return first.startswith(b"{") and bool(rest.strip()) and _object_of(first) is not None


def by_line(rows: Iterable[bytes]) -> Iterator[JsonSpan | Reject]:
    """The objects of JSON Lines, with their numbers; a line that is none is a reject."""
    for number, row in enumerate(rows, start=1):
        if row.strip():
            value = _object_of(row)
            if value is None:
                yield Reject(number, "a line that is no JSON object")
            else:
                yield JsonSpan(value, number)


def _object_of(line: bytes) -> Json | None:
    check(line)
    try:
        value = msgspec.json.decode(line)
    except REFUSED:
        try:
            value = _TOLERANT.decode(repaired(line))
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def revive(text: str) -> Any:
    """The list or object a string stands for, as JSON or as a Python literal; else None.

    Never runs anything: `ast.literal_eval` builds values only. Longer texts than a record
    can be, and deeply nested ones, are refused.
    """
    text = text.strip()
    if text[:1] not in {"{", "["} or len(text) > _LITERAL_CHARS:
        return None
    try:
        value = msgspec.json.decode(text)
    except REFUSED:
        value = _literal(text)
    return value if isinstance(value, dict | list) else None


def _literal(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes inside someone's text
        try:
            value = ast.literal_eval(text)
            return msgspec.json.decode(msgspec.json.encode(value))  # keys become text
        except (*REFUSED, SyntaxError):
            return None


def mapping(holder: Any, key: str) -> Json:
    """The object under a key, or an empty one."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}


def text(value: Any) -> str | None:
    """A string that is not blank, or None."""
    return value if isinstance(value, str) and value.strip() else None


def number(value: Any) -> int | None:
    """A count: ``12``, ``"12"``, ``"1,234"``, ``"3.29k"``; else None, and never below zero."""
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
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < 1 << 53 else None
