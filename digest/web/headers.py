"""Name the header lines that every answer of a kind has."""

from __future__ import annotations

from werkzeug import Response

from digest.web.route import Kind

# `form-action` names no other site: a form posts to our own pages only.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_PERSONAL = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
}
# Of a file of the output: its page names what it may load itself, and must not be framed.
_FILE = {"X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"}
_FOR_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
}
_KINDS: dict[Kind | None, dict[str, str]] = {
    None: _FILE,
    "personal": _PERSONAL,
    "one-click": _PERSONAL,
    "operator": _PERSONAL,
    "open": _FOR_ALL,
    "data": _FOR_ALL,
}


def add_headers(response: Response, kind: Kind | None) -> None:
    """Add what an answer of this kind must have; ``kind`` is None for a file of the output.

    A page that says what is wrong is kept by no cache, and shown as one of a person.
    """
    is_error = response.status_code >= 400
    lines = _PERSONAL if is_error and kind is None else _KINDS[kind]
    for name, value in {"X-Content-Type-Options": "nosniff", **lines}.items():
        response.headers.setdefault(name, value)
    if is_error:
        response.headers["Cache-Control"] = "no-store"
