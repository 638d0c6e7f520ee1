"""Describe the settings: the name, default and meaning of each field of a record.

The meaning is the docstring under the field, which Python itself does not keep. The reference of
the configuration (docs/generate.py) and `digest config` both show it.
"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec


class SettingText(NamedTuple):
    """A setting of a table: its name, its default, and its meaning in Markdown, as one line.

    ``name`` is that of the key in the file, ``field`` that in the record: `from` cannot be one.
    ``is_required`` is True for a setting without a default; ``default`` is then None.
    """

    name: str
    field: str
    default: Any
    is_required: bool
    about: str


def describe(record: type[msgspec.Struct]) -> Iterator[SettingText]:
    """Yield the settings of a record, in the order of its fields."""
    texts = field_texts(record)
    for field in msgspec.structs.fields(record):
        about = " ".join(f"{_choices(field)}{texts[field.name]}".split())
        default = None if field.required else field.default
        yield SettingText(field.encode_name, field.name, default, field.required, about)


def field_texts(record: type[msgspec.Struct]) -> dict[str, str]:
    """Return the docstring under each field of a record."""
    (body,) = (
        node.body
        for node in _module(inspect.getfile(record)).body
        if isinstance(node, ast.ClassDef) and node.name == record.__name__
    )
    texts = {}
    for field, text in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            texts[ast.unparse(field.target)] = str(ast.literal_eval(text.value))
    return texts


@functools.cache
def _module(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text("utf-8"))


def _choices(field: msgspec.structs.FieldInfo) -> str:
    if get_origin(field.type) is not Literal:
        return ""
    *others, last = (f"`{json.dumps(choice)}`" for choice in get_args(field.type))
    return f"{', '.join(others)} or {last}. "
