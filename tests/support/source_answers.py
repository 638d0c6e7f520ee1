"""The answer of a site, before it is put on a wire."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class SiteAnswer(NamedTuple):
    """A body with its type.

    ``validator`` is "etag" for one made from the body, or a date for Last-Modified; None: the
    site gives none. ``headers`` are further ones.
    """

    body: bytes
    kind: str = "application/json; charset=utf-8"
    status: int = 200
    validator: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


def as_json(content: Any, status: int = 200, validator: str | None = None) -> SiteAnswer:
    """Return an answer of JSON."""
    return SiteAnswer(json.dumps(content).encode(), status=status, validator=validator)
