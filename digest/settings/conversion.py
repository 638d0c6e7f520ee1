"""Convert the tables of a TOML file into records, or say what is wrong and what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from digest.errors import SettingsError, did_you_mean
from digest.settings import messages

# The messages of msgspec: a reason, and the path to the value if it is not the whole file.
_MESSAGE = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?")
_UNKNOWN = re.compile(r"unknown field `(.*?)`")
_SECRET_PLACE = re.compile(
    r"notify\..*|summary\.key|.*\.token|mail\.(.*password|server|mailbox|dkim_key).*|chat.*\.url.*"
)
_FEW = 4  # choices among which nobody needs to be told the nearest
_SINGLE_BRACKETS = "Expected `array`, got `object`"  # [edition] in place of [[edition]]

T = TypeVar("T")


def convert(content: Any, kind: type[T], file: Path, tables: Mapping[str, str] | None = None) -> T:
    """Return the record of a file's content. Raises `SettingsError` if it does not fit.

    ``tables`` has the names of tables in the file whose fields in the record are called
    otherwise.
    """
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        match = _MESSAGE.fullmatch(str(error))
        reason, place = (match[1], match[2] or "") if match else (str(error), "")
        # A secret stays one where it stands in the wrong way.
        value = None if _SECRET_PLACE.fullmatch(place) else _value_at(content, place)
        named = _named_as_in_the_file(place, tables or {})
        hint = _hint(reason, named, value, *_type_at(kind, place))
        if unknown := _UNKNOWN.search(reason):
            reason, named = "unknown key", f"{named}.{unknown[1]}".lstrip(".")
        reason = messages.rewrite(reason, value)
        raise SettingsError(str(file), reason, key=named, hint=hint) from error


def nearest(name: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """Return a hint that names the nearest of the known names, or all if none is near."""
    return did_you_mean(name, known) or f"known: {', '.join(known)}"


def _named_as_in_the_file(place: str, tables: Mapping[str, str]) -> str:
    """Return a path with the name of the file's table: ``edition[0]`` for ``editions[0]``."""
    field = re.split(r"\W", place, maxsplit=1)[0]
    table_of = {of: table for table, of in tables.items()}
    return (table_of.get(field, field) + place.removeprefix(field)).replace("...", "")


def _value_at(content: Any, place: str) -> object:
    """Return the value at a path of msgspec such as ``editions[0].at``; None if there is none."""
    for key, index in re.findall(r"([\w-]+)|\[(\d+)\]", place):
        try:
            content = content[key or int(index)]
        except (LookupError, TypeError):
            return None
    return content


def _type_at(record: Any, place: str) -> tuple[Any, Any]:
    """Return the type of the value at a path, and the innermost record of the path."""
    expected = record
    for name in filter(None, place.split(".")):
        expected = get_type_hints(record).get(name.partition("[")[0])
        record = next(_records(expected), record)
    return expected, record


def _records(expected: Any) -> Iterator[Any]:
    """Yield the records of a type: of a value, or of the entries of a list."""
    if isinstance(expected, type) and issubclass(expected, msgspec.Struct):
        yield expected
    for inner in get_args(expected):
        yield from _records(inner)


def _hint(reason: str, place: str, value: Any, expected: Any, record: Any) -> str:
    """Return a hint for the value at ``place``, or "" if the reason is enough.

    ``place`` is a path such as ``edition[0].at``, and ``reason`` is still that of msgspec.
    """
    if unknown := _UNKNOWN.search(reason):
        return nearest(unknown[1], record.__struct_encode_fields__)
    # A list of choices has a path for each entry: ``on[0]``.
    if choices := get_args(next(_literals(expected), None)):
        close = f"{nearest(value, choices)} " if _is_close(value, choices) else ""
        return f"{close}one of {', '.join(choices)}"
    is_single = reason == _SINGLE_BRACKETS and "." not in place
    return f"write [[{place}]], in double brackets" if is_single else ""


def _literals(expected: Any) -> Iterator[Any]:
    """Yield the choices of a type: of a value, or of the entries of a list."""
    if get_origin(expected) is Literal:
        yield expected
    for inner in get_args(expected) if get_origin(expected) is tuple else ():
        yield from _literals(inner)


def _is_close(value: Any, choices: tuple[str, ...]) -> bool:
    return isinstance(value, str) and len(choices) > _FEW and did_you_mean(value, choices) != ""
