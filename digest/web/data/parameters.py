"""The parameters of the API: what each may be, and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeVar

import msgspec
from werkzeug import Request
from werkzeug.exceptions import BadRequest

from digest.errors import did_you_mean

MOST = 200  # papers or issues of one answer
_NAME = re.compile(r"\$\.(\w+)")
_HINTS = {
    "limit": f"write a number from 1 to {MOST}",
    "since": "write a day, such as 2026-11-20",
    "until": "write a day, such as 2026-11-20",
}
_TOO_LONG = "it is too long"

_Edition = Annotated[str, msgspec.Meta(max_length=100)]
_Limit = Annotated[
    int, msgspec.Meta(ge=1, le=MOST, description="At most so many; there may be fewer.")
]
_After = Annotated[
    str, msgspec.Meta(max_length=200, description="The place to go on from: taken from `next`.")
]


class PapersParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which papers to list."""

    q: Annotated[
        str | None,
        msgspec.Meta(
            description="Words that a paper must have in its title, abstract or names; words in"
            " double quotes must stand side by side. The best come first, of all editions.",
        ),
    ] = None
    topic: Annotated[
        str | None,
        msgspec.Meta(description="The id of a topic: only papers under this heading."),
    ] = None
    since: Annotated[
        date | None,
        msgspec.Meta(
            description="The first date of issues. With `q` the first issue of a paper counts."
        ),
    ] = None
    until: Annotated[date | None, msgspec.Meta(description="The last date of issues.")] = None
    edition: Annotated[
        _Edition | None,
        msgspec.Meta(description="The edition; not with `q`. Default: the main one."),
    ] = None
    limit: _Limit = 50
    after: _After | None = None


class IssuesParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which issues to list."""

    edition: Annotated[_Edition | None, msgspec.Meta(description="The edition. Default: all.")] = (
        None
    )
    since: Annotated[date | None, msgspec.Meta(description="The first date of issues.")] = None
    limit: _Limit = 50
    after: _After | None = None


T = TypeVar("T", PapersParameters, IssuesParameters)


def read(request: Request, kind: type[T]) -> T:
    """Return the parameters of a request. Raises `BadRequest` with what is wrong."""
    given: dict[str, str] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise BadRequest(f"{name}: it may be given once")
        given[name] = values[0]
    _check_names(given, kind)
    try:
        parameters = msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        match = _NAME.search(str(error))
        raise _wrong(match[1] if match else "a parameter") from error
    for name in given:
        if getattr(parameters, name) is None:  # "null", which no parameter may be
            raise _wrong(name)
    return parameters


def _wrong(name: str) -> BadRequest:
    return BadRequest(f"{name}: {_HINTS.get(name, _TOO_LONG)}")


def _check_names(given: Mapping[str, str], kind: type[msgspec.Struct]) -> None:
    known = kind.__struct_fields__
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are: {', '.join(known)}"
            raise BadRequest(f"there is no parameter {name!r}; {hint}")
