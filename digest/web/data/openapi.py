"""Describe the API as OpenAPI 3.1, from its operations and the records that they answer with."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from digest.web.answers import ApiProblem
from digest.web.route import Handler

VERSION = "1"  # of the API: parameters and keys are added, never changed or removed
_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_SCHEMAS = "#/components/schemas/{name}"
_PROBLEMS = {
    "400": "A parameter is wrong; the answer says how to write it.",
    "404": "There is no such thing.",
    "503": "The data cannot be read at the moment: ask again after `Retry-After` seconds.",
}


class ApiOperation(NamedTuple):
    """An address of the API: the route's ``path``, what it does, takes, and answers with.

    ``parts`` says what each part of the path in angle brackets is. ``leads_to`` names the operation
    that gives a thing of a list whole, and where in the answer each part of its path stands.
    """

    path: str
    handler: Handler
    name: str
    summary: str
    result: type[msgspec.Struct]
    parameters: type[msgspec.Struct] | None = None
    parts: Mapping[str, str] = {}
    leads_to: tuple[str, Mapping[str, str]] | None = None


def describe(operations: Sequence[ApiOperation], title: str, address: str) -> dict[str, Any]:
    """Return the description of these operations at the web side's ``address``."""
    records = (ApiProblem, *(operation.result for operation in operations))
    (*_, schemas) = msgspec.json.schema_components(records, ref_template=_SCHEMAS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": VERSION,
            "summary": "Research papers in published issues, and the issues",
        },
        "servers": [{"url": address.rstrip("/")}],
        "paths": {
            _PART.sub(r"{\1}", operation.path): {"get": _operation(operation)}
            for operation in operations
        },
        "components": {"schemas": _with_clean_texts(schemas)},
    }


def _with_clean_texts(value: Any) -> Any:
    """Return a schema whose descriptions are not indented, as Python 3.13 has docstrings."""
    if isinstance(value, list):
        return [_with_clean_texts(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: inspect.cleandoc(part)
        if name == "description" and isinstance(part, str)
        else _with_clean_texts(part)
        for name, part in value.items()
    }


def list_parameters(kind: type[msgspec.Struct]) -> list[dict[str, Any]]:
    """Return the parameters of a query."""
    (reference,), schemas = msgspec.json.schema_components((kind,), ref_template=_SCHEMAS)
    (schema,) = (schemas[reference["$ref"].rpartition("/")[2]],)
    return [
        _parameter(name, "query", dict(fields), is_required=False)
        for name, fields in schema["properties"].items()
    ]


def _operation(operation: ApiOperation) -> dict[str, Any]:
    parts = [
        _parameter(name, "path", {"type": "string", "description": about}, is_required=True)
        for name, about in operation.parts.items()
    ]
    query = list_parameters(operation.parameters) if operation.parameters else []
    wanted = ({"400"} if operation.parameters or parts else set()) | ({"404"} if parts else set())
    answers: dict[str, Any] = {
        "200": {
            "description": "What was asked for.",
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": _reference(operation.result)}},
        },
        "304": {"description": "It is what `If-None-Match` names."},
    }
    if operation.leads_to:
        name, places = operation.leads_to
        parameters = {part: f"$response.body#{place}" for part, place in places.items()}
        answers["200"]["links"] = {name: {"operationId": name, "parameters": parameters}}
    for status, about in _PROBLEMS.items():
        if status in wanted or status == "503":
            content = {"application/problem+json": {"schema": _reference(ApiProblem)}}
            answers[status] = {"description": about, "content": content}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*parts, *query],
        "responses": answers,
    }


def _parameter(
    name: str, place: str, schema: dict[str, Any], *, is_required: bool
) -> dict[str, Any]:
    about = schema.pop("description", "")
    if schema.get("default", "") is None:
        del schema["default"]
    # A parameter is given or not; it cannot be null.
    if kinds := [kind for kind in schema.pop("anyOf", ()) if kind != {"type": "null"}]:
        (kind,) = kinds
        schema = {**kind, **schema}
        about = schema.pop("description", about) or about
    return {
        "name": name,
        "in": place,
        "required": is_required,
        "description": about,
        "schema": schema,
    }


def _reference(record: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(name=record.__name__)}
